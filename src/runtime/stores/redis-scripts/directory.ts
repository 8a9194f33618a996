import { clock, forgetting, lists, ready, sweeping } from "./prelude.ts";

const common = `${clock}${ready}${lists}${forgetting}`;

const summaries = `
local function summaries(base, name, limit, skip)
  local rows = {}
  for _, key in ipairs(redis.call('ZREVRANGE', base .. name, skip, skip + limit - 1)) do
    local held = redis.call('HMGET', base .. 'i:' .. key, 'v', 't', 'x', 'w')
    rows[#rows + 1] = {
      key,
      tonumber(redis.call('ZSCORE', base .. 'all:' .. kindOf(key), key)) or 0,
      tonumber(held[1] or '0'),
      redis.call('LLEN', base .. 'm:' .. key),
      held[4] == 'l' and 1 or 0,
      #readList(held[2]),
      tonumber(held[3] or '0')
    }
  end
  return rows
end

local function kinds(base)
  local found, isKnown = {}, {}
  for _, class in ipairs(classes(base)) do
    if not isKnown[class.kind] then
      isKnown[class.kind] = true
      found[#found + 1] = class.kind
    end
  end
  return found
end
`;

/**
 * ARGV: channel, limit, kind or '' for all. Returns rows of instance key, updated at, version, unread, leased, timers,
 * dead letters; the newest of each kind in this shard.
 */
export const list = `${common}${sweeping}${summaries}
local limit = tonumber(ARGV[2])
forgetIdle(base)
local rows = {}
for _, kind in ipairs(ARGV[3] == '' and kinds(base) or { ARGV[3] }) do
  for _, row in ipairs(summaries(base, 'all:' .. kind, limit, 0)) do rows[#rows + 1] = row end
end
return rows
`;

/** ARGV: channel, limit, how many to leave aside. Rows as in `list`, of instances with dead letters. */
export const deadLettered = `${common}${sweeping}${summaries}
forgetIdle(base)
return summaries(base, 'dead', tonumber(ARGV[2]), tonumber(ARGV[3]))
`;

/** ARGV: channel, instance key. Returns the snapshot or nothing. */
export const read = `${common}
if isOver(base, ARGV[2]) then return false end
return redis.call('HGET', base .. 'i:' .. ARGV[2], 's')
`;

/** ARGV: channel, instance key. Returns a list of the snapshot (or nothing), or nothing when there was no such instance. */
export const remove = `${common}
local wasOver = isOver(base, ARGV[2])
local snapshot = redis.call('HGET', base .. 'i:' .. ARGV[2], 's')
local wasThere = forget(base, ARGV[2])
redis.call('PUBLISH', channel, ARGV[2])
if wasOver or not wasThere then return false end
return { snapshot }
`;

/** ARGV: channel. Returns instances, ready, leased, unread, timers, dead letters, effects that wait, of this shard. */
export const counts = `${common}${summaries}
local instances, ready, unread = 0, 0, 0
for _, kind in ipairs(kinds(base)) do
  instances = instances + redis.call('ZCARD', base .. 'all:' .. kind)
end
local function addUnread(name)
  for _, key in ipairs(redis.call('ZRANGE', name, 0, -1)) do
    unread = unread + redis.call('LLEN', base .. 'm:' .. key)
  end
end
for _, class in ipairs(classes(base)) do
  ready = ready + redis.call('ZCARD', class.name)
  addUnread(class.name)
end
addUnread(base .. 'leased')
local letters = 0
for _, key in ipairs(redis.call('ZRANGE', base .. 'dead', 0, -1)) do
  if not isOver(base, key) then
    letters = letters + tonumber(redis.call('HGET', base .. 'i:' .. key, 'x') or '0')
  end
end
local waiting, outboxes = 0, redis.call('ZRANGE', base .. 'outbox', 0, -1, 'WITHSCORES')
for at = 2, #outboxes, 2 do waiting = waiting + tonumber(outboxes[at]) end
return {
  instances - redis.call('ZCOUNT', base .. 'idle', '-inf', now),
  ready, redis.call('ZCARD', base .. 'leased'), unread, redis.call('ZCARD', base .. 'timers'),
  letters, waiting
}
`;
