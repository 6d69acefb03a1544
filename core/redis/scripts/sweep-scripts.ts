/**
 * Reads finished jobs without changing anything.
 * KEYS: the finished set, the queue's key prefix with its colon. ARGV: first and last rank.
 * Returns one list per job: id, failedReason, finishedOn, ats, stc, progress, and of its data what tells the job directory;
 * absent fields are false. The rest of the data stays there: it is larger than all else, and nobody asks for it.
 */
export const readFinishedScript = `
local finished = {}
for index, id in ipairs(redis.call('zrange', KEYS[1], ARGV[1], ARGV[2])) do
  local fields = redis.call('hmget', KEYS[2] .. id, 'failedReason', 'finishedOn', 'ats', 'stc', 'progress', 'data')
  local data = fields[6]
  if data then
    local v, dir = string.match(data, '"v":(%d+)'), string.match(data, '"jobDir":"([^"\\\\]*)"')
    if v and dir then data = '{"v":' .. v .. ',"jobDir":"' .. dir .. '"}' end
  end
  finished[index] = { id, fields[1], fields[2], fields[3], fields[4], fields[5], data }
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
