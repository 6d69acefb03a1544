import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { payloadVersion } from '../../../core/job/payload.ts';
import { signPayload, unsignedRefusal } from '../../../core/payload-signature.ts';
import { decideFetchedJob, type FetchedJobContext } from '../../../consumer/queue/decide-fetched-job.ts';
import { parseHistory } from '../../../core/job/job-history.ts';
import { aPayload } from '../a-payload.ts';

const now = new Date('2026-11-22T10:00:00Z');
const context: FetchedJobContext = {
  jobId: 'c1-a1',
  campaignId: '0a1b2c3d',
  lostCount: 0,
  history: parseHistory(0),
  crashLimit: 5,
  endsAt: null,
  now,
};
const inSeconds = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

describe('decideFetchedJob', () => {
  it('runs a job of its campaign', () => {
    const payload = aPayload({ jobDir: 'job_1' });
    expect(decideFetchedJob(payload, context)).toEqual({ kind: 'run', payload });
  });

  it.each([
    ['no payload', {}, 'payload_refused: the payload is invalid'],
    ['a way up', { ...aPayload(), jobDir: '../job_1' }, 'payload_refused: the payload is invalid'],
    [
      'a foreign campaign',
      aPayload({ campaignId: 'ffffffff' }),
      'payload_refused: it belongs to campaign ffffffff, not 0a1b2c3d',
    ],
  ])('refuses %s', (_, data, reason) => {
    const decision = decideFetchedJob(data, context);
    expect(decision).toMatchObject({ kind: 'refuse', reason: expect.stringContaining(reason) });
  });

  it('leaves a payload of a newer oact to a newer node', () => {
    const decision = decideFetchedJob({ ...aPayload(), v: payloadVersion + 1 }, context);
    expect(decision).toMatchObject({ kind: 'unfit', error: { code: 'PAYLOAD_VERSION' } });
  });

  it('runs what a producer of the campaign signed, and nothing else once there is a key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const signed = signPayload(aPayload(), privateKey);
    expect(decideFetchedJob(signed, { ...context, publicKey }).kind).toBe('run');
    expect(decideFetchedJob(aPayload(), { ...context, publicKey })).toMatchObject({
      kind: 'refuse',
      reason: expect.stringContaining(unsignedRefusal),
    });
    const changed = { ...signed, timeLimitSeconds: 1 };
    expect(decideFetchedJob(changed, { ...context, publicKey })).toMatchObject({
      kind: 'refuse',
      reason: expect.stringMatching(/^payload_refused: no producer of this campaign signed it/),
    });
  });

  const { calculation } = aPayload();
  it.each([
    ['a new job', { blocks: ['%scf MaxIter 1 end\n$new_job\n! HF'] }],
    ['a new job in a line', { blocks: ['%scf MaxIter 1 $new_job end'] }],
    ['ranks of its own', { blocks: ['%pal nprocs 64 end'] }],
    ['memory of its own', { blocksAfterResources: ['%maxcore 99999'] }],
    ['a compound script', { blocks: ['%compound "x.cmp" end'] }],
    ['a program', { blocks: ['%method ProgExt "/bin/sh" end'] }],
    ['a second block', { blocks: ['%scf MaxIter 1 end %pal nprocs 9 end'] }],
    ['coordinates', { blocks: ['%scf MaxIter 1 end\n*xyz 0 1'] }],
    ['no block', { blocks: ['nprocs 9'] }],
    ['a line in a word', { keywords: ['HF', 'Opt\n%pal nprocs 9 end'] }],
    ['a block in a word', { keywords: ['%pal'] }],
    ['ranks as a word', { keywords: ['HF', 'PAL8'] }],
  ])('refuses %s, which no producer would have written', (_, changes) => {
    const data = aPayload({ calculation: { ...calculation, ...changes } });
    expect(decideFetchedJob(data, context)).toMatchObject({
      kind: 'refuse',
      reason: expect.stringMatching(/^payload_refused: ORCA would not be given this input: /),
    });
  });

  it('refuses a remedy that smuggles a block in', () => {
    const remedies = [{ kind: 'scf' as const, settings: { DIISMaxEq: '9 end\n%pal nprocs 9' } }];
    expect(decideFetchedJob(aPayload({ remedies }), context)).toMatchObject({ kind: 'refuse' });
  });

  it('refuses a copy under an id that is not its own', () => {
    expect(decideFetchedJob(aPayload(), { ...context, jobId: '7' })).toEqual({
      kind: 'refuse',
      reason: 'payload_refused: its payload is that of c1-a1',
    });
  });

  it.each([
    // lost, faults, handed back, words; each is enough
    [5, 0, 0, 'lost: lost 5 times: its node or consumer vanished, last on node7'],
    [6, 5, 5, 'lost: lost 6 times: its node or consumer vanished, last on node7'],
    [0, 5, 0, 'fault: ENOSPC (met 5 times, last on node7)'],
    [
      0,
      0,
      5,
      'interrupted: cut short 5 times by the end of a walltime, last on node7: it needs a longer walltime, or a time request',
    ],
  ])(
    'gives up a job that was lost %d times, met %d faults and was cut short %d times',
    (lostCount, faults, outOfTime, reason) => {
      const history = { ...parseHistory(0), faults, outOfTime, node: 'node7', lastFault: 'ENOSPC' };
      const payload = aPayload();
      expect(decideFetchedJob(payload, { ...context, lostCount, history })).toEqual({
        kind: 'give_up',
        payload,
        reason,
      });
    },
  );

  it('runs a job that has come back one time less, in every way at once', () => {
    const history = { ...parseHistory(0), faults: 4, handedBack: 4, outOfTime: 4 };
    expect(decideFetchedJob(aPayload(), { ...context, lostCount: 4, history }).kind).toBe('run');
  });

  it.each([
    // granted in all, left now, expected at most, decision
    [3600, 1800, 1700, 'run'],
    [3600, 1800, 1900, 'too_late'],
    [3600, 1800, null, 'run'],
    // No node of this size would ever have room for it: a fresh one takes it.
    [3600, 3590, 9000, 'run'],
    [3600, 3000, 9000, 'too_late'],
    [3600, 0, null, 'too_late'],
  ])(
    'of %d s granted and %d s left, a job that is expected to take %s s: %s',
    (granted, left, upperSeconds, kind) => {
      const expected = { medianSeconds: 60, upperSeconds };
      const times = { endsAt: inSeconds(left), startedAt: inSeconds(left - granted) };
      expect(decideFetchedJob(aPayload({ expected }), { ...context, ...times }).kind).toBe(kind);
      // What a user asks for counts instead, to the letter.
      const asked = aPayload({ expected, timeRequestSeconds: left + 1 });
      expect(decideFetchedJob(asked, { ...context, ...times }).kind).toBe('too_late');
    },
  );

  it.each([
    // seconds of walltime left, seconds requested, decision
    [3600, 0, 'run'],
    [3600, 1800, 'run'],
    [3600, 3600, 'too_late'],
    [1800, 3600, 'too_late'],
    [0, 0, 'too_late'],
    [-10, 0, 'too_late'],
  ])(
    '%d s before the end of the walltime, a job that asks for %d s: %s',
    (left, timeRequestSeconds, kind) => {
      const decision = decideFetchedJob(aPayload({ timeRequestSeconds }), {
        ...context,
        endsAt: inSeconds(left),
      });
      expect(decision.kind).toBe(kind);
    },
  );
});
