const summaries = `
local function summaries(base, name, limit)
  local rows = {}
  local entries = redis.call('ZREVRANGE', base .. name, 0, limit - 1)
  for _, key in ipairs(entries) do
    local held = redis.call('HMGET', base .. 'i:' .. key, 'v', 't', 'x')
    rows[#rows + 1] = {
      key,
      tonumber(redis.call('ZSCORE', base .. 'all:' .. kindOf(key), key)) or 0,
      tonumber(held[1] or '0'),
      redis.call('LLEN', base .. 'm:' .. key),
      redis.call('ZSCORE', base .. 'leased', key) and 1 or 0,
      #readList(held[2]),
      tonumber(held[3] or '0')
    }
  end
  return rows
end
`;

/**
 * ARGV: channel, limit, kind or '' for all. Returns rows of instance key, updated at, version, unread, leased, timers,
 * dead letters; the newest of each kind in this shard.
 */
export const list = `${summaries}
local base, limit, kinds = KEYS[1], tonumber(ARGV[2]), { ARGV[3] }
forgetIdle(base)
if ARGV[3] == '' then kinds = redis.call('SMEMBERS', base .. 'kinds') end
local rows = {}
for _, kind in ipairs(kinds) do
  for _, row in ipairs(summaries(base, 'all:' .. kind, limit)) do rows[#rows + 1] = row end
end
return rows
`;

/** ARGV: channel, limit. Rows as in `list`, of instances with dead letters. */
export const deadLettered = `${summaries}
forgetIdle(KEYS[1])
return summaries(KEYS[1], 'dead', tonumber(ARGV[2]))
`;

/** ARGV: channel, instance key. Returns the snapshot or nothing. */
export const read = `
if isForgotten(KEYS[1], ARGV[2]) then return false end
return redis.call('HGET', KEYS[1] .. 'i:' .. ARGV[2], 's')
`;

/** ARGV: channel, instance key. Returns whether there was anything. */
export const remove = `
if isForgotten(KEYS[1], ARGV[2]) then
  forget(KEYS[1], ARGV[2])
  return 0
end
return forget(KEYS[1], ARGV[2]) and 1 or 0
`;

/** ARGV: channel. Returns instances, ready, leased, unread, timers of this shard. */
export const counts = `
local base, instances, ready, unread = KEYS[1], 0, 0, 0
for _, kind in ipairs(redis.call('SMEMBERS', base .. 'kinds')) do
  instances = instances + redis.call('ZCARD', base .. 'all:' .. kind)
end
local function addUnread(name)
  for _, key in ipairs(redis.call('ZRANGE', base .. name, 0, -1)) do
    unread = unread + redis.call('LLEN', base .. 'm:' .. key)
  end
end
for _, class in ipairs(redis.call('SMEMBERS', base .. 'classes')) do
  ready = ready + redis.call('ZCARD', base .. 'ready:' .. class)
  addUnread('ready:' .. class)
end
addUnread('leased')
return {
  instances - redis.call('ZCOUNT', base .. 'idle', '-inf', now),
  ready, redis.call('ZCARD', base .. 'leased'), unread, redis.call('ZCARD', base .. 'timers')
}
`;
