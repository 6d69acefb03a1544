import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { announcementsKey, renderAnnouncement } from '../../../core/progress/consumer-registry.ts';
import { hookSettingsSchema } from '../../../core/config/hook-settings.ts';
import { watchCampaign } from '../../../infra/hooks/watch-campaign.ts';
import { type LoginNode, makeLoginNode } from '../../producer/a-campaign.ts';
import { useRedis } from '../../support/use-redis.ts';

const redis = useRedis();

type Line = Record<string, unknown>;

function watch(login: LoginNode, settings: object, mayLook?: () => boolean) {
  const campaignDir = dirname(login.jobRoot);
  mkdirSync(join(campaignDir, '.oact'), { recursive: true });
  const lines: Line[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const hooks = watchCampaign({
    settings: hookSettingsSchema.parse(settings),
    campaignDir,
    lane: 'default',
    workflow: login.workflow,
    redis: login.redis,
    log,
    intervalSeconds: 3600,
    ...(mayLook && { mayLook }),
  });
  const messages = (): unknown[] => lines.map(({ msg }) => msg);
  return { hooks, lines, messages, campaignDir };
}

async function announceFaulty(login: LoginNode, node: string): Promise<void> {
  const time = new Date().toISOString();
  const announcement = renderAnnouncement({
    node,
    allocationId: '4711',
    pid: 1,
    slots: 4,
    busy: 0,
    state: 'ended',
    reason: 'faulty',
    why: 'the disk is full',
    startedAt: time,
    seenAt: time,
    endsAt: null,
    jobs: [],
  });
  await login.redis.hset(announcementsKey(login.workflow.campaignId, 'default'), `${node}:1:0`, announcement);
}

it('a node that stopped is told once, the next one again, also by another process', async () => {
  const login = await makeLoginNode(redis.address, [{}]);
  const command = ['sh', '-c', 'cat >> told.jsonl; echo >> told.jsonl'];
  const first = watch(login, { nodeStopped: { command } });
  await announceFaulty(login, 'n1');
  await first.hooks.look();
  await first.hooks.look();
  await first.hooks.stop();
  const second = watch(login, { nodeStopped: { command } });
  await second.hooks.look();
  await announceFaulty(login, 'n2');
  await second.hooks.look();
  await second.hooks.stop();
  const told = readFileSync(join(first.campaignDir, 'told.jsonl'), 'utf8').trim().split('\n');
  expect(told.map((line) => JSON.parse(line).message)).toEqual([
    'a node stopped: n1 (the disk is full)',
    'a node stopped: n2 (the disk is full)',
  ]);
});

it('a process that does not lead runs no hook, and goes on where the leader ended when it leads', async () => {
  const login = await makeLoginNode(redis.address, [{}]);
  const command = ['sh', '-c', 'cat >> told.jsonl; echo >> told.jsonl'];
  let isLeading = false;
  const leader = watch(login, { nodeStopped: { command } });
  const other = watch(login, { nodeStopped: { command } }, () => isLeading);
  await announceFaulty(login, 'n1');
  await other.hooks.look();
  await leader.hooks.look();
  await leader.hooks.stop();
  isLeading = true;
  await announceFaulty(login, 'n2');
  await other.hooks.look();
  await other.hooks.stop();
  const told = readFileSync(join(leader.campaignDir, 'told.jsonl'), 'utf8').trim().split('\n');
  expect(told.map((line) => JSON.parse(line).message)).toEqual([
    'a node stopped: n1 (the disk is full)',
    'a node stopped: n2 (the disk is full)',
  ]);
});

it('a hook that fails is one warning with what to do, and is not tried again', async () => {
  const login = await makeLoginNode(redis.address, [{}]);
  const { hooks, lines, messages } = watch(login, {
    nodeStopped: { command: ['sh', '-c', 'echo no mail >&2; exit 1'] },
  });
  await announceFaulty(login, 'n1');
  await hooks.look();
  await hooks.look();
  await hooks.stop();
  expect(messages()).toEqual(['hook failed']);
  expect(lines[0]).toMatchObject({
    level: 40,
    event: 'nodeStopped',
    err: 'sh ended with exit code 1: no mail',
    hint: 'Test it with oact hooks test nodeStopped.',
  });
});

it('a database that cannot be read stops no watch, and is left to the loop to tell of', async () => {
  const login = await makeLoginNode(redis.address, [{}]);
  const { hooks, lines } = watch(login, { campaignDone: { command: ['true'] } });
  login.workflow.close();
  await hooks.look();
  await hooks.stop();
  expect(lines.filter(({ level }) => Number(level) > 20)).toEqual([]);
});

it('without hooks nothing is looked at', async () => {
  const login = await makeLoginNode(redis.address, [{}]);
  login.workflow.close();
  const { hooks, lines } = watch(login, {});
  await hooks.look();
  await hooks.stop();
  expect(lines).toEqual([]);
});
