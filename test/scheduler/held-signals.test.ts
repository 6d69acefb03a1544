import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { schedulerNames } from '../../scheduler/schedulers.ts';
import { readShippedScript } from '../../scheduler/script/shipped-scripts.ts';

const compiled = (path: string): string =>
  JSON.stringify(pathToFileURL(join(findPackageRoot(), 'dist', path)).href);

/** Takes its time to start, as a consumer does, and drains at the first signal. */
const program = `
  import { listenForStop } from ${compiled('core/stop-signal.js')};
  import { releaseHeldSignals, watchParent } from ${compiled('scheduler/shell-around.js')};
  const alive = setInterval(() => undefined, 1000);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const stop = listenForStop(({ signal }, forced) => console.log(signal, forced));
  stop.drain.addEventListener('abort', () => { setTimeout(() => process.exit(75), 300); });
  watchParent(() => { console.log('orphaned'); process.exit(3); }, 50);
  releaseHeldSignals();
  console.log('listening', process.pid);
`;

/** The shell that a script starts on each node, and the variables that it sets for Node. */
function shellOf(script: string): { shell: string; options: string } {
  const shell = /^ *node='(.*?)'$/ms.exec(script)?.[1] ?? '';
  const options = /NODE_OPTIONS=.* (\S+)"$/m.exec(script)?.[1]?.replace(/^.*\}/, '') ?? '';
  return { shell, options: /--inspect-port=\S+/.exec(options)?.[0] ?? '' };
}

function start(name: (typeof schedulerNames)[number]): {
  child: ReturnType<typeof spawn>;
  ended: Promise<{ code: unknown; said: string }>;
} {
  const { shell, options } = shellOf(readShippedScript(name));
  const args = ['-c', shell, 'consumer', process.execPath, '--input-type=module', '-e', program];
  const child = spawn('bash', args, { detached: true, env: { ...process.env, NODE_OPTIONS: options } });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'close').then(([code]: unknown[]) => ({ code, said }));
  return { child, ended };
}

/** Before its first line, which holds USR1, a shell dies of it; on a busy machine that may take a while. */
async function untilHeld(pid: number): Promise<void> {
  const usr1 = 1n << 9n;
  await vi.waitFor(
    () => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const caught = BigInt(`0x${/^SigCgt:\s*(\S+)$/m.exec(status)?.[1] ?? '0'}`);
      const ignored = BigInt(`0x${/^SigIgn:\s*(\S+)$/m.exec(status)?.[1] ?? '0'}`);
      if (((caught | ignored) & usr1) === 0n) throw new Error('the shell would die of USR1');
    },
    { timeout: 10_000, interval: 1 },
  );
}

/** A shell that is called as Flux's broker is. */
function aBroker(): string {
  const dir = mkdtempSync(join(tmpdir(), 'oact-broker-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  symlinkSync('/bin/bash', join(dir, 'flux-broker-0'));
  return join(dir, 'flux-broker-0');
}

describe.each(schedulerNames)('the shell around a consumer, of consumer.%s', (name) => {
  // To all processes of the task, as Slurm and Flux do it, while the shell, Node and the program start.
  it.each([0, 30, 80, 150, 400])('USR1 after %i ms drains it once, and opens no debugger', async (ms) => {
    const { child, ended } = start(name);
    await untilHeld(child.pid ?? 0);
    await delay(ms);
    process.kill(-(child.pid ?? 0), 'SIGUSR1');
    const { code, said } = await ended;
    expect(said).toMatch(/^SIGUSR1 false$/m);
    expect(said).not.toMatch(/SIGUSR1 true|Debugger listening/);
    expect(code).toBe(name === 'flux' ? 75 : 0);
  });

  it.each(['starter', "starter's starter, a broker of Flux,"])(
    'a consumer whose %s dies notices, although the shell lives on',
    async (who) => {
      const { shell } = shellOf(readShippedScript(name));
      const args = [shell, process.execPath, '--input-type=module', '-e', program];
      const own = ['-c', 'bash -c "$0" consumer "$@" & wait', ...args];
      const starter =
        who === 'starter'
          ? spawn('bash', own)
          : spawn(aBroker(), ['-c', 'bash -c "$0" "$@" & wait', own[1] ?? '', ...args]);
      let said = '';
      const gone = once(starter.stdout, 'end');
      starter.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('listening')) starter.kill('SIGKILL');
      });
      await gone;
      expect(said).toContain('orphaned');
    },
  );
});
