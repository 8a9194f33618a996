import { clock, counted, lists, ready } from "./prelude.ts";

/**
 * Scripts that put in place what another store held. What is there already stays as it is, so a move that was broken off is
 * simply made again. The first write of each is one that a full server refuses.
 *
 * ARGV: channel, instance key, snapshot or '', version, dead letters, last change, 1 when it waits for a worker, idle time
 * to live in ms or '', events (counted: at, JSON), timers (counted: due, member). Returns 1, or 0 when the instance is there.
 */
export const restoreInstance = `${clock}${counted}${ready}${lists}
local key, snapshot, version, isWaiting = ARGV[2], ARGV[3], ARGV[4], ARGV[7] == '1'
local hash, mailbox = base .. 'i:' .. key, base .. 'm:' .. key
if redis.call('EXISTS', hash) == 1 then return 0 end
local events, place = readMany(9, 2)
local timers = readMany(place, 2)
redis.call('HSET', hash, 'q', #events, 'n', 0, 'f', 0, 'o', '', 'k', '')
if snapshot ~= '' then redis.call('HSET', hash, 's', snapshot, 'v', version) else version = nil end
register(base, key, version)
redis.call('ZADD', base .. 'all:' .. kindOf(key), ARGV[6], key)
for seq, event in ipairs(events) do
  redis.call('RPUSH', mailbox, seq .. ' ' .. event[1] .. ' ' .. event[2])
end
local armed = {}
for at, timer in ipairs(timers) do
  redis.call('ZADD', base .. 'timers', timer[1], timer[2])
  armed[at] = timer[2]
end
writeList(hash, 't', armed)
if ARGV[5] ~= '0' then
  redis.call('HSET', hash, 'x', ARGV[5])
  redis.call('ZADD', base .. 'dead', ARGV[6], key)
end
if isWaiting then
  wake(base, key, version, now)
  redis.call('PUBLISH', channel, key)
elseif ARGV[8] ~= '' and #armed == 0 then
  redis.call('HSET', hash, 'w', 'i')
  redis.call('ZADD', base .. 'idle', now + tonumber(ARGV[8]), key)
else
  redis.call('HSET', hash, 'w', 'n')
end
return 1
`;

/** On the shard of one instance. ARGV: channel, dedupe names (counted: name, seconds left). */
export const restoreSeen = `${clock}${counted}
for _, seen in ipairs(readMany(2, 2)) do
  redis.call('SET', base .. 'd:' .. seen[1], 1, 'EX', seen[2], 'NX')
end
return 1
`;

/**
 * In the log's place. ARGV: channel, key, conversation, id, body, seconds to keep it, 1 when it was removed, 1 when it and
 * what stands before it are out of sight. Returns 1, or 0 when a message of that key or id is there.
 */
export const restoreMessage = `
local base, conversation, id, ttl = KEYS[1], ARGV[3], ARGV[4], ARGV[6]
local known, message, list = base .. 'k:' .. ARGV[2], base .. 'm:' .. id, base .. 'c:' .. conversation
if redis.call('EXISTS', known) == 1 or redis.call('EXISTS', message) == 1 then return 0 end
local seq = redis.call('INCR', base .. 'seq')
redis.call('HSET', message, 'n', seq, 'c', conversation, 'k', ARGV[2], 'b', ARGV[5], 'r', ARGV[7])
redis.call('EXPIRE', message, ttl)
redis.call('SET', known, id, 'EX', ttl)
if ARGV[7] == '0' then
  redis.call('ZADD', list, seq, id)
  redis.call('EXPIRE', list, ttl)
end
if ARGV[8] == '1' then redis.call('SET', base .. 'h:' .. conversation, seq, 'EX', ttl) end
return 1
`;

/** In the desk's place. ARGV: channel, seconds to remember, keys of updates that were shown. */
export const restoreShown = `
for at = 3, #ARGV do redis.call('SET', KEYS[1] .. 'u:' .. ARGV[at], 1, 'EX', ARGV[2], 'NX') end
return 1
`;
