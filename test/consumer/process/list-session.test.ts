import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { listSession } from '../../../consumer/process/list-session.ts';

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
      const until = Date.now() + 150;
      // Without a pause: most scans meet a hand-over.
      while (Date.now() < until) expect(listSession(leader)).not.toEqual([]);
      for (const pid of listSession(leader)) process.kill(pid, 'SIGKILL');
    }
  });
});
