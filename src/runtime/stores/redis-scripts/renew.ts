import { clock, forgetting, lists, ready, sweeping } from "./prelude.ts";

const common = `${clock}${ready}${lists}${forgetting}${sweeping}`;

/**
 * ARGV: channel, instance key, fence, lease in ms. Returns now and the inbox, or nothing when the lease is lost. A lease
 * that has run out is still its holder's as long as nobody has taken it.
 */
export const renew = `${common}
local key = ARGV[2]
local held = redis.call('HMGET', base .. 'i:' .. key, 'f', 'v', 'w')
if held[1] ~= ARGV[3] then return false end
redis.call('ZREM', base .. 'leased', key)
if held[3] == 'r' then
  redis.call('ZREM', readyName(base, key, held[2]), key)
  redis.call('HSET', base .. 'i:' .. key, 'w', 'l')
end
redis.call('ZADD', base .. 'leased', now + tonumber(ARGV[4]), key)
fireTimers(base)
return { now, redis.call('LRANGE', base .. 'm:' .. key, 0, 63) }
`;

/** ARGV: channel, owner. Returns how many leases of that owner were ended. */
export const expireOwner = `${common}
local ended = 0
for _, key in ipairs(redis.call('ZRANGE', base .. 'leased', 0, -1)) do
  if redis.call('HGET', base .. 'i:' .. key, 'o') == ARGV[2] then
    expireLease(base, key, now)
    redis.call('PUBLISH', channel, key)
    ended = ended + 1
  end
end
return ended
`;
