import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findPackageRoot } from '../../core/config/package-root.ts';

/** Without the settings of this machine's user and of an allocation that it may be in. */
export function cleanEnvironment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(OACT|SLURM|FLUX|PBS|CHAOS)/.test(name));
  return Object.fromEntries(kept);
}

/** A command of oact that is started again whenever it ends. */
export interface SupervisedOact {
  name: string;
  /** Of the process that runs now; undefined between two. */
  pid(): number | undefined;
  /** @returns the process that got it; undefined when none runs */
  signal(signal: NodeJS.Signals): number | undefined;
  /** Stops it for good, by force when it does not end in time. */
  retire(): Promise<void>;
  /** Whether it had to be. */
  wasForced(): boolean;
  /** How often its processes ended with which code or signal. */
  exits: Map<string, number>;
}

/** A node is given out again after a while; here as soon as someone may have noticed. */
const restartMs = 400;
/** More than a drain may take. */
const retireMs = 75_000;

export function logPathOf(dir: string, name: string): string {
  return join(dir, 'logs', `${name}.log`);
}

/** Starts `oact …`, as a user would. Its log goes to `logs/NAME.log` of the run. */
export function superviseOact(
  name: string,
  args: string[],
  options: {
    dir: string;
    env: Record<string, string>;
    /** Where oact is installed; default: here. */
    root?: string;
    /** The emulated node it is on; default: its name. */
    node?: string;
    /** It is not started again. */
    runsOnce?: boolean;
  },
): SupervisedOact {
  const exits = new Map<string, number>();
  let isRetired = options.runsOnce ?? false;
  let isForced = false;
  let child: ChildProcess | undefined;
  const start = (): void => {
    const log = openSync(logPathOf(options.dir, name), 'a');
    child = spawn(process.execPath, [join(options.root ?? findPackageRoot(), 'bin', 'oact.js'), ...args], {
      env: {
        ...cleanEnvironment(),
        ...options.env,
        CHAOS_DIR: options.dir,
        CHAOS_NODE: options.node ?? name,
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.once('close', (code, signal) => {
      const how = signal ?? `code ${code}`;
      exits.set(how, (exits.get(how) ?? 0) + 1);
      child = undefined;
      if (!isRetired) setTimeout(() => isRetired || start(), restartMs);
    });
  };
  const signalChild = (signal: NodeJS.Signals): number | undefined =>
    child?.kill(signal) === true ? child.pid : undefined;
  start();
  return {
    name,
    exits,
    pid: () => child?.pid,
    signal: signalChild,
    wasForced: () => isForced,
    retire: async () => {
      isRetired = true;
      if (!child) return;
      const closed = once(child, 'close').then(() => true);
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      isForced = !(await Promise.race([closed, delay(retireMs, false, { ref: false })]));
      if (isForced) signalChild('SIGKILL');
      await closed;
    },
  };
}
