// Alone in a namespace of processes: starts a session at the highest process ids, so that its members wrap around, and prints how many
// members are found. Usage: unshare --pid --fork --mount-proc node wrap-pids.mjs PACKAGE_ROOT
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { listSession, noteLeader } = await import(
  join(process.argv[2], 'dist/consumer/process/list-session.js')
);
const highest = Number(readFileSync('/proc/sys/kernel/pid_max', 'utf8'));
writeFileSync('/proc/sys/kernel/ns_last_pid', String(highest - 2));
const leader = spawn('sh', ['-c', 'sleep 600 & sleep 600 & echo started; wait'], {
  detached: true,
  stdio: ['ignore', 'pipe', 'inherit'],
});
noteLeader(leader.pid);
await once(leader.stdout, 'data');
process.stdout.write(JSON.stringify({ leader: leader.pid, highest, members: listSession(leader.pid) }));
process.exit();
