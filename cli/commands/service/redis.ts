import type { Command } from 'commander';
import { portNumber } from '../../flags/parse-flags.ts';
import type { RedisStartFlags } from '../../redis/run-redis.ts';

export function registerRedis(program: Command): void {
  const redis = program
    .command('redis')
    .summary("start and stop the campaign's own Redis")
    .description("Starts and stops the campaign's own Redis server, as an ordinary user.");
  redis
    .command('start')
    .summary('start the server')
    .description(
      'Starts redis-server or valkey-server with its own passwords, users and append-only file. The server outlives this command.',
    )
    .option('--bind <address>', 'address that the compute nodes reach (default: this node only)')
    .option('--port <n>', 'port (default: the port of the last start, or a free one)', portNumber(1))
    .option('--data-dir <dir>', 'directory on a local disk (default: below the campaign)')
    .option(
      '--no-tls',
      'serve other nodes without encryption: passwords and jobs cross the network in the clear',
    )
    .option(
      '--tls-cert <file>',
      'encrypt with this certificate (default with --bind: a new one, made with openssl)',
    )
    .option('--tls-key <file>', 'key of this certificate')
    .option('--tls-ca <file>', 'certificate that clients check it with')
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
    .summary('stop the server')
    .description('Stops the server. Queued jobs stay in its append-only file.')
    .option(
      '--force',
      "end the process of a server that does not answer, if it is proven to be this campaign's",
    )
    .action(async (flags: { force?: boolean }, self: Command) => {
      const { stopRedis } = await import('../../redis/run-redis.ts');
      await stopRedis(self, flags);
    });
  redis
    .command('status')
    .summary('show whether the server runs')
    .description('Shows whether the server runs, where, and its health.')
    .option('--json', 'print JSON')
    .action(async (flags: { json?: boolean }, self: Command) => {
      const { showRedisStatus } = await import('../../redis/run-redis.ts');
      await showRedisStatus(self, flags);
    });
  redis
    .command('url')
    .summary('print the address of the server')
    .description('Prints the address of the server, without secrets.')
    .action(async (_: unknown, self: Command) => {
      const { printRedisUrl } = await import('../../redis/run-redis.ts');
      await printRedisUrl(self);
    });
}
