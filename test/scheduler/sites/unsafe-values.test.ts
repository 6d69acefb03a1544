import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { mergeSites, resolveSite } from '../../../scheduler/sites/merge-sites.ts';
import { planScript } from '../../../scheduler/script/plan-script.ts';
import { nameProgram } from '../../../scheduler/script/render-script.ts';
import { quotePath, quoteWord } from '../../../scheduler/script/safe-values.ts';
import { readShippedScript } from '../../../scheduler/script/shipped-scripts.ts';
import { schedulerNames } from '../../../scheduler/schedulers.ts';
import { catchError } from '../../workflow/expect-error.ts';
import { planFor, renderFor } from './a-site.ts';

/** What a shell makes of a word. */
const read = (word: string): string =>
  execFileSync('bash', ['--norc', '-c', `printf %s ${word}`], { env: { USER: 'me you' } }).toString();

describe('what does not get into a script', () => {
  const evil = [
    'a;rm -rf ~',
    '$(id)',
    '`id`',
    'a\n#SBATCH --exclusive',
    'a b',
    "a'b",
    'a"b',
    '-x',
    'a\\b',
    '',
    'a\u2028b',
    'a#b',
  ];
  const fields = ['account', 'queue', 'qos', 'constraint'] as const;
  const cases = fields.flatMap((field) => evil.map((text) => [field, text] as const));

  it.each(cases)('--%s %j', (field, text) => {
    expect(catchError(() => planFor({ scheduler: 'slurm', [field]: text })).code).toBe('USAGE');
  });

  it.each(['x; id', 'load $(id)', 'a\nid', '', 'module', "a'b", 'a|b', 'a>b', 'a&', '~/x', 'a\tb'])(
    '--module %j',
    (line) => {
      expect(catchError(() => planFor({ scheduler: 'slurm', modules: [line] })).code).toBe('USAGE');
    },
  );

  it.each(schedulerNames)('a site’s directives and names of variables, for %s', (scheduler) => {
    for (const bad of [
      { directives: ['--x=$(id)'] },
      { directives: ['x'] },
      { environment: ['A=B'] },
      { environment: ['A,B'] },
    ]) {
      const sites = mergeSites([{ source: 'own', sites: { mine: { scheduler, cores: 8, ...bad } } }]);
      expect(catchError(() => planScript({}, resolveSite('mine', sites))).code).toBe('USAGE');
    }
  });

  it.each([
    [{ redis: 'redis://consumer:secret@host:6379' }, /must not contain a password/],
    [{ redisPasswordFile: '/x' }, /needs --redis/],
    [{ redis: 'redis://host', redisPasswordFile: 'x' }, /absolute/],
    [{ scratch: 'tmp' }, /absolute/],
    [{ scheduler: 'flux', qos: 'high' }, /flux has no QOS/],
    [{ scheduler: 'pbs' }, /needs the number of cores/],
    [{ scheduler: 'pbs', coresPerNode: 8, constraint: 'fast' }, /constraint of pbs/],
    [{ walltime: 179 }, /2m59s leaves no time for jobs/],
    [{ scheduler: 'pbs', coresPerNode: 8, walltime: Infinity }, /PBS needs a limit of the walltime/],
  ] as const)('%j', (wishes, message) => {
    const error = catchError(() => planFor({ scheduler: 'slurm', ...wishes }));
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('secret');
    expect(error.exitCode).toBe(2);
  });

  it('nothing at all without scheduler and site', () => {
    expect(catchError(() => planFor({})).message).toContain('no scheduler and no site');
  });

  it.each(['/a b', "it's", '$(id)', '`id`', '"', '\\', '*', '~', '!x', '{a,b}', '', '#x', 'é'])(
    'a shell reads the quoted %j as it was',
    (text) => {
      expect(read(quoteWord(text))).toBe(text);
      expect(read(quotePath(`${text}/{user}/x`))).toBe(`${text}/me you/x`);
    },
  );

  it('line breaks are refused where other text is quoted', () => {
    expect(catchError(() => quoteWord('a\nb')).code).toBe('USAGE');
    expect(catchError(() => renderFor({ scheduler: 'slurm', consumeFlags: ['a\u0000b'] })).code).toBe(
      'USAGE',
    );
  });

  it('a path of oact that a shell would read otherwise', () => {
    const shipped = readShippedScript('slurm');
    expect(nameProgram(shipped, '/opt/o/oact.js')).toContain('\noact=${OACT:-/opt/o/oact.js}\n');
    expect(nameProgram(shipped, '/opt/my oact/oact.js')).toBe(shipped);
  });
});
