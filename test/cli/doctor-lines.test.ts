import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type CheckLine, exitCodeOf, fail, failOf, ok, skip, warn } from '../../cli/doctor/check-line.ts';
import { judgeAllocation, judgeDrawing } from '../../cli/doctor/judge-compute-node.ts';
import {
  judgeDatabase,
  judgeDirectories,
  judgeNodeVersion,
  judgeRedis,
  judgeSchedulers,
  type RedisFacts,
} from '../../cli/doctor/judge-login.ts';
import { renderChecks, summarizeChecks } from '../../cli/doctor/render-checks.ts';
import { runChecks } from '../../cli/doctor/run-checks.ts';
import type { NodeFlags } from '../../cli/flags/node-flags.ts';
import { drawNode } from '../../cli/node/plan-node.ts';
import { parseRedisInfo } from '../../core/redis/check-redis.ts';
import { validateConfig } from '../../core/config/config.ts';
import { OactError } from '../../core/errors.ts';
import { type FakeNode, writeFakeNode } from '../consumer/fake-node.ts';
import { topologies } from '../fixtures/topologies.ts';

const statusesOf = (lines: readonly CheckLine[]): string[] =>
  lines.map(({ check, status }) => `${check} ${status}`);

describe('a login node', () => {
  it.each([
    ['20.20.2', 'ok'],
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
    ['20.18.3', 'fail'],
    ['18.20.0', 'fail'],
  ])('with Node %s: %s', (version, status) => {
    expect(judgeNodeVersion(version).status).toBe(status);
  });

  it.each<[string, boolean, number, RegExp]>([
    ['job_{id}', true, 0, /^$/],
    ['job_{id}', false, 3, /dashboard reads other directories/],
    ['job_{orig_index}', false, 0, /^$/],
    ['job_{orig_index}', true, 0, /^$/],
    ['job_{orig_index}', false, 3, /3 values of orig_index belong to several records/],
  ])('names directories of other records: %s, by id %s, %i shared', (pattern, isById, shared, message) => {
    const lines = judgeDirectories(pattern, isById, shared);
    expect(lines.map((line) => line.message).join('; ')).toMatch(message);
  });

  it('names the file system of the database, and refuses one that cannot be written', () => {
    const facts = { path: '/c/workflow.db', records: 7, networkFileSystem: 'Lustre', isWritable: true };
    expect(judgeDatabase(facts)).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('on Lustre'),
    });
    expect(judgeDatabase({ ...facts, isWritable: false })).toMatchObject({ status: 'fail' });
  });

  const good = {
    redis_version: '7.0.15',
    role: 'master',
    maxmemory: '0',
    maxmemory_policy: 'noeviction',
    aof_enabled: '1',
  };
  const redis = (changes: Record<string, string>, isLoopback = false): RedisFacts => ({
    where: 'redis-server at redis://login1:6390/0',
    isLoopback,
    info: parseRedisInfo(
      Object.entries({ ...good, ...changes })
        .map(([name, value]) => `${name}:${value}`)
        .join('\r\n'),
    ),
  });

  it.each<[string, RedisFacts, boolean, string[]]>([
    ['as oact starts it', redis({}), true, ['redis ok', 'persistence ok', 'eviction ok']],
    ['without a file', redis({ aof_enabled: '0' }), true, ['redis ok', 'persistence warn', 'eviction ok']],
    ['that nodes cannot reach', redis({}, true), true, ['redis warn', 'persistence ok', 'eviction ok']],
    ['on a laptop', redis({}, true), false, ['redis ok', 'persistence ok', 'eviction ok']],
    [
      'that is nearly full',
      redis({ maxmemory: '1000', used_memory: '900' }),
      true,
      ['redis ok', 'persistence ok', 'eviction warn'],
    ],
  ])('with a Redis %s', (_, facts, hasScheduler, statuses) => {
    expect(statusesOf(judgeRedis(facts, hasScheduler))).toEqual(statuses);
  });

  it('says which scheduler answers', () => {
    const slurm = {
      scheduler: 'Slurm' as const,
      program: '/usr/bin/sbatch',
      answer: 'partitions main',
      error: null,
    };
    expect(statusesOf(judgeSchedulers([]))).toEqual(['scheduler skip']);
    expect(statusesOf(judgeSchedulers([slurm]))).toEqual(['scheduler ok']);
    expect(
      judgeSchedulers([{ ...slurm, error: 'slurm_load_partitions: Unable to contact' }])[0],
    ).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('Unable to contact'),
    });
  });
});

describe('a compute node', () => {
  const config = validateConfig({ campaign: '0a1b2c3d' }, 'test');
  const judge = (node: FakeNode, flags: NodeFlags = {}, inAllocation = true): CheckLine[] =>
    judgeDrawing(drawNode(flags, config, writeFakeNode(node)), inAllocation);

  it.each<[string, FakeNode, NodeFlags, string[]]>([
    ['whole', topologies.apu96, {}, ['cores ok', 'memory ok']],
    ['of which the site keeps some cores', topologies.trento64, {}, ['cores ok', 'memory ok']],
    ['with idle cores', topologies.apu96, { coresPerSlot: 16 }, ['cores ok', 'cores warn', 'memory ok']],
    [
      'of which a step got two cores',
      { ...topologies.apu96, allowed: '0-1' },
      {},
      ['cores ok', 'cores warn', 'memory ok'],
    ],
    [
      'with less CPU time than cores',
      topologies.container3,
      {},
      ['cores ok', 'cores warn', 'cpu time warn', 'memory ok'],
    ],
    [
      'with enough CPU time',
      topologies.container3,
      { coresPerSlot: 2 },
      ['cores ok', 'cores warn', 'cores warn', 'cpu time ok', 'memory ok'],
    ],
    ['with little memory', { ...topologies.apu96, memoryGb: 31 }, {}, ['cores ok', 'memory warn']],
    [
      'whose memory was not asked for',
      {
        ...topologies.milan128,
        files: {
          ...topologies.milan128.files,
          'sys/fs/cgroup/memory/slurm/uid_1000/job_77/memory.limit_in_bytes': String(100 * 1024 ** 3),
        },
      },
      {},
      ['cores ok', 'memory warn'],
    ],
  ])('%s', (_, node, flags, statuses) => {
    expect(statusesOf(judge(node, flags))).toEqual(statuses);
  });

  it('is told how to get the memory and the cores that it lacks', () => {
    const few = judge({ ...topologies.apu96, allowed: '0-1' });
    expect(few[1]).toMatchObject({ message: "this process may use only 2 of the node's 96 cores" });
    expect(few[1]?.cure).toContain('--cpu-bind=none');
    // Outside an allocation two cores may be all that was meant.
    expect(statusesOf(judge({ ...topologies.apu96, allowed: '0-1' }, {}, false))).toEqual([
      'cores ok',
      'memory ok',
    ]);
  });

  it('says in which allocation it is', () => {
    const none = {
      scheduler: null,
      allocationId: null,
      node: 'n1',
      endsAt: null,
      restartCount: null,
      nodeCount: 1,
    };
    expect(judgeAllocation(none).status).toBe('skip');
    expect(judgeAllocation({ ...none, scheduler: 'slurm', allocationId: '77' }).message).toBe(
      'slurm 77 on n1',
    );
  });
});

describe('the lines', () => {
  const lines = [
    ok('cores', 'all'),
    warn('memory', 'little', 'Use fewer slots.'),
    skip('redis', 'no campaign'),
    fail('orca', 'does not start', 'Load its module.'),
  ];
  const plain = (quiet: boolean): string[] => renderChecks(lines, quiet).map(stripVTControlCharacters);

  it('have the cure below', () => {
    expect(plain(false)).toEqual([
      'ok    cores   all',
      'warn  memory  little',
      '              Use fewer slots.',
      'skip  redis   no campaign',
      'fail  orca    does not start',
      '              Load its module.',
    ]);
    expect(plain(true)).toEqual([
      'warn  memory  little',
      '              Use fewer slots.',
      'fail  orca    does not start',
      '              Load its module.',
    ]);
    expect(summarizeChecks(lines)).toBe('1 fail, 1 warn, 1 ok, 1 skip');
  });

  it('fail the command only when one of them failed', () => {
    expect(exitCodeOf(lines)).toBe(1);
    expect(exitCodeOf(lines.slice(0, 3))).toBe(0);
  });

  it('come of every check, be it that it throws or never ends', async () => {
    const checks = [
      { name: 'a', limitSeconds: 60, run: () => Promise.resolve([ok('a', 'fine')]) },
      { name: 'b', limitSeconds: 60, run: () => Promise.reject(new Error('broken')) },
      { name: 'c', limitSeconds: 0.1, run: () => new Promise<CheckLine[]>(() => undefined) },
    ];
    expect(await runChecks(checks)).toEqual([
      ok('a', 'fine'),
      fail('b', 'broken'),
      expect.objectContaining({ check: 'c', status: 'fail', message: 'no answer within 0.1 s' }),
    ]);
    expect(failOf('d', new OactError('ORCA_NOT_FOUND', 'no ORCA', { hint: 'Give --orca-path.' }))).toEqual(
      fail('d', 'no ORCA', 'Give --orca-path.'),
    );
  });
});
