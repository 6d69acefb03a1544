import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readPlainFileSync } from '../../core/plain-file.ts';

const memorySchema = z.strictObject({
  v: z.literal(1),
  campaignDone: z.boolean(),
  failureRate: z.boolean(),
  nothingFinished: z.boolean(),
  /** Ids of the stopped consumers that were told of. */
  nodeStopped: z.array(z.string()),
  /** Entries of `allocations:` that were told to be paused, with since when. */
  allocationsPaused: z.array(z.string()).default([]),
});

/** Which conditions hold and were told of, so that each is told once until it is over. */
export type HookMemory = z.infer<typeof memorySchema>;

export const emptyMemory: HookMemory = {
  v: 1,
  campaignDone: false,
  failureRate: false,
  nothingFinished: false,
  nodeStopped: [],
  allocationsPaused: [],
};

const pathOf = (campaignDir: string): string => join(campaignDir, '.oact', 'hooks.json');

/** What an earlier process told of; nothing when the file is not there or damaged: better told twice than never. */
export function readMemory(campaignDir: string): HookMemory {
  try {
    return memorySchema.parse(JSON.parse(readPlainFileSync(pathOf(campaignDir))));
  } catch {
    return emptyMemory;
  }
}

export function writeMemory(campaignDir: string, memory: HookMemory): void {
  const path = pathOf(campaignDir);
  writeFileSync(`${path}.new`, `${JSON.stringify(memory)}\n`);
  renameSync(`${path}.new`, path);
}
