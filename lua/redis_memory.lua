-- How full Redis' memory is, and what follows: above the watermark the door spools, until it has fallen a tenth below; what was
-- spooled is fed back only while there is room below that. So the door and the drainer never take turns at one threshold.
local redis = require "redis"
local settings = require "settings"

local max, min, tonumber = math.max, math.min, tonumber
local INFO = redis.command("INFO", "memory")
local HIGH = settings.redis_watermark / 100

-- The share of its memory that the server behind `socket` uses, 0 to 1 and a little more; 0 where there is no limit.
-- nil and why if it does not tell; the socket must be closed then.
local function share(socket)
    local ok, err = socket:send(INFO)
    if not ok then
        return nil, err
    end
    local told
    told, err = redis.reply(socket)
    if not told then
        return nil, err
    end
    local used = tonumber(told:match("used_memory:(%d+)")) or 0
    local its, ours = tonumber(told:match("maxmemory:(%d+)")) or 0, settings.redis_maxmemory
    local limit = its > 0 and ours > 0 and min(its, ours) or max(its, ours)
    return limit > 0 and used / limit or 0
end

return {
    share = share,
    HIGH = HIGH, -- from here on the door spools
    LOW = HIGH - 0.1, -- below this it goes back to Redis
    ROOM = HIGH - 0.2, -- below this the drainer feeds back
}
