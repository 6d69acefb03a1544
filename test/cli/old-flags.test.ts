import { type Command, CommanderError } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { explainOldFlag, oldFlags } from '../../cli/flags/old-flags.ts';
import { program } from '../../cli/main.ts';
import { findCalls } from '../docs/find-calls.ts';
import { runOact } from '../support/run-oact.ts';

/** Parses as the program does, and runs nothing. */
function disarm(command: Command): void {
  command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  if (command.commands.length === 0) command.action(() => undefined);
  for (const child of command.commands) disarm(child);
}

beforeAll(() => disarm(program));

/** Flags of submit_jobs and of the first plan that no command of oact has under that name. */
const gone =
  `use-parsl validate-worker-imports max-workers cores-per-worker cpus-per-node n-hours walltime-hours allocation
  conda-env conda-base ld-library-path mpirun-path no-parsl-monitoring clean-on-complete purge-on-fail nodes-per-block
  max-blocks init-blocks min-blocks wandb-project wandb-run-name wandb-run-id globus-transfer globus-source-endpoint-id
  globus-destination-endpoint-id globus-dest-root globus-client-id globus-transfer-refresh-token globus-client-secret
  opt diis-option system-preset preset redis-url`
    .split(/\s+/)
    .map((name) => `--${name}`);

describe('a flag of the old tools', () => {
  it.each(gone)('%s is answered with what to type now', (flag) => {
    expect(explainOldFlag(`error: unknown option '${flag}'`)).toMatch(
      new RegExp(`^error: ${flag} of the old tools: .+\n$`),
    );
  });

  it.each(Object.entries(oldFlags))('%s advises only calls that oact understands', async (_, answer) => {
    expect(answer).not.toContain('\n');
    for (const { words } of findCalls(answer)) {
      const refusal = await program.parseAsync(words, { from: 'user' }).catch((error: unknown) => error);
      if (refusal instanceof CommanderError) throw new Error(`oact ${words.join(' ')}: ${refusal.message}`);
    }
  });

  it('is looked up only where a command does not know it', async () => {
    const unknown = await runOact(['enqueue', 'workflow.db', 'jobs/', '--use-parsl', '--max-workers', '4']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain(
      '--use-parsl of the old tools: not needed: run oact serve on the login node',
    );
    expect((await runOact(['--system-preset', 'frontier'])).stderr).toContain(
      'oact alloc script --site frontier',
    );
    expect((await runOact(['status', '--no-such-flag'])).stderr).toContain("unknown option '--no-such-flag'");
  });
});
