/**
 * Scripts of the message log. `KEYS[1]` is `fd:{log}:`; behind it lie `seq` (the last number given), `m:<id>` (hash: number,
 * conversation, key, body as JSON, whether removed), `k:<key>` (id of the message added under it) and `c:<conversation>`
 * (sorted set of its ids by number) and `h:<conversation>` (what has a number up to this is out of sight). `ARGV[1]` is the channel for nudges and not used here.
 */
const row = `
local base = KEYS[1]
local function rowOf(id)
  local held = redis.call('HMGET', base .. 'm:' .. id, 'n', 'b', 'r')
  if not held[1] then return nil end
  return { id, tonumber(held[1]), held[2], tonumber(held[3]) }
end
`;

/**
 * ARGV: channel, key, conversation, new id, body, seconds to keep it, most messages of a conversation, events' channel,
 * sender. Returns whether it is new, and the row: of the earlier message where the key is known.
 */
export const logAdd = `${row}
local key, conversation, id, body, ttl = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local known = redis.call('GET', base .. 'k:' .. key)
local earlier = known and rowOf(known)
if earlier then return { 0, earlier } end
local seq = redis.call('INCR', base .. 'seq')
local message, list = base .. 'm:' .. id, base .. 'c:' .. conversation
redis.call('HSET', message, 'n', seq, 'c', conversation, 'k', key, 'b', body, 'r', 0)
redis.call('EXPIRE', message, ttl)
redis.call('SET', base .. 'k:' .. key, id, 'EX', ttl)
redis.call('ZADD', list, seq, id)
redis.call('EXPIRE', list, ttl)
local surplus = redis.call('ZCARD', list) - ARGV[7]
if surplus > 0 then
  for _, old in ipairs(redis.call('ZRANGE', list, 0, surplus - 1)) do
    redis.call('DEL', base .. 'm:' .. old)
    redis.call('ZREM', list, old)
  end
end
redis.call('PUBLISH', ARGV[8], cjson.encode({ ARGV[9], conversation, 'message', id, seq, body }))
return { 1, { id, seq, body, 0 } }
`;

/** ARGV: channel, key. Returns the row, or nothing. */
export const logFind = `${row}
local id = redis.call('GET', base .. 'k:' .. ARGV[2])
return id and rowOf(id) or nil
`;

/** ARGV: channel, id. Returns the row, or nothing. */
export const logGet = `${row}
return rowOf(ARGV[2])
`;

/**
 * ARGV: channel, id, new body, 1 to remove it, events' channel, sender. Its key goes on saying that it was posted.
 * Returns 1, or 0 when it is not there any more.
 */
export const logChange = `${row}
local id, body, isRemoval = ARGV[2], ARGV[3], ARGV[4] == '1'
local message = base .. 'm:' .. id
local held = redis.call('HMGET', message, 'n', 'c', 'r')
if not held[1] or held[3] ~= '0' then return 0 end
if isRemoval then redis.call('ZREM', base .. 'c:' .. held[2], id) end
redis.call('HSET', message, 'b', body, 'r', ARGV[4])
local what = isRemoval and 'removed' or 'edited'
redis.call('PUBLISH', ARGV[5], cjson.encode({ ARGV[6], held[2], what, id, tonumber(held[1]), body }))
return 1
`;

/** ARGV: channel, conversation. Returns how many messages went. */
export const logClear = `${row}
local list = base .. 'c:' .. ARGV[2]
local count = 0
for _, id in ipairs(redis.call('ZRANGE', list, 0, -1)) do
  local key = redis.call('HGET', base .. 'm:' .. id, 'k')
  if key then
    redis.call('DEL', base .. 'k:' .. key, base .. 'm:' .. id)
    count = count + 1
  end
end
redis.call('DEL', list, base .. 'h:' .. ARGV[2])
return count
`;

/** ARGV: channel, conversation, seconds to keep it. */
export const logHide = `
local list = KEYS[1] .. 'c:' .. ARGV[2]
local last = redis.call('ZREVRANGE', list, 0, 0, 'WITHSCORES')[2]
if last then redis.call('SET', KEYS[1] .. 'h:' .. ARGV[2], last, 'EX', ARGV[3]) end
return 1
`;

/**
 * ARGV: channel, conversation, number after which, limit, 1 for what is out of sight as well, number before which or ''.
 * Returns the newest rows, newest first.
 */
export const logRead = `${row}
local after = tonumber(ARGV[3])
if ARGV[5] == '0' then
  after = math.max(after, tonumber(redis.call('GET', base .. 'h:' .. ARGV[2]) or '0'))
end
local list = base .. 'c:' .. ARGV[2]
local last = ARGV[6] == '' and '+inf' or '(' .. ARGV[6]
local ids = redis.call('ZREVRANGEBYSCORE', list, last, '(' .. after, 'LIMIT', 0, ARGV[4])
local rows = {}
for _, id in ipairs(ids) do rows[#rows + 1] = rowOf(id) end
return rows
`;

/** ARGV: channel. Returns the last number given. */
export const logLast = `return tonumber(redis.call('GET', KEYS[1] .. 'seq') or '0')`;

/**
 * ARGV: channel, events' channel, event. By a script, so that in a Cluster it is published by the node that publishes the changes,
 * and arrives in order with them.
 */
export const logPass = `return redis.call('PUBLISH', ARGV[2], ARGV[3])`;
