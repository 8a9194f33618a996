/**
 * ARGV: channel, instance key, fence, number of this call (grows within a process), commit id, consumed-through or '',
 * snapshot, version, release (1 or 0), idle time to live in ms or '', dead letters, timers (counted: due, member).
 * Returns 1 when applied now or before, 0 when the lease is lost. A call that was overtaken on the wire by a later one of
 * the same holder is refused by its number.
 */
export const commit = `
local base, key = KEYS[1], ARGV[2]
local hash, mailbox = base .. 'i:' .. key, base .. 'm:' .. key
local isRelease, idleMs = ARGV[9] == '1', tonumber(ARGV[10])
local timers = readMany(12, 2)
local held = redis.call('HMGET', hash, 'f', 'c', 'n', 'v', 't', 'g', 'x')
if held[2] == ARGV[5] then return 1 end
if held[1] ~= ARGV[3] or tonumber(ARGV[4]) <= tonumber(held[3]) then return 0 end

redis.call('ZREM', base .. 'idle', key)
if held[4] and held[4] ~= ARGV[8] then unready(base, key) end
redis.call('HSET', hash, 's', ARGV[7], 'v', ARGV[8], 'c', ARGV[5], 'n', ARGV[4])
redis.call('ZADD', base .. 'all:' .. kindOf(key), now, key)

local first = redis.call('LINDEX', mailbox, 0)
if first and ARGV[6] ~= '' then
  local done = tonumber(ARGV[6]) - tonumber(string.match(first, '^%d+')) + 1
  if done > 0 then redis.call('LTRIM', mailbox, done, -1) end
end

for _, member in ipairs(readList(held[5])) do redis.call('ZREM', base .. 'timers', member) end
local hasFired, armed, fired = {}, {}, {}
for _, member in ipairs(readList(held[6])) do hasFired[member] = true end
for _, timer in ipairs(timers) do
  if hasFired[timer[2]] then
    fired[#fired + 1] = timer[2]
  else
    redis.call('ZADD', base .. 'timers', timer[1], timer[2])
    armed[#armed + 1] = timer[2]
  end
end
if held[5] or #armed > 0 then writeList(hash, 't', armed) end
if held[6] then writeList(hash, 'g', fired) end

if ARGV[11] ~= '0' then
  redis.call('HSET', hash, 'x', ARGV[11])
  redis.call('ZADD', base .. 'dead', now, key)
elseif held[7] then
  redis.call('HDEL', hash, 'x')
  redis.call('ZREM', base .. 'dead', key)
end

local isUnread = redis.call('EXISTS', mailbox) == 1
if isRelease then
  redis.call('ZREM', base .. 'leased', key)
  redis.call('HDEL', hash, 'f', 'n', 'o', 'k')
  if isUnread then
    unready(base, key)
    wake(base, key, now)
    redis.call('PUBLISH', channel, key)
  else
    unready(base, key)
    if idleMs and #armed == 0 then redis.call('ZADD', base .. 'idle', now + idleMs, key) end
  end
elseif not redis.call('ZSCORE', base .. 'leased', key) then
  wake(base, key, now)
end
return 1
`;
