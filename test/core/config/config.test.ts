import { describe, expect, it } from 'vitest';
import {
  configFromEnvironment,
  listSettings,
  mergeConfig,
  validateConfig,
  variableOf,
} from '../../../core/config/config.ts';
import { catchError } from '../../workflow/expect-error.ts';

const campaign = { campaign: '0a1b2c3d' };

describe('validateConfig', () => {
  it('fills in the defaults, durations as seconds', () => {
    const config = validateConfig(campaign, 'oact.yaml');
    expect(config).toMatchObject({
      database: 'workflow.db',
      jobRoot: 'jobs',
      jobDirPattern: 'job_{orig_index}',
      job: { timeLimit: 72_000, timeRequest: 0, maxFailCount: null },
      node: { slots: null, coresPerSlot: null, reserveCores: 0, grace: 5, idleTimeout: 600 },
    });
  });

  it.each([
    [undefined, []],
    [
      ['unstable', 'spin'],
      ['unstable', 'spin'],
    ],
    ['unstable, irc_limit', ['unstable', 'irc_limit']],
  ])('reads strict %j', (strict, keys) => {
    expect(validateConfig({ ...campaign, ...(strict && { strict }) }, 'oact.yaml').strict).toEqual(keys);
  });

  it('names the warnings when strict has a word that is none', () => {
    const error = catchError(() => validateConfig({ ...campaign, strict: ['instable'] }, 'oact.yaml'));
    expect(error.message).toMatch(/strict.*unstable/s);
  });

  it.each([
    ['20h', 72_000],
    ['1-00:00:00', 86_400],
    [90, 90],
  ])('reads the time limit %s', (timeLimit, seconds) => {
    expect(validateConfig({ ...campaign, job: { timeLimit } }, 'oact.yaml').job.timeLimit).toBe(seconds);
  });

  it.each([
    [
      [0, 8, 16],
      [0, 8, 16],
    ],
    ['0,8,16-18', [0, 8, 16, 17, 18]],
    [' 3 ', [3]],
    [5, [5]],
    ['', []],
  ])('reads the reserved cores %j', (reservedCores, cores) => {
    expect(validateConfig({ ...campaign, node: { reservedCores } }, 'oact.yaml').node.reservedCores).toEqual(
      cores,
    );
  });

  it.each([
    [
      ['OMPI_MCA_btl', 'UCX_*'],
      ['OMPI_MCA_btl', 'UCX_*'],
    ],
    ['OMPI_MCA_btl, UCX_*', ['OMPI_MCA_btl', 'UCX_*']],
    ['', []],
  ])('reads the variables to keep %j', (keepEnvironment, names) => {
    expect(
      validateConfig({ ...campaign, node: { keepEnvironment } }, 'oact.yaml').node.keepEnvironment,
    ).toEqual(names);
  });

  it.each([
    [{ ...campaign, node: { reservedCores: '0-' } }, 'node.reservedCores'],
    [{ ...campaign, node: { reservedCores: '8-0' } }, 'write 0,8,16-17'],
    [{ ...campaign, node: { reservedCores: [-1] } }, 'node.reservedCores'],
    [{ ...campaign, node: { keepEnvironment: ['*'] } }, "'*' is not the name of a variable"],
    [{ ...campaign, node: { keepEnvironment: ['OMPI_*_btl'] } }, 'is not the name of a variable'],
    [{ ...campaign, node: { keepEnvironment: ['SLURM_JOB_ID'] } }, "belongs to the scheduler's allocation"],
    [{ ...campaign, node: { keepEnvironment: ['PMI_*'] } }, "belongs to the scheduler's allocation"],
    [{ ...campaign, node: { mpirunProbe: 'soon' } }, 'node.mpirunProbe'],
    [{ ...campaign, jobs: 'elsewhere' }, 'jobs'],
    [{ ...campaign, node: { slot: 4 } }, 'slot'],
    [{ ...campaign, node: { slots: 0 } }, 'node.slots'],
    [{ ...campaign, node: { slots: '4' } }, 'node.slots'],
    [{ ...campaign, node: { memoryShare: 1.5 } }, 'node.memoryShare'],
    [{ ...campaign, job: { timeLimit: 'soon' } }, 'job.timeLimit'],
    [{ ...campaign, job: { timeLimit: 0 } }, 'job.timeLimit'],
    [{ ...campaign, job: null }, 'job'],
    [{ campaign: 'my campaign' }, 'campaign'],
    [{}, 'campaign'],
  ])('refuses %j and names the key', (raw, key) => {
    const error = catchError(() => validateConfig(raw, '/c/oact.yaml'));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain('/c/oact.yaml');
    expect(error.message).toContain(key);
  });
});

describe('mergeConfig', () => {
  it('lays sections over each other key by key; undefined does not cover, null does', () => {
    const lower = { node: { slots: 4, grace: '5s' }, orca: { path: '/opt/orca' }, database: 'a.db' };
    const upper = { node: { slots: undefined, grace: '9s' }, orca: { path: null } };
    expect(mergeConfig(lower, upper)).toEqual({
      node: { slots: 4, grace: '9s' },
      orca: { path: null },
      database: 'a.db',
    });
    expect(lower.node.grace).toBe('5s');
  });
});

describe('the environment', () => {
  it.each([
    ['campaign', 'OACT_CAMPAIGN'],
    ['jobDirPattern', 'OACT_JOB_DIR_PATTERN'],
    ['job.timeLimit', 'OACT_JOB_TIME_LIMIT'],
    ['node.coresPerSlot', 'OACT_NODE_CORES_PER_SLOT'],
    ['redis.url', 'OACT_REDIS_URL'],
    ['orca.path', 'OACT_ORCA_PATH'],
  ])('%s is set by %s', (setting, variable) => {
    expect(listSettings()).toContain(setting);
    expect(variableOf(setting)).toBe(variable);
  });

  it('gives every setting a variable of its own', () => {
    const variables = listSettings().map(variableOf);
    expect(new Set(variables).size).toBe(variables.length);
  });

  it('becomes a layer: numbers as numbers, a campaign id of digits as text', () => {
    const variables: Record<string, string> = {
      OACT_CAMPAIGN: '12345678',
      OACT_NODE_SLOTS: '4',
      OACT_NODE_MEMORY_SHARE: '0.5',
      OACT_JOB_TIME_LIMIT: '1h30m',
      OACT_ORCA_PATH: '/opt/orca/orca',
    };
    const layer = configFromEnvironment((name) => variables[name]);
    expect(layer).toEqual({
      campaign: '12345678',
      node: { slots: 4, memoryShare: 0.5 },
      job: { timeLimit: '1h30m' },
      orca: { path: '/opt/orca/orca' },
    });
    expect(validateConfig(layer, 'environment').job.timeLimit).toBe(5400);
  });
});
