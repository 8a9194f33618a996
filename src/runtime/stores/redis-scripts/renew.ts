/**
 * ARGV: channel, instance key, fence, lease in ms. Returns now and the inbox, or nothing when the lease is lost. A lease
 * that has run out is still its holder's as long as nobody has taken it.
 */
export const renew = `
local base, key = KEYS[1], ARGV[2]
if redis.call('HGET', base .. 'i:' .. key, 'f') ~= ARGV[3] then return false end
unready(base, key)
redis.call('ZREM', base .. 'leased', key)
redis.call('ZADD', base .. 'leased', now + tonumber(ARGV[4]), key)
fireTimers(base)
return { now, inbox(base, key) }
`;

/** ARGV: channel, owner. Returns how many leases of that owner were ended. */
export const expireOwner = `
local base, ended = KEYS[1], 0
for _, key in ipairs(redis.call('ZRANGE', base .. 'leased', 0, -1)) do
  if redis.call('HGET', base .. 'i:' .. key, 'o') == ARGV[2] then
    redis.call('ZREM', base .. 'leased', key)
    wake(base, key, now)
    redis.call('PUBLISH', channel, key)
    ended = ended + 1
  end
end
return ended
`;
