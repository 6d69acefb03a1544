/**
 * Reads finished jobs without changing anything.
 * KEYS: the finished set, the queue's key prefix with its colon. ARGV: first and last rank.
 * Returns one list per job: id, returnvalue, failedReason, finishedOn, ats, stc, progress, data; absent fields are false. The
 * data of a job that has a returnvalue stay there: they are larger than all else, and nobody asks for them.
 */
export const readFinishedScript = `
local finished = {}
for index, id in ipairs(redis.call('zrange', KEYS[1], ARGV[1], ARGV[2])) do
  local fields = redis.call('hmget', KEYS[2] .. id, 'returnvalue', 'failedReason', 'finishedOn', 'ats', 'stc', 'progress')
  local data = not fields[1] and redis.call('hget', KEYS[2] .. id, 'data')
  finished[index] = { id, fields[1], fields[2], fields[3], fields[4], fields[5], fields[6], data }
end
return finished
`;

/**
 * Removes settled jobs. Only an id that is still in the finished set is deleted, so that a job which
 * somebody put back on the queue meanwhile keeps its data.
 * KEYS: the finished set, the queue's key prefix with its colon. ARGV: ids. Returns how many were removed.
 */
export const removeFinishedScript = `
local removed = 0
for _, id in ipairs(ARGV) do
  if redis.call('zrem', KEYS[1], id) == 1 then
    redis.call('unlink', KEYS[2] .. id, KEYS[2] .. id .. ':logs')
    removed = removed + 1
  end
end
return removed
`;
