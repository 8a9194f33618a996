/**
 * ARGV: channel, instance key, event (JSON), seconds that a dedupe key is kept, dedupe names (counted).
 * Returns 1, or 0 when one of the names is known. Its first write is one that Redis refuses when memory is full, so a
 * full server refuses all of it.
 */
export const append = `
local base, key = KEYS[1], ARGV[2]
local names = readMany(5, 1)
for _, name in ipairs(names) do
  if redis.call('EXISTS', base .. 'd:' .. name) == 1 then return 0 end
end
redis.call('SADD', base .. 'kinds', kindOf(key))
if isForgotten(base, key) then forget(base, key) end
for _, name in ipairs(names) do
  redis.call('SET', base .. 'd:' .. name, 1, 'EX', ARGV[4])
end
push(base, key, ARGV[3])
if not redis.call('ZSCORE', base .. 'leased', key) then wake(base, key, now) end
redis.call('PUBLISH', channel, key)
return 1
`;
