/** `npm run soak [-- --minutes N]`: a campaign that nobody disturbs, watched for memory, open files, keys and logs that grow. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findRedisProgram } from '../../infra/redis/find-redis-program.ts';
import { makeCampaign } from '../bench/campaign/make-campaign.ts';
import { parseChaosOptions } from '../chaos/chaos-options.ts';
import { startChaosRedis } from '../chaos/chaos-redis.ts';
import { tmpDirOf } from '../chaos/chaos-world.ts';
import { superviseOact } from '../chaos/supervise-oact.ts';
import { writeChaosOrca } from '../chaos/write-chaos-orca.ts';
import { judgeGrowth, type Sample } from './judge-growth.ts';
import { takeSample } from './take-sample.ts';

/** Added to each job: two nodes with two slots then finish about 80 in a minute. */
const extraSeconds = 2;
const jobsPerMinute = 150;

const { minutes, asJson } = parseChaosOptions(process.argv.slice(2));
const program = await findRedisProgram();
if (!program) throw new Error('a soak needs redis-server or valkey-server on this machine');
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const dir = mkdtempSync(join(tmpdir(), 'oact-soak-'));
mkdirSync(join(dir, 'logs'));
mkdirSync(tmpDirOf(dir));
const campaign = await makeCampaign(dir, Math.ceil(minutes * jobsPerMinute));
const server = await startChaosRedis(program.path, dir);
const env = { OACT_REDIS_URL: `redis://127.0.0.1:${server.port}`, TMPDIR: tmpDirOf(dir) };
const orca = ['--orca-path', writeChaosOrca(dir, extraSeconds)];
const slots = ['--slots', '2', '--cores-per-slot', '1', '--oversubscribe'];
const serveArgs = ['serve', '-C', campaign.dir, '--high-water', '20', '--no-retry', '--job-timeout', '8'];
const commands = [
  superviseOact('serve', [...serveArgs, '--metrics-port', '0'], { dir, env }),
  superviseOact('reconciler', ['reconcile', '-C', campaign.dir, '--no-retry'], { dir, env }),
  ...[1, 2].map((index) =>
    superviseOact(`n${index}`, ['consume', '-C', campaign.dir, ...slots, ...orca], {
      dir,
      env: { ...env, SLURM_JOB_ID: String(4000 + index), SLURMD_NODENAME: `n${index}` },
    }),
  ),
];

process.stderr.write(`soak for ${minutes} min in ${dir} …\n`);
const redis = new Redis({ port: server.port });
const samples: Sample[] = [];
const startMs = performance.now();
let last = { settled: 0, logBytes: 0 };
const everyMs = Math.min(30_000, (minutes * 60_000) / 40);
while (performance.now() - startMs < minutes * 60_000 && !stop.signal.aborted) {
  await delay(everyMs, undefined, { signal: stop.signal }).catch(() => undefined);
  const taken = await takeSample((performance.now() - startMs) / 1000, { ...campaign, dir, redis }, last);
  samples.push(taken.sample);
  ({ last } = taken);
}
redis.disconnect();
await Promise.all(commands.map((command) => command.retire()));
await server.stop();

const growth = judgeGrowth(samples, (name) =>
  name.startsWith('memory') ? { share: 0.15, plus: 8 } : { share: 0.25, plus: 12 },
);
const bad = growth.filter(({ isTooMuch }) => isTooMuch);
const restarted = commands.filter(({ exits }) => [...exits.values()].reduce((sum, n) => sum + n, 0) > 1);
if (asJson) console.log(JSON.stringify({ minutes, settled: last.settled, samples, growth }, null, 2));
else {
  console.log(
    `${last.settled} jobs in ${minutes} min, ${samples.length} samples; second quarter → last quarter:`,
  );
  for (const { name, before, after, isTooMuch } of growth)
    console.log(
      `  ${name.padEnd(40)} ${before.toFixed(1)} → ${after.toFixed(1)}${isTooMuch ? '  GREW' : ''}`,
    );
  console.log(`figures that grew: ${bad.length} (must be 0)`);
  console.log(
    `commands that ended by themselves: ${restarted.map(({ name }) => name).join(', ') || 0} (must be 0)`,
  );
}
process.exitCode = bad.length + restarted.length > 0 ? 1 : 0;
if (process.exitCode === 0) rmSync(dir, { recursive: true });
else console.log(`logs and database: ${dir}`);
