/**
 * Reads finished jobs without changing anything.
 * KEYS: the finished set, the queue's key prefix with its colon. ARGV: first and last rank.
 * Returns one list per job: id, returnvalue, failedReason, data, attemptsStarted; absent fields are false.
 */
export const readFinishedScript = `
local finished = {}
for index, id in ipairs(redis.call('zrange', KEYS[1], ARGV[1], ARGV[2])) do
  local fields = redis.call('hmget', KEYS[2] .. id, 'returnvalue', 'failedReason', 'data', 'ats')
  finished[index] = { id, fields[1], fields[2], fields[3], fields[4] }
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
