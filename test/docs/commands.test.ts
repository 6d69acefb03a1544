import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { program } from '../../cli/main.ts';
import { errorCodes } from '../../core/errors.ts';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { documents } from './documents.ts';
import { type Call, findCalls, splitLine } from './find-calls.ts';

const read = (name: string): string => readFileSync(join(findPackageRoot(), name), 'utf8');

/** Parses as the program does, and runs nothing. */
function disarm(command: Command): void {
  command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  // A group such as `oact doctor` may have an action of its own; one without it prints its help.
  if (Reflect.get(command, '_actionHandler')) command.action(() => undefined);
  for (const child of command.commands) disarm(child);
}

/** Why the program refuses this call; undefined: it takes it. */
async function refusalOf({ words, isInline }: Pick<Call, 'words' | 'isInline'>): Promise<string | undefined> {
  try {
    await program.parseAsync(words, { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isNamedOnly =
      ['commander.missingArgument', 'commander.help'].includes(error.code) ||
      // `oact job show ID`
      (error.code === 'commander.invalidArgument' && /'[A-Z]+' is invalid/.test(error.message));
    return error.exitCode === 0 || (isInline && isNamedOnly) ? undefined : error.message;
  }
}

beforeAll(() => disarm(program));

describe.each(documents)('the commands in %s', (name) => {
  const calls = findCalls(read(name));

  it('exist, with these flags', async () => {
    const refused: string[] = [];
    for (const call of calls) {
      const why = await refusalOf(call);
      if (why !== undefined) refused.push(`${name}:${call.line}: oact ${call.words.join(' ')}: ${why}`);
    }
    expect(refused).toEqual([]);
  });
});

it('the documents name enough commands that this test sees them', () => {
  expect(documents.flatMap((name) => findCalls(read(name))).length).toBeGreaterThan(150);
});

describe('docs/troubleshooting.md', () => {
  const text = read('docs/troubleshooting.md');

  it.each(errorCodes)('explains the error %s', (code) => {
    expect(text).toMatch(new RegExp(`^\\| \`${code}\` +\\|`, 'm'));
  });
});

describe('the reader of these documents', () => {
  it.each([
    [
      'oact redis start && oact serve',
      [
        ['oact', 'redis', 'start'],
        ['oact', 'serve'],
      ],
    ],
    ['nohup oact serve > serve.log 2>&1 &   # goes on', [['nohup', 'oact', 'serve']]],
    [
      "oact job list --error 'out of memory' | jq .",
      [
        ['oact', 'job', 'list', '--error', 'out of memory'],
        ['jq', '.'],
      ],
    ],
    ['oact init c --xyz "a b.xyz"', [['oact', 'init', 'c', '--xyz', 'a b.xyz']]],
  ])('splits %s', (line, commands) => {
    expect(splitLine(line)).toEqual(commands);
  });

  it.each([
    [['enqueue', '--batchsize', '3'], 'unknown option'],
    [['enque'], 'unknown command'],
    [['redis', 'begin'], 'unknown command'],
    [['enqueue', '--batch-size', 'many'], 'whole number'],
    [['job', 'show'], 'missing required argument'],
  ])('refuses %j in a block', async (words, why) => {
    expect(await refusalOf({ words, isInline: false })).toContain(why);
  });

  it('reads blocks of shell and text between backticks, and nothing else', () => {
    const text = '```yaml\noact nothing\n```\n`oact status` and `oact`\n```sh\nnpx oact top # x\n```\n';
    expect(findCalls(text)).toEqual([
      { line: 4, words: ['status'], isInline: true },
      { line: 6, words: ['top'], isInline: false },
    ]);
  });
});
