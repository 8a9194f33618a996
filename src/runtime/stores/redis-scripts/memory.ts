/**
 * Scripts of the keyed memory. `KEYS[1]` is `fd:{memory}:`; behind it lie `v:<name>` (hash: value as JSON, number of the
 * change), `names` (sorted set of all names, for prefixes), `ends` (sorted set of all names by when they are forgotten) and
 * `changes` (the last number). Every write takes some of what has expired out of the indexes.
 */
const write = `
local base, name = KEYS[1], ARGV[2]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local function write(value, ttl)
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', base .. 'ends', '-inf', now, 'LIMIT', 0, 16)) do
    redis.call('ZREM', base .. 'ends', old)
    redis.call('ZREM', base .. 'names', old)
  end
  redis.call('HSET', base .. 'v:' .. name, 'v', value, 'n', redis.call('INCR', base .. 'changes'))
  redis.call('PEXPIRE', base .. 'v:' .. name, ttl)
  redis.call('ZADD', base .. 'names', 0, name)
  redis.call('ZADD', base .. 'ends', now + ttl, name)
end
`;

/** ARGV: channel, name, value, milliseconds to live. */
export const memorySet = `${write}
write(ARGV[3], ARGV[4])
return 1
`;

/** ARGV: channel, name, value, milliseconds to live. Returns 1 for the one who set it, else 0. */
export const memoryClaim = `${write}
if redis.call('EXISTS', base .. 'v:' .. name) == 1 then return 0 end
write(ARGV[3], ARGV[4])
return 1
`;

/** ARGV: channel, name. Returns the value, or nothing. */
export const memoryGet = `return redis.call('HGET', KEYS[1] .. 'v:' .. ARGV[2], 'v')`;

/** ARGV: channel, name. */
export const memoryDelete = `
redis.call('DEL', KEYS[1] .. 'v:' .. ARGV[2])
redis.call('ZREM', KEYS[1] .. 'names', ARGV[2])
redis.call('ZREM', KEYS[1] .. 'ends', ARGV[2])
return 1
`;

/** ARGV: channel, first name, end of the names, most names to look at. Returns name, value and number of each, unordered. */
export const memoryList = `
local base = KEYS[1]
local found = {}
for _, name in ipairs(redis.call('ZRANGEBYLEX', base .. 'names', ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])) do
  local held = redis.call('HMGET', base .. 'v:' .. name, 'v', 'n')
  if held[1] then found[#found + 1] = { name, held[1], tonumber(held[2]) } end
end
return found
`;
