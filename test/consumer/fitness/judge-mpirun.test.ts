import { describe, expect, it } from 'vitest';
import { judgeMpirun, judgeRanks, type MpirunEnding } from '../../../consumer/fitness/judge-mpirun.ts';
import type { ProbeEnd } from '../../../consumer/fitness/judge-node.ts';
import { parseOpenMpiVersion, wantedOpenMpi } from '../../../consumer/fitness/mpi-versions.ts';

const masks = (...lists: string[]): string => lists.map((list) => `Cpus_allowed_list:\t${list}\n`).join('');
const ended = (changes: Partial<ProbeEnd>): ProbeEnd => ({
  spawnError: null,
  exitCode: 0,
  signal: null,
  timedOut: false,
  text: masks('8-15', '8-15'),
  ...changes,
});

describe('two ranks in slot 8-15', () => {
  const cores = [8, 9, 10, 11, 12, 13, 14, 15];
  /** Words of Open MPI 4.1.4. */
  const noSlots = `--------------------------------------------------------------------------
There are not enough slots available in the system to satisfy the 2
slots that were requested by the application:`;
  it.each<[string, Partial<ProbeEnd>, MpirunEnding]>([
    ['that may run on all of it', {}, { kind: 'ok' }],
    ['each on a core of it', { text: masks('8', '9') }, { kind: 'ok' }],
    ['of which one may run elsewhere', { text: masks('8', '0') }, { kind: 'escaped', masks: ['8', '0'] }],
    ['on all of the node', { text: masks('0-95', '0-95') }, { kind: 'escaped', masks: ['0-95', '0-95'] }],
    ['that do not end', { timedOut: true, exitCode: null, text: '' }, { kind: 'hung', seconds: 2 }],
    ['that hang after their words', { timedOut: true }, { kind: 'hung', seconds: 2 }],
    [
      'for which there are no slots',
      { exitCode: 1, text: noSlots },
      {
        kind: 'crashed',
        words: 'exit code 1: There are not enough slots available in the system to satisfy the 2',
      },
    ],
    [
      'of an mpirun that crashes',
      { exitCode: null, signal: 'SIGSEGV', text: '' },
      { kind: 'crashed', words: 'signal SIGSEGV' },
    ],
    ['of which one has no words', { text: masks('8-15') }, { kind: 'crashed', words: 'exit code 0' }],
    [
      'of an mpirun that is not there',
      { spawnError: 'ENOENT', exitCode: null, text: '' },
      { kind: 'crashed', words: 'ENOENT' },
    ],
  ])('%s', (_, end, ending) => {
    expect(judgeRanks(ended(end), cores, 2000)).toEqual(ending);
  });

  it('are not asked where they run when slots are not pinned', () => {
    expect(judgeRanks(ended({ text: masks('0-95', '0-95') }), null, 2000)).toEqual({ kind: 'ok' });
  });
});

describe('what it means for the node', () => {
  const facts = {
    path: '/usr/bin/mpirun',
    versionText: 'mpirun (Open MPI) 4.1.4',
    wanted: '4.1.6',
    ending: { kind: 'ok' } as MpirunEnding,
  };
  const endings: MpirunEnding[] = [
    { kind: 'hung', seconds: 10 },
    { kind: 'escaped', masks: ['0', '1'] },
    { kind: 'crashed', words: 'signal SIGSEGV' },
  ];

  it.each(endings)('$kind: no job of several ranks; slots of one core go on with a warning', (ending) => {
    expect(judgeMpirun({ ...facts, ending }, 8)).toMatchObject({
      kind: 'unfit',
      mayPass: false,
      message: expect.stringContaining('mpirun (/usr/bin/mpirun, Open MPI 4.1.4)'),
      hint: expect.stringContaining('mpirunProbe: 0'),
    });
    expect(judgeMpirun({ ...facts, ending }, 1)).toMatchObject({
      kind: 'doubtful',
      message: expect.stringContaining('slots of one core do without it'),
    });
  });

  it.each([
    ['4.1.6', 'mpirun (Open MPI) 4.1.4', 'fit'],
    ['4.1.6', 'mpirun (Open MPI) 5.0.7', 'doubtful'],
    ['5.0.3', 'mpirun (Open MPI) 4.1.4', 'doubtful'],
    [null, 'mpirun (Open MPI) 5.0.7', 'fit'],
    ['4.1.6', '', 'fit'],
    ['4.1.6', 'HYDRA build details:', 'doubtful'],
    [null, 'Intel(R) MPI Library for Linux* OS, Version 2021.11', 'doubtful'],
  ])('ORCA wants %s, mpirun says %j: %s', (wanted, versionText, kind) => {
    expect(judgeMpirun({ ...facts, wanted, versionText }, 8).kind).toBe(kind);
  });
});

describe('the Open MPI that an ORCA wants', () => {
  it.each([
    ['/opt/orca_6_0_1_linux_x86-64_shared_openmpi416/orca', '4.1.6'],
    ['/sw/orca_6_1_0_linux_x86-64_shared_openmpi418_avx2/orca', '4.1.8'],
    ['/sw/orca_5_0_4_linux_x86-64_shared_openmpi411/orca', '4.1.1'],
    ['/sw/ORCA/6.1.0-OpenMPI-5.0.3-GCC-13.3/bin/orca', '5.0.3'],
    ['/usr/workspace/me/orca_6_1/orca', '4.1.8'],
    ['/sw/orca/5.0.4/orca', '4.1.1'],
    ['/sw/orca-6.0.0/orca', '4.1.6'],
    ['/opt/orca/orca', null],
    ['/home/user2/orca', null],
  ])('%s: %s', (path, version) => {
    expect(wantedOpenMpi(path)).toBe(version);
  });

  it.each([
    ['mpirun (Open MPI) 4.1.4', '4.1.4'],
    ['mpirun (Open MPI) 5.0.7', '5.0.7'],
    ['HYDRA build details:', null],
    ['', null],
  ])('%j is Open MPI %s', (text, version) => {
    expect(parseOpenMpiVersion(text)).toBe(version);
  });
});
