import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listSession, listYounger, noteLeader } from '../../../consumer/process/list-session.ts';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { mayMount } from '../../support/machine/small-disk.ts';

/** A chain of processes of one session, each of which starts the next one and goes; then one that stays. */
const relay = `
n=0
run() { n=$((n + 1)); if [ $n -lt 60 ]; then (run) & else exec sleep 600; fi; }
run
`;

describe('listSession', () => {
  it('never calls a session empty in which each process leaves another one behind', async () => {
    for (let round = 0; round < 10; round += 1) {
      const child = spawn('sh', ['-c', relay], { detached: true, stdio: 'ignore' });
      await once(child, 'spawn');
      const leader = child.pid ?? 0;
      // With and without the knowledge of when it started.
      const forget = round % 2 === 0 ? noteLeader(leader) : undefined;
      const until = Date.now() + 150;
      // Without a pause: most scans meet a hand-over.
      while (Date.now() < until) expect(listSession(leader)).not.toEqual([]);
      for (const pid of listSession(leader)) process.kill(pid, 'SIGKILL');
      forget?.();
    }
  });

  it('looks at no process that is older than a leader whose start it knows', async () => {
    const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const leader = child.pid ?? 0;
    const forget = noteLeader(leader);
    const younger = listYounger(leader) ?? [];
    expect(younger).toContain(leader);
    expect(younger.filter((pid) => pid < leader)).toEqual([]);
    expect(listSession(leader)).toEqual([leader]);
    forget();
    expect(listYounger(leader)).toContain(1);
  });

  it.skipIf(!mayMount)('finds members that have got lower process ids, because these began anew', () => {
    const root = findPackageRoot();
    const program = join(root, 'test', 'programs', 'wrap-pids.mjs');
    const args = ['--pid', '--fork', '--mount-proc', '--kill-child', process.execPath, program, root];
    const { leader, highest, members } = JSON.parse(execFileSync('unshare', args, { encoding: 'utf8' }));
    expect(leader).toBeGreaterThan(highest - 10);
    expect(members).toHaveLength(3);
    expect(Math.min(...members)).toBeLessThan(leader);
  });
});
