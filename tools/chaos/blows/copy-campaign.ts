import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ChaosWorld } from '../chaos-world.ts';
import { runCommand } from './kill-commands.ts';

/** `oact` ends with this when a file, a record or Redis is not as it must be. */
const refused = 1;

const commands = [
  ['enqueue', '--batch-size', '5'],
  ['reconcile', '--once'],
  ['serve'],
  ['consume', '--slots', '1', '--cores-per-slot', '1', '--idle-timeout', '1', '--oversubscribe'],
];

/** Copies the campaign and works in the copy: it must be refused, or it would take the original's jobs. */
export async function copyCampaign(world: ChaosWorld): Promise<void> {
  const copy = join(world.dir, `copy-${world.nextNumber()}`);
  mkdirSync(join(copy, 'jobs'), { recursive: true });
  copyFileSync(join(world.campaignDir, 'oact.yaml'), join(copy, 'oact.yaml'));
  const db = new Database(world.databasePath, { readonly: true, timeout: 15_000 });
  try {
    db.prepare('vacuum into ?').run(join(copy, 'workflow.db'));
  } finally {
    db.close();
  }
  const command = world.random.pick(commands) ?? ['enqueue'];
  const code = await runCommand(world, command, 60_000, copy);
  if (code !== refused) world.acceptedCopies.push(`${command.join(' ')} in ${copy}: code ${code}`);
  else rmSync(copy, { recursive: true });
}
