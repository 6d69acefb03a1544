import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import type { ChaosWorld } from '../chaos-world.ts';
import { cleanEnvironment } from '../supervise-oact.ts';

/** Rows of one import; all of them are there afterwards, or none. */
export const waveSize = 20;
/** Most commands need half a second to load, and as much to work. */
const latestKillSeconds = 2.5;

/** Runs a command of the campaign. `killAfterMs` null: to its end. @returns its exit code, null when it was killed */
export async function runCommand(
  world: ChaosWorld,
  args: string[],
  killAfterMs: number | null,
  dir = world.campaignDir,
): Promise<number | null> {
  const log = join(world.dir, 'commands.log');
  appendFileSync(log, `\n$ oact ${args.join(' ')}\n`);
  const output = openSync(log, 'a');
  const child: ChildProcess = spawn(
    process.execPath,
    [join(findPackageRoot(), 'bin', 'oact.js'), ...args, '-C', dir],
    {
      env: { ...cleanEnvironment(), ...world.loginEnv, CHAOS_DIR: world.dir },
      stdio: ['ignore', output, output],
    },
  );
  closeSync(output);
  const closed = once(child, 'close');
  if (killAfterMs !== null) {
    await Promise.race([closed, delay(killAfterMs)]);
    child.kill('SIGKILL');
  }
  await closed;
  appendFileSync(log, `ended: ${child.signalCode ?? child.exitCode}\n`);
  return child.exitCode;
}

const killSoon = (world: ChaosWorld): number => world.random.between(0.2, latestKillSeconds) * 1000;

/** A command of the campaign that is killed somewhere on its way, or just in time not. */
export function killCommand(...args: string[]): (world: ChaosWorld) => Promise<void> {
  return async (world) => void (await runCommand(world, args, killSoon(world)));
}

/** Another wave of structures, of which the import is killed. */
export async function killImport(world: ChaosWorld): Promise<void> {
  const wave = world.nextNumber();
  const path = join(world.dir, `wave-${wave}.csv`);
  const rows = Array.from({ length: waveSize }, (_, row) => {
    // Another distance for each row: what is known already is not imported twice.
    const distance = (0.7 + wave / 1000 + row / 100_000).toFixed(5);
    return `wave${wave}-${row},"H 0 0 0\nH 0 0 ${distance}",0,1`;
  });
  writeFileSync(path, ['name,geometry,charge,spin', ...rows, ''].join('\n'));
  const args = ['import', '--csv', path, '--geometry-column', 'geometry', '--charge-column', 'charge'];
  world.waves.push(wave);
  await runCommand(world, [...args, '--multiplicity-column', 'spin'], killSoon(world));
}
