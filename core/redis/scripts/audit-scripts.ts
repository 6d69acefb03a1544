/** The order in which their keys are given to the scripts. Jobs move to the right, so reading in this order misses few. */
export const queuedSets = ['delayed', 'prioritized', 'wait', 'active'] as const;

/**
 * Reads a page of job ids, and names those behind which there is no job.
 * KEYS: the list or sorted set, the queue's key prefix with its colon. ARGV: `lrange` or `zrange`, first and last rank.
 */
export const readIdsScript = `
local ids = redis.call(ARGV[1], KEYS[1], ARGV[2], ARGV[3])
local ghosts = {}
for _, id in ipairs(ids) do
  if redis.call('exists', KEYS[2] .. id) == 0 then ghosts[#ghosts + 1] = id end
end
return { ids, ghosts }
`;

/** One place of each list: ids come in the order in which they stand there, so the first is near the head. Another one is met as a ghost by the next audit. */
const takeOut = `
local function takeOut(id)
  return redis.call('zrem', KEYS[1], id) + redis.call('zrem', KEYS[2], id)
    + redis.call('lrem', KEYS[3], 1, id) + redis.call('lrem', KEYS[4], 1, id)
end
`;

/**
 * Takes jobs off the queue, running ones too: their owner cannot renew its lock any more and stops ORCA. A job that has
 * finished meanwhile is the sweep's. Someone may have pushed the name of another key as an id, so only a job's hash is deleted.
 * KEYS: queuedSets, `stalled`, the prefix. ARGV: ids. Returns the ids that were taken off.
 */
export const withdrawScript = `${takeOut}
local withdrawn = {}
for _, id in ipairs(ARGV) do
  if takeOut(id) > 0 then
    local key = KEYS[6] .. id
    if redis.call('type', key).ok == 'hash'
      and (redis.call('hexists', key, 'opts') == 1 or redis.call('hexists', key, 'ats') == 1) then
      redis.call('srem', KEYS[5], id)
      redis.call('unlink', key, key .. ':lock', key .. ':logs')
    end
    withdrawn[#withdrawn + 1] = id
  end
end
return withdrawn
`;

/**
 * Takes jobs off the queue that no consumer has yet; those that run stay.
 * KEYS: delayed, prioritized, wait, the prefix. ARGV: `delete` or `look`, ids. Returns the ids that were, or would be, taken off.
 */
export const withdrawWaitingScript = `
local withdrawn = {}
for index = 2, #ARGV do
  local id = ARGV[index]
  local waits
  if ARGV[1] == 'delete' then
    waits = redis.call('zrem', KEYS[1], id) + redis.call('zrem', KEYS[2], id) + redis.call('lrem', KEYS[3], 1, id) > 0
    if waits then redis.call('unlink', KEYS[4] .. id, KEYS[4] .. id .. ':logs') end
  else
    waits = redis.call('zscore', KEYS[1], id) or redis.call('zscore', KEYS[2], id) or redis.call('lpos', KEYS[3], id)
  end
  if waits then withdrawn[#withdrawn + 1] = id end
end
return withdrawn
`;

/**
 * Takes jobs off the queue that nobody works on: those that wait, and running ones whose owner has let its lock expire and has
 * stopped ORCA before that.
 * KEYS: queuedSets, `stalled`, the prefix. ARGV: ids. Returns the ids that were taken off.
 */
export const withdrawUnownedScript = `${takeOut}
local withdrawn = {}
for _, id in ipairs(ARGV) do
  local key = KEYS[6] .. id
  if redis.call('exists', key .. ':lock') == 0 and takeOut(id) > 0 then
    redis.call('srem', KEYS[5], id)
    redis.call('unlink', key, key .. ':logs')
    withdrawn[#withdrawn + 1] = id
  end
end
return withdrawn
`;

/**
 * Puts jobs that wait at the end of the list from which the next one is taken (`rpush`), or at the other (`lpush`), one after the
 * other: of the first, the last id runs first. Those that do not wait stay where they are.
 * KEYS: wait. ARGV: `rpush` or `lpush`, ids. Returns the ids that were moved.
 */
export const moveWaitingScript = `
local moved = {}
for index = 2, #ARGV do
  local id = ARGV[index]
  if redis.call('lrem', KEYS[1], 1, id) > 0 then
    redis.call(ARGV[1], KEYS[1], id)
    moved[#moved + 1] = id
  end
end
return moved
`;

/**
 * Makes the lists true again after someone changed them by hand: an id without a job is taken out, and of an id that stands
 * there twice one place is kept, the active one first. Two consumers would run it at the same time.
 * KEYS: queuedSets, the prefix. ARGV: ids.
 */
export const straightenScript = `${takeOut}
for _, id in ipairs(ARGV) do
  if redis.call('exists', KEYS[5] .. id) == 0 then
    takeOut(id)
    redis.call('lrem', KEYS[3], 0, id)
  else
    local running = #redis.call('lpos', KEYS[4], id, 'count', 0)
    local waiting = #redis.call('lpos', KEYS[3], id, 'count', 0)
    if running > 1 then redis.call('lrem', KEYS[4], running - 1, id) end
    if running > 0 and waiting > 0 then
      redis.call('lrem', KEYS[3], 0, id)
    elseif waiting > 1 then
      redis.call('lrem', KEYS[3], waiting - 1, id)
    end
  end
end
`;

/**
 * Which of these jobs the queue has lost: there is nothing of them, or data that stand in no list and have no owner, which no
 * consumer would ever be given. The latter are deleted, because their id cannot be added while they exist.
 * KEYS: queuedSets, completed, failed, the prefix. ARGV: `delete` or `look`, ids.
 */
export const findLostScript = `
local lost = {}
for index = 2, #ARGV do
  local id = ARGV[index]
  local key = KEYS[7] .. id
  local isThere = redis.call('exists', key) == 1
  local isKnown = isThere and (redis.call('zscore', KEYS[5], id) or redis.call('zscore', KEYS[6], id)
    or redis.call('zscore', KEYS[1], id) or redis.call('zscore', KEYS[2], id)
    or redis.call('exists', key .. ':lock') == 1
    or redis.call('lpos', KEYS[4], id) or redis.call('lpos', KEYS[3], id))
  if not isKnown then
    if isThere and ARGV[1] == 'delete' then redis.call('unlink', key, key .. ':logs') end
    lost[#lost + 1] = id
  end
end
return lost
`;
