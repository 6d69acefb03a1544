import { createHash } from 'node:crypto';
import { type RedisRole, redisRoles } from '../../../core/redis/campaign-redis.ts';
import { queuePrefix } from '../../../core/job/queue-names.ts';

export interface AclInput {
  campaignId: string;
  passwords: Record<RedisRole, string>;
  /** Selectors came with Redis 7.0; without them a consumer is confined to the campaign's keys, but not within. */
  hasSelectors: boolean;
  /**
   * Consumers of an oact that sends its scripts are at work: without this right they would lose their jobs. A user who has it can
   * hold the server up with a script that does not end.
   */
  consumersSendScripts?: boolean;
}

/** What every connection of ioredis and BullMQ says when it opens and closes. */
const greeting = '+hello +auth +ping +select +quit +client|setname +info';

/**
 * What BullMQ's scripts, Bull Board and oact read with. No category, because each has commands with which one call holds
 * the server up for as long as its caller likes: LCS, HRANDFIELD with a count of a milliard, SORT.
 */
const readRights = [
  '+get +exists +type +pttl +time +hget +hmget +hgetall +hkeys +hlen +hexists +hscan +llen +lrange +lindex +lpos +scard +smembers',
  '+sismember +sscan +zcard +zcount +zscore +zrank +zrevrank +zrange +zrevrange +zrangebyscore +zrevrangebyscore +zrangebylex +zlexcount +xlen +xrange',
  '+xrevrange +xread',
].join(' ');

/** What they write with. A command that a script needs and that is missing here loses a job: see below. */
const writeRights = [
  '+set +del +unlink +incr +incrby +persist +pexpire +pexpireat +rename +hset +hmset +hdel +hincrby +lpush +rpush +lpop +rpop +rpoplpush',
  '+lrem +lset +ltrim +sadd +srem +zadd +zrem +zpopmin +bzpopmin +zremrangebyrank +zremrangebyscore +xadd +xdel +xtrim',
].join(' ');

/**
 * Rights of a consumer, each for the keys that BullMQ's scripts touch with them: Redis checks every
 * command inside a script too. Enough to take a job, renew, hand back and finish it; not enough to delete
 * or change a finished one, pause a queue, or read another campaign.
 * Danger: a denied command in mid-script is not rolled back, so a right that is missing here loses a job.
 * The test that walks a job through its life under these users is the proof; run it at each change of BullMQ.
 */
function consumerRights(prefix: string, sendsScripts: boolean): [commands: string, keys: string[]][] {
  const lane = `${prefix}:*`;
  const keys = (...names: string[]): string[] => names.map((name) => `${lane}:${name}`);
  return [
    [sendsScripts ? '+evalsha +eval' : '+evalsha', [lane]],
    ['+hmget +hget +hgetall +hexists +exists +llen +zcard +zrange +zrangebyscore', [lane]],
    ['+zrevrange +zrevrangebyscore +get +pttl +scard', [lane]],
    // Where a job is now, asked when an answer is refused.
    ['+zscore +lpos +lrange', [lane]],
    ['+bzpopmin +zadd +del', keys('marker')],
    ['+rpoplpush +lrem +lpush +rpush', keys('wait', 'active')],
    ['+zadd', keys('completed', 'failed', 'prioritized', 'delayed')],
    ['+zpopmin +zrem', keys('prioritized', 'delayed')],
    ['+xadd +xtrim', keys('events')],
    // Job ids are c<record>-a<attempt>: core/job/payload.ts.
    ['+hset +hmset +hincrby +hdel', keys('c*-a*')],
    ['+set +del', keys('c*:lock')],
    ['+srem', keys('stalled')],
    ['+incr +del', keys('pc')],
    // It announces itself, and may not take an announcement away. Requests to drain it only reads.
    ['+hset', keys('consumers')],
  ];
}

function renderPatterns(keys: string[]): string {
  return keys.map((key) => `~${key}`).join(' ');
}

function hashPassword(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}

function renderRights(rights: [commands: string, keys: string[]][], hasSelectors: boolean): string {
  if (hasSelectors)
    return rights.map(([commands, keys]) => `(${commands} ${renderPatterns(keys)})`).join(' ');
  const commands = new Set(rights.flatMap(([some]) => some.split(' ')));
  return `${renderPatterns([...new Set(rights.flatMap(([, keys]) => keys))])} ${[...commands].join(' ')}`;
}

/**
 * The ACL file of a campaign's server: one user per role, passwords as SHA-256, the default user off.
 * Facts: BullMQ 6.7 under Redis 7.0.15. The board can read, and write nothing.
 */
export function renderAclFile(input: AclInput): string {
  const { campaignId, passwords, hasSelectors } = input;
  const prefix = queuePrefix(campaignId);
  const consumer = renderRights(consumerRights(prefix, input.consumersSendScripts === true), hasSelectors);
  const queue = `~${prefix}:* +evalsha +multi +exec ${readRights}`;
  const rights: Record<RedisRole, string> = {
    admin: '~* &* +@all',
    producer: `resetchannels -@all ${greeting} +script|exists ${queue} ${writeRights}`,
    consumer: `resetchannels -@all ${greeting} ${consumer}`,
    board: `resetchannels -@all ${greeting} +client|list ${queue}`,
  };
  const users = redisRoles.map((role) => `user ${role} on #${hashPassword(passwords[role])} ${rights[role]}`);
  // Off: nobody gets in as default. All rights: Redis 7.0 replays the append-only file as this user, and would refuse
  // every transaction in it, which is every job.
  return ['user default off ~* &* +@all', ...users, ''].join('\n');
}
