/**
 * What all scripts of the Redis store share. `KEYS[1]` is the base of one shard (`fd:{3}:`); every other key of the shard
 * is that base and a name from the table in `redis-keys.ts`, so the hash tag keeps a script inside one Cluster slot.
 * `ARGV[1]` is the channel for nudges. Time is the server's.
 *
 * The fields of an instance's hash: `f` fence, `o` owner and `k` claim token of the last claim, `n` number and `c` id of
 * the last commit, `q` last sequence number, `v` snapshot version, `s` snapshot, `t` armed timers, `g` timers that fired
 * but that the holder has not dropped yet, `x` dead letters.
 */
export const prelude = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local channel = ARGV[1]

local function kindOf(key)
  return string.match(key, '^[^/]*')
end

local function classOf(base, key)
  return kindOf(key) .. ':' .. (redis.call('HGET', base .. 'i:' .. key, 'v') or '0')
end

-- Puts an instance among those that wait for a worker. One list per kind and snapshot version: a worker looks only at
-- those that it understands, so newer ones neither starve the others nor are taken out and put back again.
local function wake(base, key, since)
  local class = classOf(base, key)
  redis.call('ZREM', base .. 'idle', key)
  if redis.call('ZADD', base .. 'ready:' .. class, 'NX', since, key) == 1 then
    redis.call('SADD', base .. 'classes', class)
  end
end

local function unready(base, key)
  redis.call('ZREM', base .. 'ready:' .. classOf(base, key), key)
end

local function readList(text)
  if text then return cjson.decode(text) end
  return {}
end

-- An empty Lua table would become {} in JSON: no field stands for an empty list.
local function writeList(hash, field, list)
  if #list > 0 then
    redis.call('HSET', hash, field, cjson.encode(list))
  else
    redis.call('HDEL', hash, field)
  end
end

local function push(base, key, event)
  local seq = redis.call('HINCRBY', base .. 'i:' .. key, 'q', 1)
  redis.call('RPUSH', base .. 'm:' .. key, seq .. ' ' .. now .. ' ' .. event)
  redis.call('ZADD', base .. 'all:' .. kindOf(key), now, key)
end

local function inbox(base, key)
  return redis.call('LRANGE', base .. 'm:' .. key, 0, 63)
end

local function forget(base, key)
  local hash = base .. 'i:' .. key
  for _, member in ipairs(readList(redis.call('HGET', hash, 't'))) do
    redis.call('ZREM', base .. 'timers', member)
  end
  unready(base, key)
  for _, name in ipairs({ 'leased', 'idle', 'dead', 'all:' .. kindOf(key) }) do
    redis.call('ZREM', base .. name, key)
  end
  return redis.call('DEL', hash, base .. 'm:' .. key) > 0
end

local function isForgotten(base, key)
  local at = redis.call('ZSCORE', base .. 'idle', key)
  return at and tonumber(at) <= now
end

local function dueIn(base, name)
  return redis.call('ZRANGEBYSCORE', base .. name, '-inf', now, 'WITHSCORES', 'LIMIT', 0, 64)
end

-- A due timer becomes an event in the mailbox, once: until a commit drops it, 'g' remembers that it has fired.
local function fireTimers(base)
  local due = dueIn(base, 'timers')
  for at = 1, #due, 2 do
    local member = due[at]
    redis.call('ZREM', base .. 'timers', member)
    local key, id, token = string.match(member, '^(.-)%z(.-)%z(.*)$')
    local hash = base .. 'i:' .. key
    local armed, fired = {}, readList(redis.call('HGET', hash, 'g'))
    for _, other in ipairs(readList(redis.call('HGET', hash, 't'))) do
      if other ~= member then armed[#armed + 1] = other end
    end
    fired[#fired + 1] = member
    writeList(hash, 't', armed)
    writeList(hash, 'g', fired)
    push(base, key, cjson.encode({ type = 'timer.due', id = id, token = token }))
    if not redis.call('ZSCORE', base .. 'leased', key) then wake(base, key, due[at + 1]) end
    redis.call('PUBLISH', channel, key)
  end
end

local function forgetIdle(base)
  local due = dueIn(base, 'idle')
  for at = 1, #due, 2 do forget(base, due[at]) end
end

local function expireLeases(base)
  local due = dueIn(base, 'leased')
  for at = 1, #due, 2 do
    redis.call('ZREM', base .. 'leased', due[at])
    wake(base, due[at], due[at + 1])
  end
end

local function sweep(base)
  expireLeases(base)
  fireTimers(base)
  forgetIdle(base)
end

-- Reads 'count, a, b, …' from ARGV and returns the list and the place behind it.
local function readMany(place, width)
  local list, count = {}, tonumber(ARGV[place])
  for at = place + 1, place + count * width, width do
    if width == 1 then
      list[#list + 1] = ARGV[at]
    else
      list[#list + 1] = { ARGV[at], ARGV[at + 1] }
    end
  end
  return list, place + 1 + count * width
end

local function readSupports(place)
  local supports, list = {}, nil
  list, place = readMany(place, 2)
  for _, pair in ipairs(list) do supports[pair[1]] = tonumber(pair[2]) end
  return supports, place
end

-- The names of the waiting lists that a worker understands; empty ones are dropped from the register on the way.
local function waitingLists(base, supports, size)
  local lists = {}
  for _, class in ipairs(redis.call('SMEMBERS', base .. 'classes')) do
    local kind, version = string.match(class, '^(.*):(%d+)$')
    if supports[kind] and tonumber(version) <= supports[kind] then
      local name = base .. 'ready:' .. class
      local entries = redis.call('ZRANGE', name, 0, size - 1, 'WITHSCORES')
      if #entries == 0 then
        redis.call('SREM', base .. 'classes', class)
      else
        lists[#lists + 1] = { base = base, name = name, entries = entries, at = 1 }
      end
    end
  end
  return lists
end
`;
