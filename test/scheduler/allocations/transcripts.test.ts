import { describe, expect, it } from 'vitest';
import { type SchedulerName, schedulers } from '../../../scheduler/schedulers.ts';

const now = new Date('2026-11-30T12:00:00Z');
const list = (name: SchedulerName, text: string) =>
  schedulers[name].allocations.list('ada', []).read(text, now);
const local = (text: string): Date => new Date(text);

describe('allocations as Slurm 22.05 lists them (squeue)', () => {
  // Recorded from a private cluster; the directory of one holds the separator.
  const text = `3|PENDING|2|2026-11-30T10:00:00|2026-11-30T11:30:00|N/A|oact-c0ffee01-7|Resources|/home/ada/camp
2|RUNNING|1|2026-11-30T09:00:00|2026-11-30T09:00:02|2026-11-30T21:00:02|oact-consumer|None|/home/ada/a|b
1|COMPLETED|1|2026-11-30T08:00:00|2026-11-30T08:00:02|2026-11-30T08:10:02|oact-c0ffee01-6|None|/home/ada/camp
4|PENDING|1|2026-11-30T10:00:00|N/A|N/A|other|PartitionDown|/home/ada
5|NODE_FAIL|1|2026-11-30T10:00:00|2026-11-30T10:00:01|2026-11-30T10:00:01|oact-c0ffee01-8|NodeDown|/home/ada/camp

slurm_load_jobs error: something|else`;

  it('waits, runs or has ended, with times, reason and directory', () => {
    expect(list('slurm', text)).toEqual([
      {
        allocationId: '3',
        name: 'oact-c0ffee01-7',
        state: 'pending',
        nodes: 2,
        submittedAt: local('2026-11-30T10:00:00'),
        startsAt: local('2026-11-30T11:30:00'),
        endsAt: null,
        words: 'Resources',
        directory: '/home/ada/camp',
      },
      expect.objectContaining({
        allocationId: '2',
        state: 'running',
        endsAt: local('2026-11-30T21:00:02'),
        words: null,
        directory: '/home/ada/a|b',
      }),
      expect.objectContaining({ allocationId: '1', state: 'ended', words: 'COMPLETED' }),
      expect.objectContaining({
        allocationId: '4',
        state: 'pending',
        startsAt: null,
        words: 'PartitionDown',
      }),
      expect.objectContaining({ allocationId: '5', state: 'ended', words: 'NODE_FAIL' }),
    ]);
  });

  it('ended, by sacct, and not at all where it keeps no account', () => {
    const ask = schedulers.slurm.allocations.askEnding?.('12');
    const said =
      '12|oact-c0ffee01-9|CANCELLED by 1000|1|2026-11-30T08:00:00|2026-11-30T08:00:02|2026-11-30T08:10:02|/home/ada\n';
    expect(ask?.read(said, now)).toMatchObject({ state: 'ended', words: 'CANCELLED by 1000', nodes: 1 });
    expect(ask?.read('', now)).toBeUndefined();
  });
});

describe('allocations as Flux 0.88 lists them (flux jobs)', () => {
  it('waits with an estimate, runs with an expiration, has ended with a note', () => {
    const text = `33067892736|SCHED|2|1796061237.5103543|0.0|0.0|0.0|1796061297.020993|oact-c0ffee01-2||/home/ada/camp
24427626496|RUN|1|1796061236.9958918|1796061237.0238853|0.0|1796061297.0209222||oact-c0ffee01-1||/home/ada/camp
41641050112|CANCELED|2|1796061238.021344|0.0|1796061300.5|0.0||oact-consumer|user cancelled|/home/ada/camp
14427626496|COMPLETED|1|1796061236.9958918|1796061237.0238853|1796061240.363946|1796061297.0209222||x||/home/ada`;
    expect(list('flux', text)).toEqual([
      {
        allocationId: '33067892736',
        name: 'oact-c0ffee01-2',
        state: 'pending',
        nodes: 2,
        submittedAt: new Date(1_796_061_237_510),
        startsAt: new Date(1_796_061_297_020),
        endsAt: null,
        words: null,
        directory: '/home/ada/camp',
      },
      expect.objectContaining({ state: 'running', endsAt: new Date(1_796_061_297_020) }),
      expect.objectContaining({ state: 'ended', words: 'CANCELED: user cancelled' }),
      expect.objectContaining({ state: 'ended', words: 'COMPLETED', endsAt: new Date(1_796_061_240_363) }),
    ]);
  });
});

const job = (fields: object): string => JSON.stringify({ timestamp: 1, Jobs: { '4711.pbs01': fields } });

describe('allocations as PBS lists them (qstat -F json, by its manual)', () => {
  it.each([
    [
      'Q',
      { estimated: { start: 'Mon Nov 30 13:00:00 2026' } },
      { state: 'pending', startsAt: local('2026-11-30T13:00:00') },
    ],
    ['H', {}, { state: 'pending', startsAt: null }],
    [
      'R',
      { stime: 'Mon Nov 30 10:00:00 2026', Resource_List: { walltime: '12:00:00', nodect: 4 } },
      { state: 'running', nodes: 4, endsAt: local('2026-11-30T22:00:00') },
    ],
    [
      'F',
      { obittime: 'Mon Nov 30 11:00:00 2026', Exit_status: 271 },
      { state: 'ended', words: 'exit status 271' },
    ],
  ])('%s', (letter, fields, facts) => {
    const text = job({
      Job_Name: 'oact-c0ffee01-3',
      job_state: letter,
      ctime: 'Mon Nov 30 09:00:00 2026',
      ...fields,
    });
    expect(list('pbs', text)).toMatchObject([
      { allocationId: '4711.pbs01', name: 'oact-c0ffee01-3', ...facts },
    ]);
  });

  it('is no answer when it is no JSON, or of another shape', () => {
    expect(list('pbs', 'qstat: Unknown Job Id 4711')).toBeUndefined();
    expect(list('pbs', '{"Jobs": {"1.a": {"job_state": 3}}}')).toBeUndefined();
  });

  it('is asked for the ids of the user', () => {
    const ids = schedulers.pbs.allocations.listIds?.('ada').read('4711.pbs01\n4712.pbs01\n\n', now);
    expect(ids).toEqual(['4711.pbs01', '4712.pbs01']);
    expect(schedulers.pbs.allocations.list('ada', ['4711.pbs01']).command).toContain('4711.pbs01');
  });
});

describe('the answer to a submission', () => {
  it.each<[SchedulerName, string, string | undefined]>([
    ['slurm', '4711\n', '4711'],
    ['slurm', '4711;cluster\n', '4711'],
    ['slurm', 'sbatch: warning: x\n', undefined],
    ['flux', 'ƒ26SgGSs\n', '41641050112'],
    ['flux', '41641050112\n', '41641050112'],
    ['pbs', '4711.pbs01.example.org\n', '4711.pbs01.example.org'],
    ['pbs', '', undefined],
  ])('%s: %s', (name, text, id) => {
    expect(schedulers[name].allocations.readSubmitted(text)).toBe(id);
  });

  it.each<[SchedulerName, string, string]>([
    ['slurm', 'sbatch: fatal: Could not establish a configuration source', 'unreachable'],
    [
      'slurm',
      "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
      'limit',
    ],
    ['slurm', 'sbatch: error: QOSMaxSubmitJobPerUserLimit', 'limit'],
    ['slurm', 'sbatch: error: AssocMaxSubmitJobLimit', 'limit'],
    ['slurm', 'sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying', 'limit'],
    [
      'slurm',
      'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)',
      'unreachable',
    ],
    [
      'slurm',
      'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation',
      'unreachable',
    ],
    [
      'slurm',
      'sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified',
      'refused',
    ],
    ['slurm', 'sbatch: error: invalid partition specified: nowhere', 'refused'],
    [
      'slurm',
      'sbatch: error: Batch job submission failed: Requested node configuration is not available',
      'refused',
    ],
    [
      'flux',
      'flux-batch: ERROR: Unable to connect to Flux: ENOENT: No such file or directory',
      'unreachable',
    ],
    ['flux', 'flux-batch: ERROR: [Errno 22] Invalid queue specified: nowhere', 'refused'],
    ['pbs', "qsub: would exceed queue generic's per-user limit of jobs in 'Q' state", 'limit'],
    ['pbs', 'qsub: cannot connect to server pbs01 (errno=15010)', 'unreachable'],
    ['pbs', 'qsub: Unknown queue', 'refused'],
  ])('%s: %s', (name, words, kind) => {
    expect(schedulers[name].allocations.readRefusal(words)).toBe(kind);
  });
});
