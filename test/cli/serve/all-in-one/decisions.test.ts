import { describe, expect, it } from 'vitest';
import { decideChain } from '../../../../cli/serve/all-in-one/chain.ts';
import { decideRedis, type RedisSituation } from '../../../../cli/serve/all-in-one/decide-redis.ts';
import { describeWays } from '../../../../cli/serve/all-in-one/describe-ways.ts';

describe('what the process that sees to Redis does', () => {
  const none: RedisSituation = { isHeld: true, state: 'none', keptBy: undefined, vainLooks: 0 };
  it.each<[string, Partial<RedisSituation>, string]>([
    ['there is one', { state: 'running' }, 'use'],
    ['there is one, and another process sees to it', { state: 'running', isHeld: false }, 'use'],
    ['there is none', {}, 'start'],
    ['the last one has ended', { state: 'stopped', keptBy: 'serve' }, 'start'],
    ['there is none, and another process is to start it', { isHeld: false }, 'wait'],
    ['one was not reached once', { state: 'unreachable', keptBy: 'serve', vainLooks: 1 }, 'wait'],
    ['one is gone with its node', { state: 'unreachable', keptBy: 'serve', vainLooks: 3 }, 'replace'],
    [
      'one is gone with its node, and another process is to replace it',
      { state: 'unreachable', keptBy: 'serve', vainLooks: 9, isHeld: false },
      'wait',
    ],
    ['one of oact redis start is not reached', { state: 'unreachable', vainLooks: 3 }, 'refuse'],
  ])('%s: %s → %s', (_, changes, decision) => {
    expect(decideRedis({ ...none, ...changes })).toBe(decision);
  });
});

it.each([
  [3, null, 'submit'],
  [0, null, 'last'],
  [3, { id: '12', at: '2026-11-30T12:00:00.000Z' }, 'known'],
  [0, { id: '12', at: '2026-11-30T12:00:00.000Z' }, 'known'],
  [3, { id: null, at: '2026-11-30T12:00:00.000Z' }, 'unsure'],
] as const)('a chain of %i more with the note %j: %s', (left, note, decision) => {
  expect(decideChain(left, note)).toBe(decision);
});

describe('how a campaign in an allocation is looked at', () => {
  const at = {
    node: 'n1',
    submitHost: 'login2',
    boardPort: 41234,
    campaignDir: '/lustre/my c',
    program: '/opt/oact',
  };

  it('names the tunnel, the token and top, ready to be typed', () => {
    const [first, pages, top] = describeWays(at);
    expect(first).toBe('oact serve runs on n1');
    expect(pages).toContain('ssh -J login2 -L 3000:127.0.0.1:41234 n1 ');
    expect(pages).toContain("'/lustre/my c'/.oact/board.token");
    expect(top).toContain("oact top -C '/lustre/my c'");
    expect(top).toContain("ssh -t n1 /opt/oact top -C '/lustre/my c'");
  });

  it('leaves out what there is not', () => {
    const lines = describeWays({ ...at, boardPort: null, submitHost: null });
    expect(lines).toHaveLength(2);
    expect(describeWays({ ...at, submitHost: null })[1]).toContain('ssh -L 3000:127.0.0.1:41234 n1 ');
  });
});
