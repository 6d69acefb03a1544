import { describe, expect, it } from 'vitest';
import {
  decideHome,
  type HomeOwner,
  isSessionOfRun,
  type LifeSign,
  parseHomeName,
  parseScratchMark,
  renderHomeName,
  renderPlace,
} from '../../../consumer/files/scratch-home.ts';

const owner: HomeOwner = { pid: 4711, start: 'qk2', place: '0a1b2c' };

describe('the name of a scratch home', () => {
  it('is read as it was written', () => {
    expect(renderHomeName(owner)).toBe('4711-qk2-0a1b2c');
    expect(parseHomeName(renderHomeName(owner))).toEqual(owner);
  });

  it('leaves Open MPI half of the 107 bytes of a socket path', () => {
    // The longest process id, a machine that has been up for a year, a user and a record with many digits.
    const name = renderHomeName({ pid: 4_194_304, start: (3_153_600_000).toString(36), place: 'ffffff' });
    expect(`/tmp/oact-100000/${name}/c12345-a1-1-abcdef12`.length).toBeLessThanOrEqual(60);
  });

  it.each([
    '',
    'x',
    '4711',
    '4711-qk2',
    '4711-qk2-0a1b2',
    '0-qk2-0a1b2c',
    '-1-qk2-0a1b2c',
    '4711-qk2-0a1b2c-x',
    '..',
  ])("'%s' is none", (name) => expect(parseHomeName(name)).toBeUndefined());

  it('tells hosts and process namespaces apart', () => {
    const places = [renderPlace('n1', 'pid:[1]'), renderPlace('n2', 'pid:[1]'), renderPlace('n1', 'pid:[2]')];
    expect(new Set(places).size).toBe(3);
    expect(places[0]).toMatch(/^[0-9a-f]{6}$/);
  });
});

describe('the mark of a run', () => {
  it.each([
    ['/tmp/oact-1000/4711-qk2-0a1b2c/c1-a1-1-abcdef12', 'c1-a1-1-abcdef12'],
    // A wrapper around ORCA may have gone one deeper.
    ['/scratch/x/oact-1000/4711-qk2-0a1b2c/c1-a1-1-abcdef12/mine', 'c1-a1-1-abcdef12'],
    // The test of a test: a campaign whose TMPDIR lies in another scratch directory.
    ['/tmp/oact-1000/1-1-0a1b2c/c9-a1-1-x/oact-1000/4711-qk2-0a1b2c/run', 'run'],
  ])('%s', (tmpDir, run) => expect(parseScratchMark(tmpDir, 1000)).toEqual({ owner, run }));

  it.each([
    '/tmp',
    '/tmp/oact-Ab12Cd',
    // The consumer's own directory, without a run.
    '/tmp/oact-1000/4711-qk2-0a1b2c',
    '/tmp/oact-1000/4711-qk2-0a1b2c/',
    '/tmp/oact-1000/else/c1-a1-1-abcdef12',
    // Another user's.
    '/tmp/oact-1001/4711-qk2-0a1b2c/c1-a1-1-abcdef12',
    '/tmp/4711-qk2-0a1b2c/c1-a1-1-abcdef12',
  ])('is not in %s', (tmpDir) => expect(parseScratchMark(tmpDir, 1000)).toBeUndefined());
});

describe('a home', () => {
  const decisions: [string, string, LifeSign, 'alive' | 'dead' | 'elsewhere'][] = [
    ['its consumer lives', owner.place, { kind: 'lives', start: 'qk2' }, 'alive'],
    ['its consumer has gone', owner.place, { kind: 'gone' }, 'dead'],
    ['another process has got the id', owner.place, { kind: 'lives', start: 'qk3' }, 'dead'],
    ['the system does not say', owner.place, { kind: 'unknown' }, 'alive'],
    ['another host or container made it', 'ffffff', { kind: 'gone' }, 'elsewhere'],
  ];
  it.each(decisions)('%s', (_what, place, sign, decision) => {
    expect(decideHome(owner, { place, lookAt: () => sign })).toBe(decision);
  });
});

describe('a session', () => {
  it.each([
    ['ORCA and its ranks', [10, 11, 12], [10, 11, 12], true],
    ['ORCA and a program that was given another environment', [10, 11], [10], true],
    ['ranks whose leader has died', [11, 12], [11, 12], true],
    ['a shell in which somebody looks into a run', [10, 11], [11], false],
    ['nothing, because it has ended meanwhile', [], [], false],
    ['what is left of such a shell', [11, 12], [11], false],
  ])('of %s', (_what, members, marked, isOfRun) => {
    expect(isSessionOfRun(10, members, new Set(marked))).toBe(isOfRun);
  });
});
