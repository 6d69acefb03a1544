/** `npm run chaos [-- --minutes N --seed S --jobs N --json]`: kills everything at random and checks that nothing is lost or done twice. */
import { findRedisProgram } from '../../infra/redis/find-redis-program.ts';
import { parseChaosOptions } from './chaos-options.ts';
import { hasViolation, renderReport } from './judging/chaos-report.ts';
import { runChaosCampaign } from './run-chaos-campaign.ts';

const options = parseChaosOptions(process.argv.slice(2));
const redis = await findRedisProgram();
if (!redis) throw new Error('chaos needs redis-server or valkey-server on this machine');
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

process.stderr.write(`chaos with seed ${options.seed} for ${options.minutes} min …\n`);
const report = await runChaosCampaign({ ...options, redisProgram: redis.path, signal: stop.signal });
console.log(options.asJson ? JSON.stringify(report, null, 2) : renderReport(report));
process.exitCode = hasViolation(report) ? 1 : 0;
