import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a rank of the stand-in tells of itself. */
export interface Rank {
  rank: number;
  pid: number;
  pgid: number;
  sid: number;
  cpusAllowed: string;
  leakedVariables: string[];
}

/** The ranks of every run below a directory, as far as they have reported. */
export function readRanks(dir: string): Rank[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('standin-ranks.jsonl'))
    .flatMap((name) => readFileSync(join(dir, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line): Rank => JSON.parse(line));
}
