/**
 * Parts that the scripts of the Redis store are put together from. `KEYS[1]` is the base of one shard (`fd:{3}:`); every
 * other key of the shard is that base and a name from the table in `redis-keys.ts`, so the hash tag keeps a script inside
 * one Cluster slot. `ARGV[1]` is the channel for nudges. Time is the server's.
 *
 * The fields of an instance's hash: `f` fence, `o` owner and `k` claim token of the last claim (`f` is 0 once given back),
 * `n` number and `c` id of the last commit, `q` last sequence number, `v` snapshot version, `s` snapshot, `t` armed timers,
 * `g` timers that fired and whose event may be unread yet, `x` dead letters, `b` effects that wait, and `w` where the instance is: `r` in a
 * ready list, `l` leased, `i` idle with an end, `n` nowhere.
 */
export const clock = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local base, channel = KEYS[1], ARGV[1]
local function kindOf(key) return string.match(key, '^[^/]*') end
`;

/**
 * One waiting list per kind and snapshot version: a worker looks only at those that it understands, so newer ones neither
 * starve the others nor are taken out and put back again.
 */
export const ready = `
local function readyName(base, key, version)
  return base .. 'ready:' .. kindOf(key) .. ':' .. (version or '0')
end

local function wake(base, key, version, since)
  redis.call('ZADD', readyName(base, key, version), since, key)
  redis.call('HSET', base .. 'i:' .. key, 'w', 'r')
end

local function register(base, key, version)
  redis.call('SADD', base .. 'classes', kindOf(key) .. ':' .. (version or '0'))
end

local function classes(base)
  local found = {}
  for _, class in ipairs(redis.call('SMEMBERS', base .. 'classes')) do
    local kind, version = string.match(class, '^(.*):(%d+)$')
    found[#found + 1] = { kind = kind, version = tonumber(version), name = base .. 'ready:' .. class }
  end
  return found
end
`;

/** Lists inside a hash, as JSON; an empty Lua table would become {}, so no field stands for an empty list. */
export const lists = `
local function readList(text)
  if text then return cjson.decode(text) end
  return {}
end

local function writeList(hash, field, list)
  if #list > 0 then
    redis.call('HSET', hash, field, cjson.encode(list))
  else
    redis.call('HDEL', hash, field)
  end
end
`;

/** Takes an instance out of everything. Needs `ready` and `lists`. */
export const forgetting = `
local function forget(base, key)
  local hash = base .. 'i:' .. key
  local held = redis.call('HMGET', hash, 'v', 't')
  for _, member in ipairs(readList(held[2])) do redis.call('ZREM', base .. 'timers', member) end
  redis.call('ZREM', readyName(base, key, held[1]), key)
  for _, name in ipairs({ 'leased', 'idle', 'dead', 'outbox', 'all:' .. kindOf(key) }) do
    redis.call('ZREM', base .. name, key)
  end
  return redis.call('DEL', hash, base .. 'm:' .. key) > 0
end

local function isOver(base, key)
  local at = redis.call('ZSCORE', base .. 'idle', key)
  return at and tonumber(at) <= now
end
`;

/** Does what has become due in a shard. Needs `ready`, `lists` and `forgetting`. */
export const sweeping = `
local function dueIn(base, name)
  return redis.call('ZRANGEBYSCORE', base .. name, '-inf', now, 'WITHSCORES', 'LIMIT', 0, 64)
end

-- A due timer becomes an event in the mailbox, once: until its event is read, 'g' remembers that it has fired.
local function fireTimers(base)
  local due = dueIn(base, 'timers')
  for at = 1, #due, 2 do
    local member = due[at]
    redis.call('ZREM', base .. 'timers', member)
    local key, id, token = string.match(member, '^(.-)%z(.-)%z(.*)$')
    local hash = base .. 'i:' .. key
    local held = redis.call('HMGET', hash, 't', 'g', 'v', 'w')
    local armed, fired = {}, readList(held[2])
    for _, other in ipairs(readList(held[1])) do
      if other ~= member then armed[#armed + 1] = other end
    end
    fired[#fired + 1] = member
    writeList(hash, 't', armed)
    writeList(hash, 'g', fired)
    local event = cjson.encode({ type = 'timer.due', id = id, token = token })
    local seq = redis.call('HINCRBY', hash, 'q', 1)
    redis.call('RPUSH', base .. 'm:' .. key, seq .. ' ' .. now .. ' ' .. event)
    if held[4] == 'n' then wake(base, key, held[3], due[at + 1]) end
    redis.call('PUBLISH', channel, key)
  end
end

local function forgetIdle(base)
  local due = dueIn(base, 'idle')
  for at = 1, #due, 2 do forget(base, due[at]) end
end

local function expireLease(base, key, since)
  redis.call('ZREM', base .. 'leased', key)
  wake(base, key, redis.call('HGET', base .. 'i:' .. key, 'v'), since)
end

local function sweep(base)
  local due = dueIn(base, 'leased')
  for at = 1, #due, 2 do expireLease(base, due[at], due[at + 1]) end
  fireTimers(base)
  forgetIdle(base)
end
`;

/** Reads 'count, a, b, …' from ARGV and returns the list and the place behind it. */
export const counted = `
local function readMany(place, width)
  local list, count = {}, tonumber(ARGV[place])
  for at = place + 1, place + count * width, width do
    list[#list + 1] = width == 1 and ARGV[at] or { ARGV[at], ARGV[at + 1] }
  end
  return list, place + 1 + count * width
end
`;

/** The waiting lists that a worker understands. Needs `ready` and `counted`. */
export const waiting = `
local function readSupports(place)
  local supports, list = {}, nil
  list, place = readMany(place, 2)
  for _, pair in ipairs(list) do supports[pair[1]] = tonumber(pair[2]) end
  return supports, place
end

local function waitingLists(base, supports, size)
  local lists = {}
  for _, class in ipairs(classes(base)) do
    if supports[class.kind] and class.version <= supports[class.kind] then
      local entries = redis.call('ZRANGE', class.name, 0, size - 1, 'WITHSCORES')
      if #entries > 0 then
        lists[#lists + 1] = { base = base, name = class.name, entries = entries, at = 1 }
      end
    end
  end
  return lists
end
`;
