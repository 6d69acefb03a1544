import { describe, expect, it } from 'vitest';
import { loadSites } from '../../../scheduler/sites/load-sites.ts';
import { mergeSites, resolveSite } from '../../../scheduler/sites/merge-sites.ts';
import { type Site, sourcedFields } from '../../../scheduler/sites/site-schema.ts';
import { catchError } from '../../workflow/expect-error.ts';

const builtIn = loadSites('/');
const names = [...builtIn.keys()];

/** A site of several files, weakest first. */
const siteOf = (name: string, ...layers: unknown[]): Site =>
  resolveSite(name, mergeSites(layers.map((sites, index) => ({ source: `file ${index}`, sites }))));

describe('the sites of oact', () => {
  it('are those that people asked for', () => {
    expect(names.toSorted()).toEqual([
      'dod-128-pbs',
      'dod-128-slurm',
      'dod-192-pbs',
      'frontier',
      'perlmutter-cpu',
      'tuolumne',
    ]);
  });

  it('may be called as in the first plan, with an underscore', () => {
    expect(siteOf('my_system', { my_system: { scheduler: 'slurm' } })).toMatchObject({
      name: 'my_system',
      scheduler: { value: 'slurm' },
    });
  });

  it.each(names)('%s says of every value where it is from, and when', (name) => {
    const site = resolveSite(name, builtIn);
    const stated = sourcedFields.flatMap((field) => (site[field] ? [[field, site[field]] as const] : []));
    expect(stated.length).toBeGreaterThan(2);
    const poor = stated.filter(
      ([, { source, date }]) =>
        !/^https:\/\/|^oact, |^unverified$/.test(source ?? '') || !/^202\d-\d\d-\d\d$/.test(date ?? ''),
    );
    expect(poor).toEqual([]);
  });

  it('know the cores of a node, and those that its system keeps', () => {
    const cores = names.map((name) => [name, resolveSite(name, builtIn).cores?.value]);
    expect(Object.fromEntries(cores)).toEqual({
      'dod-128-pbs': 128,
      'dod-128-slurm': 128,
      'dod-192-pbs': 192,
      frontier: 64,
      'perlmutter-cpu': 128,
      tuolumne: 96,
    });
    expect(resolveSite('frontier', builtIn).coresReservedBySystem?.value).toBe(8);
  });
});

describe('sites of one’s own', () => {
  const base = { big: { scheduler: 'slurm', cores: 128, queue: 'batch', modules: ['nodejs/20'] } };

  it('a later file changes single values of an earlier one', () => {
    const site = siteOf('big', base, { big: { queue: 'long' } });
    expect([site.scheduler.value, site.cores?.value, site.queue?.value]).toEqual(['slurm', 128, 'long']);
  });

  it('a value may bring its source', () => {
    const cores = { value: 192, source: 'lscpu', date: '2026-11-28' };
    expect(siteOf('big', base, { big: { cores } }).cores).toEqual(cores);
    expect(siteOf('big', base).cores).toEqual({ value: 128, source: null, date: null });
  });

  it('extends takes over what is not said anew, over several steps', () => {
    const site = siteOf('mine', base, {
      mine: { extends: 'half', account: 'A' },
      half: { extends: 'big', cores: 64 },
    });
    expect([site.account?.value, site.cores?.value, site.queue?.value]).toEqual(['A', 64, 'batch']);
    expect(site.name).toBe('mine');
  });

  it('durations are written as everywhere', () => {
    expect(siteOf('big', base, { big: { walltime: '1-00:00:00' } }).walltime?.value).toBe(86_400);
  });

  it.each([
    ['a key that is unknown', { big: { core: 128 } }, /big[\s\S]*core/, /coresPerSlot/],
    ['a scheduler that is unknown', { big: { scheduler: 'no such one' } }, /slurm/, /^/],
    ['cores that are none', { big: { cores: 0 } }, /cores/, /^/],
    ['a value without its date', { big: { cores: { value: 1, source: 'x' } } }, /date/, /^/],
    [
      'a source of several lines',
      { big: { cores: { value: 1, source: 'x\n#SBATCH', date: '2026-11-28' } } },
      /one line/,
      /^/,
    ],
    ['a title of several lines', { big: { title: 'x\nrm -rf ~' } }, /one line/, /^/],
    ['a walltime that is none', { big: { walltime: 'soon' } }, /soon/, /^/],
    ['a limit without its time', { big: { limits: [{ queue: 'q' }] } }, /maxWalltime/, /^/],
    ['a name that is none', { 'my site': {} }, /my site/, /dashes/],
    ['a list instead of names', [], /name: /, /^/],
  ])('refuses %s', (_, layer, message, hint) => {
    const error = catchError(() => siteOf('big', base, layer));
    expect(error.code).toBe('SITE_INVALID');
    expect(error.message).toMatch(/^file 1: /);
    expect(error.message).toMatch(message);
    expect(error.hint ?? '').toMatch(hint);
  });

  it('an unknown site is answered with the known ones', () => {
    const error = catchError(() => siteOf('small', base));
    expect(error.code).toBe('SITE_NOT_FOUND');
    expect(error.hint).toContain('Known: big.');
  });

  it('refuses a site without a scheduler, and sites that extend each other', () => {
    expect(catchError(() => siteOf('mine', { mine: { cores: 1 } })).message).toContain('scheduler');
    const ring = { a: { extends: 'b' }, b: { extends: 'a' } };
    expect(catchError(() => siteOf('a', ring)).message).toContain('a → b → a');
  });
});
