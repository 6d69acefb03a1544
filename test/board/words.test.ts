import { describe, expect, it } from 'vitest';
import { nameQueueJob } from '../../board/bull-board/name-queue-job.ts';
import { judgeInfo } from '../../board/reading/read-redis-health.ts';

describe('nameQueueJob', () => {
  const job = { id: 'c17-a2', name: 'UO2Cl2 · record 17 · attempt 2', progress: 0 };
  it.each([
    [job, '#17 UO2Cl2 · attempt 2'],
    [{ ...job, name: `UCl4-7 · ${job.name}` }, '#17 UCl4-7 · UO2Cl2 · attempt 2'],
    [
      { ...job, failedReason: 'oom_killed: the system killed it', finishedOn: 1 },
      '#17 UO2Cl2 · attempt 2 · failed: oom_killed',
    ],
    [{ ...job, failedReason: 'Some words' }, '#17 UO2Cl2 · attempt 2 · failed'],
    [{ ...job, finishedOn: 1 }, '#17 UO2Cl2 · attempt 2 · completed'],
    [
      { ...job, progress: { faults: 2, handedBack: 1, start: 3 } },
      '#17 UO2Cl2 · attempt 2 · 2 faults · interrupted 1×',
    ],
    [
      {
        ...job,
        processedOn: 1000,
        finishedOn: 196_000,
        returnvalue: { metrics: { finalEnergyHartree: -626.6052985 } },
      },
      '#17 UO2Cl2 · attempt 2 · completed · -626.605299 Eh · 3m15s',
    ],
    [{ ...job, finishedOn: 5, returnvalue: 'spoilt' }, '#17 UO2Cl2 · attempt 2 · completed'],
    [{ id: 'c17-a2', name: 'something else' }, '#17 · attempt 2'],
    [{ id: '5', name: 'by hand' }, 'by hand'],
    [{}, ''],
    [null, ''],
  ])('%j', (given, expected) => {
    expect(nameQueueJob(given)).toBe(expected);
  });
});

const info = (more = ''): string =>
  `# Server\r\nredis_version:7.0.15\r\nuptime_in_seconds:60\r\nused_memory:700\r\nmaxmemory:1000\r\nconnected_clients:4\r\naof_enabled:1\r\nrole:master\r\n${more}`;

describe('judgeInfo', () => {
  it('reads what matters', () => {
    expect(judgeInfo(info())).toMatchObject({
      server: 'redis 7.0.15',
      uptimeSeconds: 60,
      usedBytes: 700,
      limitBytes: 1000,
      clients: 4,
      keeps: 'append-only file',
      warnings: [],
    });
  });
  it.each([
    ['used_memory:710', 'memory is 71 % full'],
    ['aof_last_write_status:err', 'the append-only file cannot be written'],
    ['role:slave', 'it is a replica'],
    ['loading:1', 'it is still loading its data'],
  ])('warns of %s', (line, warning) => {
    expect(judgeInfo(info(`${line}\r\n`)).warnings).toEqual([warning]);
  });
});
