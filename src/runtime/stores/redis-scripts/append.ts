import { clock, counted, forgetting, lists, ready } from "./prelude.ts";

/**
 * ARGV: channel, instance key, event (JSON), seconds that a dedupe key is kept, dedupe names (counted).
 * Returns 1, or 0 when one of the names is known. Its first write is one that Redis refuses when memory is full, so a
 * full server refuses all of it.
 */
export const append = `${clock}${counted}${ready}${lists}${forgetting}
local key, names = ARGV[2], readMany(5, 1)
for at, name in ipairs(names) do names[at] = base .. 'd:' .. name end
if #names > 0 and redis.call('EXISTS', unpack(names)) > 0 then return 0 end

local hash = base .. 'i:' .. key
local held = redis.call('HMGET', hash, 'q', 'v', 'w')
local seq, version, where = held[1], held[2], held[3]
if where == 'i' and isOver(base, key) then
  register(base, key)
  forget(base, key)
  seq, version, where = nil, nil, nil
end
for _, name in ipairs(names) do redis.call('SET', name, 1, 'EX', ARGV[4]) end
if not seq then
  register(base, key)
  redis.call('ZADD', base .. 'all:' .. kindOf(key), now, key)
end
seq = (tonumber(seq) or 0) + 1
redis.call('HSET', hash, 'q', seq, 'w', where == 'l' and 'l' or 'r')
redis.call('RPUSH', base .. 'm:' .. key, seq .. ' ' .. now .. ' ' .. ARGV[3])
if where == 'i' then redis.call('ZREM', base .. 'idle', key) end
if where ~= 'l' and where ~= 'r' then
  redis.call('ZADD', readyName(base, key, version), now, key)
end
redis.call('PUBLISH', channel, key)
return 1
`;
