/**
 * Scripts of the desk. `KEYS[1]` is `fd:{desk}:`; behind it lie `c:<case>` (hash: opened, state, agent, packet and facts as JSON,
 * version), `e:<case>` (list of entries as JSON), `u:<key>` (an update that was shown) and `open` and `all` (sorted sets of cases by
 * when they were opened).
 */

/**
 * ARGV: channel for nudges (unused), kind of update, key, seconds to remember the key, case, the desk's channel, sender,
 * seconds to keep a resolved case, most entries, version; then for `opened`: when, state, agent, packet, facts, entries…; for
 * `entry`: the entry; for `revised`: the entry, and the packet as it is now or `null`; for `state`: state, agent, facts or `null`. Returns 1 when shown now, 0 when shown before, -1 when there is
 * no such case, -2 when a newer version has written it.
 */
export const deskPublish = `
local base, what, id = KEYS[1], ARGV[2], ARGV[5]
local case, entries, shown = base .. 'c:' .. id, base .. 'e:' .. id, base .. 'u:' .. ARGV[3]
if redis.call('EXISTS', shown) == 1 then return 0 end
if what ~= 'opened' and redis.call('EXISTS', case) == 0 then return -1 end
if tonumber(redis.call('HGET', case, 'v') or '0') > tonumber(ARGV[10]) then return -2 end
redis.call('SET', shown, 1, 'EX', ARGV[4])
local function add(entry)
  redis.call('RPUSH', entries, entry)
  redis.call('LTRIM', entries, -ARGV[9], -1)
end
local function become(state, agent)
  redis.call('HSET', case, 's', state, 'a', agent)
  local opened = redis.call('HGET', case, 'o')
  redis.call('ZADD', base .. 'all', opened, id)
  if state == 'resolved' or state == 'closed' then
    redis.call('ZREM', base .. 'open', id)
    redis.call('EXPIRE', case, ARGV[8])
    redis.call('EXPIRE', entries, ARGV[8])
  else
    redis.call('ZADD', base .. 'open', opened, id)
    redis.call('PERSIST', case)
    redis.call('PERSIST', entries)
  end
end
local function revise(entry, packet)
  if packet ~= 'null' then redis.call('HSET', case, 'p', packet) end
  local after, at = cjson.decode(entry), nil
  for index, held in ipairs(redis.call('LRANGE', entries, 0, -1)) do
    if cjson.decode(held).line == after.line then at = index - 1 end
  end
  if at then
    local before = cjson.decode(redis.call('LINDEX', entries, at))
    before.text, before.revision = after.text, after.revision
    if after.revision == 'deleted' then before.files = nil end
    redis.call('LSET', entries, at, cjson.encode(before))
  elseif after.revision ~= 'deleted' and packet == 'null' then
    add(entry)
  end
end
if what == 'opened' then
  redis.call('HSETNX', case, 'o', ARGV[11])
  redis.call('HSET', case, 'p', ARGV[14])
  redis.call('HSET', case, 'f', ARGV[15])
  for at = 16, #ARGV do add(ARGV[at]) end
  become(ARGV[12], ARGV[13])
elseif what == 'entry' then
  add(ARGV[11])
elseif what == 'revised' then
  revise(ARGV[11], ARGV[12])
else
  if ARGV[13] ~= 'null' then redis.call('HSET', case, 'f', ARGV[13]) end
  become(ARGV[11], ARGV[12])
end
redis.call('HSET', case, 'v', ARGV[10])
redis.call('PUBLISH', ARGV[6], cjson.encode({ ARGV[7], id }))
return 1
`;

/** ARGV: channel for nudges (unused), case, the desk's channel, sender. Returns 1 when there was such a case. */
export const deskForget = `
local base, id = KEYS[1], ARGV[2]
local removed = redis.call('DEL', base .. 'c:' .. id, base .. 'e:' .. id)
redis.call('ZREM', base .. 'open', id)
redis.call('ZREM', base .. 'all', id)
if removed == 0 then return 0 end
redis.call('PUBLISH', ARGV[3], cjson.encode({ ARGV[4], id }))
return 1
`;

const read = `
local base = KEYS[1]
local function caseOf(id)
  local held = redis.call('HMGET', base .. 'c:' .. id, 'o', 's', 'a', 'p', 'f', 'v')
  if not held[1] then return nil end
  local entries = redis.call('LRANGE', base .. 'e:' .. id, 0, -1)
  return { id, held[1], held[2], held[3], held[4], entries, held[5] or '', held[6] or '0' }
end
`;

/** ARGV: channel, case. Returns its parts, or nothing. */
export const deskGet = `${read}
return caseOf(ARGV[2])
`;

/** ARGV: channel, `open` or `all`. Returns the parts of the cases; those whose time is over are taken out of the index. */
export const deskList = `${read}
local cases = {}
for _, id in ipairs(redis.call('ZRANGE', base .. ARGV[2], 0, -1)) do
  local one = caseOf(id)
  if one then cases[#cases + 1] = one else redis.call('ZREM', base .. ARGV[2], id) end
end
return cases
`;
