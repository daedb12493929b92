"""The script of `worker.claiming`, in Lua: Redis runs it as one step that nobody sees half done."""

# KEYS: running, leases, postponed, fence, wake, then the queues. ARGV: one JSON object, then the
# results to keep. Returns a JSON object, then the payloads of what was claimed.
# A sentinel at the end of the leases, which no job can be named, tells a Redis that has forgotten
# from an idle one. Leases end by Redis's own clock; a job is due when either clock says so.
TURN = """#!lua flags=allow-oom
local running, leases, postponed, fence, wake = unpack(KEYS)
local asked = cjson.decode(ARGV[1])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local limit = math.max(now, asked.now)
local said = {claimed = {}, lost = {}, recovered = {}, gone = {}, unknown = {}}

local function whole(number) return string.format('%.0f', number) end
local function marker(id) return 'arq:in-progress:' .. id end
local function read(entry) return string.match(entry, '^(%S+) (%S+) (%S+) (.+)$') end

local function finish(ended)
  local ids = {}
  for i, one in ipairs(ended) do ids[i] = one.id end
  local entries = redis.call('HMGET', running, unpack(ids))
  local freed, dropped, over = {}, {}, {}
  for i, one in ipairs(ended) do
    local _, token, due, queue
    if entries[i] then _, token, due, queue = read(entries[i]) end
    if token ~= one.token then
      said.lost[#said.lost + 1] = one.id
    else
      freed[#freed + 1] = one.id
      if one.group ~= '' then redis.call('SREM', asked.group .. one.group, one.id) end
      dropped[#dropped + 1] = marker(one.id)
      if one.how == 'over' then
        over[queue] = over[queue] or {}
        table.insert(over[queue], one.id)
        dropped[#dropped + 1] = 'arq:job:' .. one.id
        dropped[#dropped + 1] = 'arq:retry:' .. one.id
        if one.result then
          redis.call('SET', 'arq:result:' .. one.id, ARGV[one.result])
          if one.result_ms > 0 then
            redis.call('PEXPIRE', 'arq:result:' .. one.id, whole(one.result_ms))
          end
        end
      else
        redis.call('ZADD', queue, one.due and whole(one.due) or due, one.id)
        if one.how == 'back' then redis.call('DECR', 'arq:retry:' .. one.id) end
      end
    end
  end
  if #freed > 0 then
    redis.call('HDEL', running, unpack(freed))
    redis.call('ZREM', leases, unpack(freed))
    redis.call('DEL', unpack(dropped))
    for queue, ids_over in pairs(over) do redis.call('ZREM', queue, unpack(ids_over)) end
  end
end

local function recover()
  local first = redis.call('ZRANGE', leases, 0, 0, 'WITHSCORES')
  if not first[1] then
    said.forgot = true
    redis.call('ZADD', leases, '+inf', '\\255')
  elseif tonumber(first[2]) <= now then
    local ended = redis.call(
      'ZRANGEBYSCORE', leases, '-inf', whole(now), 'LIMIT', 0, asked.expired_max)
    for _, id in ipairs(ended) do
      local entry = redis.call('HGET', running, id)
      if entry then
        local _, _, due, queue = read(entry)
        redis.call('ZADD', queue, due, id)
        said.recovered[#said.recovered + 1] = id
      end
      redis.call('DEL', marker(id))
    end
    redis.call('HDEL', running, unpack(ended))
    redis.call('ZREM', leases, unpack(ended))
    first = redis.call('ZRANGE', leases, 0, 0, 'WITHSCORES')
  elseif tonumber(first[2]) > now + asked.lease and first[2] ~= 'inf' then
    -- No lease is so long: the clock was put back. Who lives renews his, the others end in time.
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', leases, whole(now + asked.lease), '(+inf')) do
      redis.call('ZADD', leases, whole(now + asked.lease), id)
    end
    first[2] = now + asked.lease
  end
  return first[2] and tonumber(first[2]) or math.huge
end

-- Is it UTF-8? Python could not name the job else, nor ever say that it has ended.
local function is_text(id)
  if not string.find(id, '[\\128-\\255]') then return true end
  local more = '[\\128-\\191]'
  for _, form in ipairs({
    '[\\194-\\223]' .. more,
    '\\224[\\160-\\191]' .. more, '\\237[\\128-\\159]' .. more,
    '[\\225-\\236\\238\\239]' .. more .. more,
    '\\240[\\144-\\191]' .. more .. more, '\\244[\\128-\\143]' .. more .. more,
    '[\\241-\\243]' .. more .. more .. more,
  }) do id = string.gsub(id, form, ' ') end
  return not string.find(id, '[\\128-\\255]')
end

local function kind_of(payload)
  local name = string.match(payload, '^{"t":%s*[%w]+,%s*"f":%s*"([%w_]+)"')
  if name then return name end
  local is_json, message = pcall(cjson.decode, payload)
  return is_json and type(message) == 'table' and message.f or nil
end

local function put_off(queue, id, due, ms)
  redis.call('PERSIST', 'arq:job:' .. id)  -- however long it takes
  redis.call('HSETNX', postponed, id, due .. ' ' .. queue)
  redis.call('ZADD', queue, whole(limit + ms), id)
end

-- May this worker run it? What is not JSON, or has no payload any more, he may, to say so and be
-- rid of it.
local function may_run(queue, id, due, payload)
  if not is_text(id) then
    redis.call('ZREM', queue, id)
    redis.call('DEL', 'arq:retry:' .. id, 'arq:job:' .. id)
    redis.call('HDEL', postponed, id)
    said.gone[#said.gone + 1] = id
    return false
  end
  local kind = kind_of(payload)
  if type(kind) ~= 'string' or asked.kinds[kind] then return true end
  if asked.paused[kind] then
    put_off(queue, id, due, asked.paused_ms)
  else
    put_off(queue, id, due, asked.unknown_ms)
    said.unknown[#said.unknown + 1] = kind
  end
  return false
end

-- What this job shares with those with which it may not run, and how many of them may.
local function group_of(payload)
  local limit = asked.limits[kind_of(payload)]
  local value = limit and string.match(payload, '"' .. limit[1] .. '":%s*"([^"\\\\]+)"')
  if value then return limit[1] .. ':' .. value, limit[2] end
  return '', 0
end

local grouped = {}  -- how many of each group run, or are found in this call

local function has_room(group, most)
  if group == '' then return true end
  if not grouped[group] then
    grouped[group] = 0
    for _, id in ipairs(redis.call('SMEMBERS', asked.group .. group)) do
      grouped[group] = grouped[group] + redis.call('HEXISTS', running, id)
    end
  end
  if grouped[group] >= most then return false end
  grouped[group] = grouped[group] + 1
  return true
end

-- Every lane has a bound for itself and all slower ones together, so that the slow leave places
-- to the fast. `at` is the lane, from the fastest.
local function places(at)
  if not asked.lanes[at].is_open then return 0 end
  local most = asked.free
  for i = 1, at do most = math.min(most, asked.lanes[i].most) end
  return most
end

-- Add the jobs of a lane that may start to `found`; return when the first of the later is due.
local function look(at, queue, found)
  local lane, most, skipped, looked, blocked = asked.lanes[at], places(at), 0, 0, 0
  while most > 0 and looked < asked.look_max do
    local window = redis.call('ZRANGE', queue, skipped, skipped + most, 'WITHSCORES')
    local ids, dues, keys = {}, {}, {}
    local later
    for i = 1, #window, 2 do
      if tonumber(window[i + 1]) > limit then later = tonumber(window[i + 1]) break end
      ids[#ids + 1], dues[#dues + 1] = window[i], window[i + 1]
      keys[#keys + 1] = 'arq:job:' .. window[i]
      keys[#keys + 1] = marker(window[i])
    end
    if #ids == 0 then return later or math.huge end
    local values = redis.call('MGET', unpack(keys))
    for i, id in ipairs(ids) do
      looked = looked + 1
      if most == 0 or values[2 * i] then
        skipped = skipped + 1
      elseif may_run(queue, id, dues[i], values[2 * i - 1] or '') then
        local payload = values[2 * i - 1] or ''
        local group, at_once = group_of(payload)
        if has_room(group, at_once) then
          skipped, most = skipped + 1, most - 1
          found[#found + 1] = {
            id = id, due = dues[i], payload = payload, queue = queue,
            group = group, at = at, lane = lane.name, turn = dues[i] + lane.patience}
        else
          blocked = blocked + 1
          if blocked <= asked.blocked_max then
            skipped = skipped + 1
          else
            put_off(queue, id, dues[i], asked.blocked_ms)  -- or nobody would see who stands behind
          end
        end
      end
    end
    if later and most > 0 then return later end
  end
  return math.huge
end

local function tries_of(id)
  local key = 'arq:retry:' .. id
  if redis.call('SET', key, 1, 'EX', asked.retry_seconds, 'NX') then return 1 end
  local tries = redis.pcall('INCR', key)
  if type(tries) ~= 'number' then
    -- Somebody has put there what is no count.
    redis.call('DEL', key)
    tries = redis.call('INCR', key)
  end
  redis.call('EXPIRE', key, asked.retry_seconds)
  return tries
end

local function claim(found)
  local claimed, holders, ends, moved = {}, {}, {}, {}
  local has_postponed = redis.call('EXISTS', postponed) == 1
  local token = redis.call('INCRBY', fence, 1)
  if token < now then
    -- A Redis that has forgotten must not give out a token twice: the time goes on, it does not.
    token = now * 1000
    redis.call('SET', fence, whole(token))
  end
  for _, one in ipairs(found) do
    if places(one.at) > 0 then
      asked.free = asked.free - 1
      for i = 1, one.at do asked.lanes[i].most = asked.lanes[i].most - 1 end
      token = token + 1
      if has_postponed then
        local place = redis.call('HGET', postponed, one.id)
        if place then
          one.due = string.match(place, '^%S+')
          redis.call('HDEL', postponed, one.id)
        end
      end
      one.token = whole(token)
      one.holder = asked.name .. ' ' .. one.token
      claimed[#claimed + 1] = one
      holders[#holders + 1] = one.id
      holders[#holders + 1] = one.holder .. ' ' .. one.due .. ' ' .. one.queue
      ends[#ends + 1] = whole(now + asked.lease)
      ends[#ends + 1] = one.id
      moved[one.queue] = moved[one.queue] or {}
      table.insert(moved[one.queue], whole(now + asked.lease))
      table.insert(moved[one.queue], one.id)
    end
  end
  redis.call('SET', fence, whole(token))
  redis.call('HSET', running, unpack(holders))
  redis.call('ZADD', leases, unpack(ends))
  for queue, of_queue in pairs(moved) do redis.call('ZADD', queue, unpack(of_queue)) end
  for _, one in ipairs(claimed) do
    redis.call('SET', marker(one.id), one.holder, 'PX', asked.lease)
    if one.group ~= '' then
      redis.call('SADD', asked.group .. one.group, one.id)
      redis.call('EXPIRE', asked.group .. one.group, asked.retry_seconds)
    end
    table.insert(said.claimed, {
      one.id, one.token, one.due, tries_of(one.id), one.lane, one.group})
    table.insert(said.claimed, one.payload)
  end
  -- One token was taken by whoever woke us; the rest would wake somebody for nothing.
  if #claimed > 1 then redis.call('LPOP', wake, #claimed - 1) end
end

if #asked.ended > 0 then finish(asked.ended) end
-- Leases end by Redis's clock, jobs are due by whichever clock is ahead.
local lease_ends = recover()
local next_at, found = math.huge, {}
if asked.free > 0 then
  for at = 1, #asked.lanes do
    next_at = math.min(next_at, look(at, KEYS[5 + at], found))
  end
end
if #found > 0 then
  table.sort(found, function(one, other)
    if one.turn ~= other.turn then return one.turn < other.turn end
    return one.id < other.id
  end)
  claim(found)
end
local payloads, claimed = {}, {}
for i = 1, #said.claimed, 2 do
  claimed[#claimed + 1] = said.claimed[i]
  payloads[#payloads + 1] = said.claimed[i + 1]
end
said.claimed = claimed
local wait = math.min(lease_ends - now, next_at - limit)
said.wait = wait < math.huge and math.max(0, wait) or nil
table.insert(payloads, 1, cjson.encode(said))
return payloads
"""
