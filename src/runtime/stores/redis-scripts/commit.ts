import { clock, counted, lists, ready } from "./prelude.ts";

/**
 * ARGV: channel, instance key, fence, number of this call (grows within a process), commit id, consumed-through or '',
 * snapshot, version, release (1 or 0), idle time to live in ms or '', dead letters, time of the event consumed through or
 * '', timers (counted: due, member), effects that wait, times of the events read before that one (` number@time number@time `).
 * Returns 1 when applied now or before, 0 when the lease is lost. A call that was overtaken on the wire by a later one of
 * the same holder is refused by its number; one that would consume another event than was read, since a failover lost that
 * one and its number was given again, by the event's time. Its first write frees memory, so work goes on when the server
 * is full.
 */
export const commit = `${clock}${counted}${ready}${lists}
-- Of the timers that have fired, those whose event nobody has read yet: they must not fire twice.
local function firedUnread(mailbox, key, fired)
  local found = {}
  if #fired == 0 then return found end
  for _, entry in ipairs(redis.call('LRANGE', mailbox, 0, -1)) do
    if string.find(entry, 'timer.due', 1, true) then
      local event = cjson.decode(string.match(entry, '^%d+ %d+ (.*)$'))
      if event.type == 'timer.due' then
        found[key .. '\\0' .. tostring(event.id) .. '\\0' .. tostring(event.token)] = true
      end
    end
  end
  return found
end

local key, version, isRelease = ARGV[2], ARGV[8], ARGV[9] == '1'
local hash, mailbox = base .. 'i:' .. key, base .. 'm:' .. key
local held = redis.call('HMGET', hash, 'f', 'c', 'n', 'v', 't', 'g', 'x', 'q', 'w', 'b')
if held[2] == ARGV[5] then return 1 end
if held[1] ~= ARGV[3] or tonumber(ARGV[4]) <= tonumber(held[3]) then return 0 end
local where = held[9]

local unread, last = redis.call('LLEN', mailbox), tonumber(held[8])
local through = tonumber(ARGV[6]) or 0
local done = math.min(unread, through - last + unread)
if done > 0 and ARGV[12] ~= '' then
  local at = string.match(redis.call('LINDEX', mailbox, done - 1), '^%d+ (%d+)')
  local seen = ARGV[12]
  if through > last then
    seen = string.match(ARGV[#ARGV], ' ' .. last .. '@(%d+) ')
    -- Read in an earlier commit that was lost as well: then at least nothing younger than what was read is consumed.
    if not seen and tonumber(at) <= tonumber(ARGV[12]) then seen = at end
  end
  if at ~= seen then return 0 end
end

redis.call('ZREM', base .. (isRelease and 'leased' or 'idle'), key)
if where == 'r' then redis.call('ZREM', readyName(base, key, held[4]), key) end
if held[4] ~= version then register(base, key, version) end
redis.call('ZADD', base .. 'all:' .. kindOf(key), now, key)
if through > last then redis.call('HSET', hash, 'q', through) end
if done > 0 then
  redis.call('LTRIM', mailbox, done, -1)
  unread = unread - done
end

local timers, behind = readMany(13, 2)
for _, member in ipairs(readList(held[5])) do redis.call('ZREM', base .. 'timers', member) end
local hasFired, armed, fired = firedUnread(mailbox, key, readList(held[6])), {}, {}
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

local waiting = ARGV[behind]
if waiting ~= '0' then
  redis.call('HSET', hash, 'b', waiting)
  redis.call('ZADD', base .. 'outbox', waiting, key)
elseif held[10] then
  redis.call('HDEL', hash, 'b')
  redis.call('ZREM', base .. 'outbox', key)
end

if not isRelease then
  -- A lease that has run out and that nobody has taken yet stays claimable.
  if where == 'r' then redis.call('ZADD', readyName(base, key, version), now, key) end
  redis.call('HSET', hash, 's', ARGV[7], 'v', version, 'c', ARGV[5], 'n', ARGV[4])
  return 1
end
if unread > 0 then
  where = 'r'
  redis.call('ZADD', readyName(base, key, version), now, key)
  redis.call('PUBLISH', channel, key)
elseif ARGV[10] ~= '' and #armed == 0 then
  where = 'i'
  redis.call('ZADD', base .. 'idle', now + tonumber(ARGV[10]), key)
else
  where = 'n'
end
redis.call('HSET', hash, 's', ARGV[7], 'v', version, 'c', ARGV[5], 'n', 0, 'f', 0, 'o', '', 'k', '', 'w', where)
return 1
`;
