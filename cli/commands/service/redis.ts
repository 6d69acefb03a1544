import type { Command } from 'commander';
import { portNumber } from '../../flags/parse-flags.ts';
import type { RedisStartFlags } from '../../redis/run-redis.ts';

export function registerRedis(program: Command): void {
  const redis = program
    .command('redis')
    .summary("the campaign's own Redis server")
    .description("Starts and stops the campaign's own Redis server, as an ordinary user.");
  redis
    .command('start')
    .summary('start it, or say that it runs')
    .description(
      'Starts redis-server or valkey-server with passwords, users and an append-only file of its own; it outlives this command.',
    )
    .option('--bind <address>', 'address that the compute nodes reach (default: this node only)')
    .option('--port <n>', 'port (default: that of the last time, else a free one)', portNumber(1))
    .option('--data-dir <dir>', 'directory on a local disk (default: below the campaign)')
    .option(
      '--no-tls',
      'serve other nodes without encryption: passwords and jobs cross the network in the clear',
    )
    .option(
      '--tls-cert <file>',
      'encrypt with this certificate (default with --bind: one of its own, made with openssl)',
    )
    .option('--tls-key <file>', 'and its key')
    .option('--tls-ca <file>', 'certificate by which clients check it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  oact redis start\n  oact redis start --bind 10.0.0.5 --data-dir /var/tmp/me/oact',
    )
    .action(async (flags: RedisStartFlags, self: Command) => {
      const { startRedis } = await import('../../redis/run-redis.ts');
      await startRedis(self, flags);
    });
  redis
    .command('stop')
    .description('Stops it; what is queued stays in its append-only file.')
    .option('--force', 'end one that does not answer by its process, if that is the server of this campaign')
    .action(async (flags: { force?: boolean }, self: Command) => {
      const { stopRedis } = await import('../../redis/run-redis.ts');
      await stopRedis(self, flags);
    });
  redis
    .command('status')
    .description('Says whether it runs, where, and how it is.')
    .option('--json', 'print JSON')
    .action(async (flags: { json?: boolean }, self: Command) => {
      const { showRedisStatus } = await import('../../redis/run-redis.ts');
      await showRedisStatus(self, flags);
    });
  redis
    .command('url')
    .description('Prints its address, without secrets.')
    .action(async (_: unknown, self: Command) => {
      const { printRedisUrl } = await import('../../redis/run-redis.ts');
      await printRedisUrl(self);
    });
}
