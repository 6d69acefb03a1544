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
 * Takes settled jobs off the queue. Only an id that is still in the finished set is taken, so that a job which
 * someone put back on the queue meanwhile keeps its data. The newest of them are moved, by one rename each, to a queue beside it that
 * nothing but Bull Board reads: no sweep and no audit sees them there.
 * KEYS: the finished set, the queue's key prefix with its colon, that of the queue of settled jobs. ARGV: how many are kept there of each
 * set, the name of the set, then ids. Returns how many were taken off.
 */
export const removeFinishedScript = `
local keep, name, removed = tonumber(ARGV[1]), ARGV[2], 0
local kept = KEYS[3] .. name
for index = 3, #ARGV do
  local id = ARGV[index]
  local score = redis.call('zscore', KEYS[1], id)
  if score then
    redis.call('zrem', KEYS[1], id)
    redis.call('unlink', KEYS[2] .. id .. ':logs')
    removed = removed + 1
    if keep > 0 and redis.call('exists', KEYS[2] .. id) == 1 then
      redis.call('zrem', KEYS[3] .. (name == 'failed' and 'completed' or 'failed'), id)
      redis.call('rename', KEYS[2] .. id, KEYS[3] .. id)
      redis.call('zadd', kept, score, id)
    else
      redis.call('unlink', KEYS[2] .. id)
    end
  end
end
for _ = 1, redis.call('zcard', kept) - keep do
  redis.call('unlink', KEYS[3] .. redis.call('zpopmin', kept)[1])
end
return removed
`;
