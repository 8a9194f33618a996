import { clock, counted, forgetting, lists, ready, sweeping, waiting } from "./prelude.ts";

const common = `${clock}${counted}${ready}${lists}${forgetting}${sweeping}${waiting}`;

/**
 * ARGV: channel, owner, lease in ms, limit, token of this call, bases of shards (counted; only one in a Cluster), supported
 * kind and version (counted pairs), tokens of calls whose reply never came (counted).
 * Returns now and rows of instance key, fence, snapshot, inbox. What a lost call took is handed out again first; then the
 * longest waiting of all shards. Its first write frees memory, so work goes on when the server is full.
 */
export const claim = `${common}
local owner, leaseMs, limit, token = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local bases, place = readMany(6, 1)
local supports
supports, place = readSupports(place)
local lost = readMany(place, 1)
local rows = {}

-- Fences follow the clock, so that they go on growing when a restart or a failover has lost the last ones.
local function nextFence(base)
  local last = tonumber(redis.call('GET', base .. 'fence') or '0')
  local fence = math.max(last + 1, clock[1] * 1000000 + clock[2])
  redis.call('SET', base .. 'fence', fence)
  return fence
end

local function row(base, key, fence)
  redis.call('ZADD', base .. 'leased', now + leaseMs, key)
  local snapshot = redis.call('HGET', base .. 'i:' .. key, 's')
  rows[#rows + 1] = { key, fence, snapshot, redis.call('LRANGE', base .. 'm:' .. key, 0, 63) }
end

if #lost > 0 then
  local isLost = {}
  for _, name in ipairs(lost) do isLost[name] = true end
  for _, base in ipairs(bases) do
    for _, key in ipairs(redis.call('ZRANGE', base .. 'leased', 0, -1)) do
      local held = redis.call('HMGET', base .. 'i:' .. key, 'o', 'k', 'f')
      if #rows < limit and held[1] == owner and isLost[held[2]] then
        redis.call('ZREM', base .. 'leased', key)
        redis.call('HSET', base .. 'i:' .. key, 'k', token)
        row(base, key, tonumber(held[3]))
      end
    end
  end
end

local chunk, heads = math.min(limit, 8), {}
for _, base in ipairs(bases) do
  sweep(base)
  for _, list in ipairs(waitingLists(base, supports, chunk)) do heads[#heads + 1] = list end
end

while #rows < limit and #heads > 0 do
  local oldest = 1
  for at = 2, #heads do
    local score = tonumber(heads[at].entries[heads[at].at + 1])
    if score < tonumber(heads[oldest].entries[heads[oldest].at + 1]) then oldest = at end
  end
  local head = heads[oldest]
  local base, key = head.base, head.entries[head.at]
  redis.call('ZREM', head.name, key)
  local fence = nextFence(base)
  redis.call('HSET', base .. 'i:' .. key, 'f', fence, 'n', 0, 'o', owner, 'k', token, 'w', 'l')
  row(base, key, fence)
  head.at = head.at + 2
  if head.at > #head.entries then
    if #head.entries == chunk * 2 then
      head.entries = redis.call('ZRANGE', head.name, 0, chunk - 1, 'WITHSCORES')
    else
      head.entries = {}
    end
    head.at = 1
    if #head.entries == 0 then table.remove(heads, oldest) end
  end
end
return { now, rows }
`;

/**
 * For a Cluster, where one script sees one shard only. ARGV: channel, limit, supported kind and version (counted pairs).
 * Returns since when the longest waiting instances of this shard wait, oldest first: what a claim over all shards needs
 * to know before it says how many it wants from each.
 */
export const peek = `${common}
local limit = tonumber(ARGV[2])
local supports = readSupports(3)
sweep(base)
local since = {}
for _, list in ipairs(waitingLists(base, supports, limit)) do
  for at = 2, #list.entries, 2 do since[#since + 1] = tonumber(list.entries[at]) end
end
table.sort(since)
for at = #since, limit + 1, -1 do since[at] = nil end
return since
`;
