import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { anOptimization } from './a-progress.ts';
import { renderStatus, type StatusReport } from '../../cli/status/run-status.ts';

const report: StatusReport = {
  campaign: { id: '0a1b2c3d', directory: '/c' },
  database: { to_run: 5, running: 2, completed: 2, failed: 1, timeout: 0, other: 0, total: 10 },
  rate: { finished: 20, seconds: 3600, perHour: 20, remaining: 40, capped: 0, etaSeconds: 7200 },
  retries: 0,
  stopped: [],
  paused: null,
  serve: null,
  toCancel: 0,
  claimed: { queued: 1, putOff: 0, running: 1, toSettle: 4, elsewhere: 0 },
  putOff: [],
  leftOut: null,
  queue: { waiting: 1, active: 1, completed: 3, failed: 1 },
  redis: { kind: 'redis-server', url: 'redis://login1:6390/0', error: null },
  consumers: { running: 3, draining: 0, silent: 0, busy: 7, slots: 12, announcedSecondsAgo: 4, faulty: [] },
  running: { total: 0, stalled: 0, phases: {}, jobs: [] },
  allocations: { open: [], paused: [] },
  busy: null,
};
const linesOf = (changes: Partial<StatusReport>): string[] =>
  stripVTControlCharacters(renderStatus({ ...report, ...changes }))
    .split('\n')
    .map((line) => line.trimEnd());

it('shows database and queue side by side', () => {
  const lines = linesOf({});
  expect(lines[0]).toBe('campaign  0a1b2c3d  /c');
  expect(lines).toContainEqual(expect.stringMatching(/^to_run\s+5\s+50\.0 %$/));
  expect(lines).toContainEqual(expect.stringMatching(/^total\s+10$/));
  expect(lines).toContain('queue     1 waiting, 1 running, 4 to settle');
  expect(lines.at(-1)).toBe('redis     redis-server redis://login1:6390/0');
});

it('says how many consumers work, and names the nodes that were found broken', () => {
  expect(linesOf({})).toContain('consumers 3 running; 7 of 12 slots busy, as reported up to 4 s ago');
  const at = new Date(Date.now() - 2 * 3_600_000).toISOString();
  const lines = linesOf({
    consumers: {
      running: 2,
      draining: 1,
      silent: 4,
      busy: 7,
      slots: 12,
      announcedSecondsAgo: 4,
      faulty: [
        { node: 'n7', at, why: 'the scratch directory is full' },
        { node: 'n8', at, why: null },
      ],
    },
  });
  expect(lines).toContain(
    'consumers 2 running, 1 draining, 4 silent; 7 of 12 slots busy, as reported up to 4 s ago',
  );
  expect(lines).toContain('faulty    n7, 2h00m ago: the scratch directory is full');
  expect(lines).toContain('faulty    n8, 2h00m ago: its log says why');
});

it('separates what is queued, put off, on nodes and to settle, and names what is waited for', () => {
  const until = new Date(Date.now() + 120_000).toISOString();
  const lines = linesOf({
    database: { ...report.database, running: 400 },
    claimed: { queued: 300, putOff: 1, running: 28, toSettle: 71, elsewhere: 0 },
    putOff: [{ recordId: 46, until, why: 'disk full' }],
    leftOut: {
      notedAt: new Date(Date.now() - 60_000).toISOString(),
      notedBy: 'oact serve',
      leftOut: [{ cause: 'size', records: 7, examples: [1, 2], reason: 'it has 200 atoms' }],
    },
  });
  expect(lines).toContainEqual(expect.stringMatching(/^running\s+400/));
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}queued\s+300$/));
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}put off\s+1$/));
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}on nodes\s+28$/));
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}to settle\s+71$/));
  expect(lines).toContainEqual(
    expect.stringMatching(/^put off {3}#46: disk full, retried in (2m00s|1m59s)$/),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^left out {2}7 are outside --min-atoms and --max-atoms: 1, 2, …\. .* \(found by oact serve 1m00s ago\)$/,
    ),
  );
});

it('shows what the running jobs do', () => {
  const started = new Date(Date.now() - 3_600_000).toISOString();
  const progress = anOptimization(new Date().toISOString());
  const job = {
    jobId: 'c17-a1',
    recordId: 17,
    name: null,
    formula: 'UO2',
    node: 'n1',
    slot: 3,
    startedAt: started,
    progress,
  };
  const lines = linesOf({
    running: { total: 12, stalled: 0, phases: { SCF: 11, gradient: 1 }, jobs: [job] },
  });
  expect(lines).toContain('jobs      11 SCF, 1 gradient');
  expect(lines).toContainEqual(expect.stringMatching(/^ +17 +UO2 +n1 +3 +1h00m +SCF /));
  const named = linesOf({
    running: { total: 1, stalled: 0, phases: { SCF: 1 }, jobs: [{ ...job, name: 'UCl4-7' }] },
  });
  expect(named).toContainEqual(expect.stringMatching(/^record +name +formula/));
  expect(named).toContainEqual(expect.stringMatching(/^ +17 +UCl4-7 +UO2 +n1 +3 +1h00m +SCF /));
  expect(lines).toContain('… and 11 more, started later; oact consumer list --json shows all');
  expect(linesOf({}).some((line) => line.startsWith('jobs '))).toBe(false);
});

it('says why the queue is not there', () => {
  const lines = linesOf({
    queue: null,
    consumers: null,
    running: null,
    redis: { kind: null, url: null, error: 'no answer' },
  });
  expect(lines.at(-1)).toBe('queue     not reachable: no answer');
});

it('counts words that no tool should have written, and shows no shares of nothing', () => {
  const database = { ...report.database, other: 3 };
  expect(linesOf({ database })).toContainEqual(expect.stringMatching(/^\(unknown word\)\s+3\s+30\.0 %$/));
  const empty = { to_run: 0, running: 0, completed: 0, failed: 0, timeout: 0, other: 0, total: 0 };
  expect(linesOf({ database: empty })).toContainEqual(expect.stringMatching(/^to_run\s+0$/));
});

it('names the command that keeps the queue to itself', () => {
  expect(linesOf({ busy: 'oact run is at work' })).toContain('busy      oact run is at work');
});

it.each([
  ['alive', 5, 'serve     alive 5.0s ago on login1 (process 42)'],
  [
    'silent',
    7200,
    'serve     dead or cut off: last alive 2h00m ago on login1 (process 42); start oact serve again',
  ],
  ['ended', 90, 'serve     none runs: the last one ended 1m30s ago on login1 (process 42)'],
] as const)('says where oact serve was alive: %s', (state, seconds, line) => {
  const lastAliveAt = new Date(Date.now() - seconds * 1000).toISOString();
  const serve = { state, host: 'login1', pid: 42, lastAliveAt, startedAt: lastAliveAt };
  expect(linesOf({ serve })).toContain(line);
});
