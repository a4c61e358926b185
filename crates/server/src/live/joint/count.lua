-- Counts a sign-up in for one key, and tells how many there are now. All keys of one call
-- have one hash tag, so that a cluster has them in one place.
--
-- KEYS: the last sign-ups; the counts; a sample for each thing whose different values are
-- counted. ARGV: the second; 1 to count it in; 1 to tell the last sign-ups; how many of
-- them are kept; the sign-up; seconds until all is forgotten; how many windows; each in
-- seconds; then for each sample its window in seconds and the value's hash (0: none).
--
-- Told: a count for each window, one for each sample, then the last sign-ups before it.
local SLOTS, FIELDS_MAX, SAMPLE_MAX = 12, 40, 1024
local second, adds, tells = tonumber(ARGV[1]), ARGV[2] == '1', ARGV[3] == '1'
local windows, told = tonumber(ARGV[7]), {}

local before = tells and redis.call('LRANGE', KEYS[1], 0, -1) or {}
if adds then
  redis.call('LPUSH', KEYS[1], ARGV[5])
  redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[4]) - 1)
  redis.call('EXPIRE', KEYS[1], ARGV[6])
end

-- What left its window long ago goes when there is much of it.
local function tidy()
  if windows == 0 or redis.call('HLEN', KEYS[2]) <= FIELDS_MAX * windows then return end
  for _, field in ipairs(redis.call('HKEYS', KEYS[2])) do
    local window, slot = string.match(field, '^(%d+):(%d+)$')
    if window and (tonumber(slot) + SLOTS + 1) * (window / SLOTS) < second then
      redis.call('HDEL', KEYS[2], field)
    end
  end
end

for i = 1, windows do
  local window = tonumber(ARGV[7 + i])
  local length = window / SLOTS
  local from = math.max(second - window, 0) + 1
  local first, last = math.floor(from / length), math.floor(second / length)
  if adds then
    redis.call('HINCRBY', KEYS[2], ARGV[7 + i] .. ':' .. last, 1)
  end
  local fields = {}
  for slot = first, last do fields[#fields + 1] = ARGV[7 + i] .. ':' .. slot end
  local count = 0
  for place, value in ipairs(redis.call('HMGET', KEYS[2], unpack(fields))) do
    -- The oldest slot counts as far as the window still covers it.
    local covered = place == 1 and 1 - (from % length) / length or 1
    if value then count = count + tonumber(value) * covered end
  end
  told[#told + 1] = tostring(count)
end

-- A value is in the sample if its hash has so many leading zeros; each stands for as many
-- as the sample leaves out.
local function widen_or_narrow(key, window, zeros)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', second - window)
  while redis.call('ZCARD', key) > SAMPLE_MAX and zeros < 26 do
    zeros = zeros + 1
    for _, value in ipairs(redis.call('ZRANGE', key, 0, -1)) do
      if tonumber(value) >= 2 ^ (32 - zeros) then redis.call('ZREM', key, value) end
    end
  end
  if zeros > 0 and redis.call('ZCARD', key) < SAMPLE_MAX / 4 then zeros = zeros - 1 end
  redis.call('HSET', KEYS[2], key, zeros)
  return zeros
end

for i = 3, #KEYS do
  local at = 8 + windows + 2 * (i - 3)
  local window, value = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local zeros = tonumber(redis.call('HGET', KEYS[2], KEYS[i]) or '0')
  if adds and value > 0 and value < 2 ^ (32 - zeros) then
    redis.call('ZADD', KEYS[i], 'GT', second, ARGV[at + 1])
    redis.call('EXPIRE', KEYS[i], ARGV[at])
    if redis.call('ZCARD', KEYS[i]) > SAMPLE_MAX then
      zeros = widen_or_narrow(KEYS[i], window, zeros)
    end
  end
  local count = redis.call('ZCOUNT', KEYS[i], '(' .. (second - window), second)
  told[#told + 1] = tostring(count * 2 ^ zeros)
end

if adds and #KEYS + windows > 2 then
  tidy()
  redis.call('EXPIRE', KEYS[2], ARGV[6])
end
for _, one in ipairs(before) do told[#told + 1] = one end
return told
