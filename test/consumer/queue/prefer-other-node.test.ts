import { describe, expect, it } from 'vitest';
import type { KnownConsumer } from '../../../core/progress/consumer-registry.ts';
import { isForOtherNode } from '../../../consumer/queue/prefer-other-node.ts';
import { useRedis } from '../../support/use-redis.ts';
import { letOrcaEnd, makeTestCampaign, startConsumer, startsOf } from '../start-consumer.ts';
import { programPath } from '../programs.ts';

const now = new Date('2026-11-30T10:00:00Z');
const retry = {
  after: 'its MPI ranks lost each other',
  avoidNodes: ['n1', 'n2'],
  avoidUntil: '2026-11-30T10:01:00.000Z',
};
const on = (node: string, state: KnownConsumer['state'] = 'running') => ({ node, state });

describe('a retry', () => {
  it.each<[string, typeof retry | null, string, ReturnType<typeof on>[], boolean]>([
    ['another node is there', retry, 'n1', [on('n1'), on('n3')], true],
    ['only the nodes that failed it are there', retry, 'n1', [on('n1'), on('n2')], false],
    ['the other node drains', retry, 'n1', [on('n1'), on('n3', 'draining')], false],
    ['the other node is silent', retry, 'n1', [on('n1'), on('n3', 'silent')], false],
    ['it never ran here', retry, 'n3', [on('n1'), on('n3'), on('n4')], false],
    ['it has looked long enough', { ...retry, avoidUntil: now.toISOString() }, 'n1', [on('n3')], false],
    ['it is no retry', null, 'n1', [on('n3')], false],
  ])('is left to another node or not when %s', (_case, job, node, consumers, expected) => {
    expect(isForOtherNode(job, node, consumers, now)).toBe(expected);
  });
});

const setup = (node: string, program = 'orca-waiting') => ({
  node,
  allocationId: '4711',
  orcaPath: programPath(program),
  maxCoreMb: () => 1000,
  restarts: true,
  scratch: null,
  copyOutSeconds: 600,
  pin: false,
});

describe('two consumers', () => {
  const redis = useRedis();

  it('the node that failed a job passes its retry on, and the other one runs it', async () => {
    const campaign = makeTestCampaign(redis.address);
    const options = { idleTimeoutSeconds: null, tooLateDelayMs: 100 };
    await campaign.add(2);
    const good = startConsumer(redis.address, campaign, 'orca-waiting', { ...options, setup: setup('good') });
    await good.logged('job started');
    const bad = startConsumer(redis.address, campaign, 'orca-waiting', { ...options, setup: setup('bad') });
    letOrcaEnd(campaign.jobDir(1));
    await campaign.add(1, {
      retry: { after: 'it was the node', avoidNodes: ['bad'], avoidUntil: '2099-01-01T00:00:00.000Z' },
    });
    await bad.logged('left to another node: an earlier attempt failed on this node', 2);
    letOrcaEnd(campaign.jobDir(2));
    await good.logged('job finished', 2);
    expect([bad, good].map(({ log }) => startsOf(log))).toEqual([0, 2]);
  });

  it('a node that is alone runs it again', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add(1, {
      retry: { after: 'it was the node', avoidNodes: ['bad'], avoidUntil: '2099-01-01T00:00:00.000Z' },
    });
    const alone = startConsumer(redis.address, campaign, 'orca-good', {
      setup: setup('bad', 'orca-good'),
    });
    expect(await alone.report).toMatchObject({ endings: { completed: 1 } });
  });
});
