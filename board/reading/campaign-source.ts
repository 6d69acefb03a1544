import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Workflow } from '../../workflow/database/workflow.ts';

/** What the pages read from. */
export interface CampaignSource {
  /** The campaign's name, e.g. that of its directory. */
  title: string;
  campaignId: string;
  lane: string;
  /** Files of jobs are shown from below it only. */
  jobRoot: string;
  /** The cap with which records are claimed; null: none. */
  maxFailCount: number | null;
  /** Best opened read-only. */
  workflow: Workflow;
  /** Best with the role `board`, which cannot write; null: there is no Redis. */
  broker: {
    queue: Queue;
    /** Of the other lanes, as far as they are known when the board starts; for Bull Board. */
    otherLanes?: readonly Queue[];
    redis: Redis;
  } | null;
}
