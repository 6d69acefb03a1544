/** Which database a campaign's id belongs to: a copy of the directory carries the id along, and must not share the queue. */
import { realpathSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { OactError } from './errors.ts';
import { queuePrefix } from './job/queue-names.ts';

/** Not strict: a later version may say more. */
const homeSchema = z.object({
  /** The database without links. */
  path: z.string().min(1),
  dev: z.string(),
  ino: z.string(),
  /** The node that wrote this. */
  node: z.string(),
});

/** Where the database of a campaign lies; kept in the database and beside the queue. */
export type CampaignHome = z.infer<typeof homeSchema>;

/** The key in Redis; every role may read it, a producer writes it. */
export function homeKey(campaignId: string): string {
  return `${queuePrefix(campaignId)}:home`;
}

/** Undefined for what is no home: another version's, or none. */
export function parseHome(text: string | null | undefined): CampaignHome | undefined {
  try {
    return homeSchema.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

/** Where a database lies, as this node sees it; undefined when it is not there or hidden. */
export function lookAtHome(databasePath: string): CampaignHome | undefined {
  try {
    const path = realpathSync(databasePath);
    const { dev, ino } = statSync(path, { bigint: true });
    return { path, dev: String(dev), ino: String(ino), node: hostname() };
  } catch {
    return undefined;
  }
}

/** What is at the place that was claimed. */
export interface AtClaimed {
  home: CampaignHome | undefined;
  /** Whether a database of the same campaign lies there; null: nobody looked into it. */
  isSameCampaign: boolean | null;
}

/**
 * Whose database `here` is. A moved or restored one takes the claim over, because the place that was claimed is its own or empty.
 * Only proof makes a copy: another file, still at the claimed place.
 */
export function decideHome(
  claimed: CampaignHome | undefined,
  here: CampaignHome,
  at: AtClaimed,
): 'own' | 'moved' | 'copy' {
  if (claimed === undefined) return 'moved';
  if (claimed.path === here.path) return isSameFile(claimed, here) ? 'own' : 'moved';
  // Another mount of the same file; inodes are the same on every node, device numbers are not.
  if (at.home === undefined) return claimed.ino === here.ino && claimed.node !== here.node ? 'own' : 'moved';
  if (isSameFile(at.home, here)) return 'own';
  return (at.isSameCampaign ?? at.home.ino === claimed.ino) ? 'copy' : 'moved';
}

const isSameFile = (a: CampaignHome, b: CampaignHome): boolean => a.ino === b.ino && a.dev === b.dev;

/**
 * Refuses a copy of a campaign by what is kept beside the queue. Looks at files only, so that a compute node may ask.
 * @param text the value of `homeKey`, or null
 * @returns what to write there, or null when it stands already
 * @throws OactError CAMPAIGN_COPIED
 */
export function checkHome(text: string | null, databasePath: string): string | null {
  const here = lookAtHome(databasePath);
  // A node that does not see the database proves nothing.
  if (here === undefined) return null;
  const claimed = parseHome(text);
  const at = { home: claimed && lookAtHome(claimed.path), isSameCampaign: null };
  const decided = decideHome(claimed, here, at);
  if (decided === 'copy' && claimed) throw copiedError(databasePath, claimed);
  return decided === 'moved' ? JSON.stringify(here) : null;
}

export function copiedError(databasePath: string, claimed: CampaignHome): OactError {
  return new OactError(
    'CAMPAIGN_COPIED',
    `${databasePath} is a copy of ${claimed.path}, and both would take each other's jobs`,
    {
      hint: `To make the copy an independent campaign, run oact init DIR --adopt-copy with the directory of the copy. To let it replace the original, first move ${claimed.path} away.`,
    },
  );
}
