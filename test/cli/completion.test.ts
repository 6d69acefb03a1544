import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { completeWords, valuesOfArgument, valuesOfFlag } from '../../cli/completion/complete-words.ts';
import { wordsOf } from '../../cli/completion/render-scripts.ts';
import { program } from '../../cli/main.ts';

const complete = (line: string) => {
  const words = line.split(' ');
  return completeWords(program, words.slice(0, -1), words.at(-1) ?? '');
};
const wordsFor = (line: string): string[] => {
  const { candidates, part } = complete(line);
  return candidates.map(({ word }) => word).filter((word) => word.startsWith(part));
};

describe('what fits at the cursor', () => {
  it.each([
    ['ju', ['judge']],
    ['job ex', ['explain']],
    ['-C dir job ca', ['cat']],
    ['job list --st', ['--status']],
    ['job list --status fa', ['failed']],
    ['job list --status=fa', ['failed']],
    ['job list --status failed,ti', ['timeout']],
    ['job list --dir', ['--directory']],
    ['job cat --file res', ['result']],
    ['report --format m', ['markdown']],
    ['completion w', []],
    ['completion z', ['zsh']],
    ['status extra', []],
    ['set -- --sta', []],
  ])('%s → %j', (line, expected) => {
    expect(wordsFor(line)).toEqual(expected);
  });

  it.each([
    ['job show 1', 'records'],
    ['job diff 17 1', 'records'],
    ['cancel 17 1', 'records'],
    ['cancel -- 1', 'records'],
    ['requeue --class scf', 'classes'],
    ['job list --node n', 'nodes'],
    ['consumer drain n', 'nodes'],
    ['alloc pause c', 'entries'],
    ['alloc script --site f', 'sites'],
    ['job list --name U', 'names'],
    ['-C ', 'directories'],
    ['init x --csv t', 'files'],
    ['judge ', 'files'],
    ['job list --limit ', null],
    ['job show 17 ', null],
  ])('%s asks for %s', (line, values) => {
    expect(complete(line).values).toBe(values);
  });

  it('keeps what stands before the part that it completes', () => {
    expect(complete('job list --status=failed,ti')).toMatchObject({ before: '--status=failed,', part: 'ti' });
  });

  it('describes commands', () => {
    expect(complete('to').candidates.find(({ word }) => word === 'top')?.about).toBe(
      'show nodes, slots and jobs, live',
    );
  });
});

it('names only flags and arguments that exist', () => {
  const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
  const flags = all(program).flatMap(({ options }) => options.map(({ long }) => long));
  const names = all(program).flatMap((command) => command.registeredArguments.map((one) => one.name()));
  expect(Object.keys(valuesOfFlag).filter((flag) => !flags.includes(flag))).toEqual([]);
  expect(Object.keys(valuesOfArgument).filter((name) => !names.includes(name))).toEqual([]);
});

describe('the words of a shell', () => {
  it.each([
    ['bash', ['job', 'list', '--status', '=', 'fa'], ['job', 'list'], '--status=fa'],
    ['bash', ['job', 'list', '--status', '='], ['job', 'list'], '--status='],
    ['bash', ['job', ''], ['job'], ''],
    ['zsh', ['job', '--status=fa'], ['job'], '--status=fa'],
    ['fish', [], [], ''],
  ] as const)('%s %j', (shell, handed, words, current) => {
    expect(wordsOf(shell, handed)).toEqual({ words, current });
  });
});
