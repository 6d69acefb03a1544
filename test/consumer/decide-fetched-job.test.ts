import { describe, expect, it } from 'vitest';
import { decideFetchedJob } from '../../consumer/decide-fetched-job.ts';
import { aPayload } from './a-payload.ts';

const now = new Date('2026-11-22T10:00:00Z');
const context = { campaignId: '0a1b2c3d', lostCount: 0, crashLimit: 5, endsAt: null, now };
const inSeconds = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

describe('decideFetchedJob', () => {
  it('runs a job of its campaign', () => {
    const payload = aPayload({ jobDir: '/shared/jobs/job_1' });
    expect(decideFetchedJob(payload, context)).toEqual({ kind: 'run', payload });
  });

  it.each([
    ['another version', { ...aPayload(), v: 2 }, 'payload_refused: the payload has version 2'],
    ['no payload', {}, 'payload_refused: the payload has version undefined'],
    ['a relative directory', { ...aPayload(), jobDir: 'job_1' }, 'payload_refused: the payload is invalid'],
    [
      'a foreign campaign',
      aPayload({ campaignId: 'ffffffff' }),
      'payload_refused: it belongs to campaign ffffffff, not 0a1b2c3d',
    ],
  ])('refuses %s', (_, data, reason) => {
    const decision = decideFetchedJob(data, context);
    expect(decision).toMatchObject({ kind: 'refuse', reason: expect.stringContaining(reason) });
  });

  it('refuses a job that has vanished with its node too often', () => {
    expect(decideFetchedJob(aPayload(), { ...context, lostCount: 4 }).kind).toBe('run');
    expect(decideFetchedJob(aPayload(), { ...context, lostCount: 5 })).toEqual({
      kind: 'refuse',
      reason: 'lost: its node or consumer vanished 5 times',
    });
  });

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
