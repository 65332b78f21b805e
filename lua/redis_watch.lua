-- Whether batches go to Redis or to the spool. A batch that Redis does not take, or not in time, and memory above the watermark
-- send this worker's batches to the spool; a light thread then tries Redis by a write of its own, so that no request waits for
-- the attempt, and turns back once it is answered and has room. Asked by commit.lua before each flush.
local logs = require "logs"
local memory = require "redis_memory"
local metrics = require "metrics"
local redis = require "redis"
local settings = require "settings"
local shared = require "shared"
local spool = require "spool"

local exiting, min, pcall, sleep = ngx.worker.exiting, math.min, pcall, ngx.sleep
local dict = shared.metrics
local FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 1 -- between attempts
local WRITE = redis.command("SET", "hw:attempt", "1", "EX", "60")

local away -- why; nil: Redis takes batches
local waiting = false

-- Tries a write; true, or nil and why Redis should be left alone.
local function attempt(socket)
    local ok, err = socket:send(WRITE)
    if not ok then
        return nil, err
    end
    ok, err = redis.reply(socket)
    if not ok then
        return nil, err
    end
    local share
    share, err = memory.share(socket)
    if not share then
        return nil, err
    end
    dict:set(shared.REDIS_MEMORY, share)
    if share >= memory.LOW then
        return nil, ("its memory is %d %% full"):format(share * 100)
    end
    return true
end

local function answers()
    local socket, err = redis.connect(settings.redis_host, settings.redis_port)
    if not socket then
        return nil, err
    end
    local fine, ok, why = pcall(attempt, socket)
    if fine and ok then
        socket:setkeepalive(60000)
        return true
    end
    socket:close()
    return nil, why or ok
end

local function wait_for_redis()
    local wait = FIRST_WAIT_S
    while away and not exiting() do
        sleep(wait)
        local ok, err = answers()
        if ok then
            away = nil
            metrics.redis_up(true)
            logs.critical("Redis takes batches again")
        else
            away = err or away
            wait = min(wait * 2, LONGEST_WAIT_S)
        end
    end
    spool.seal()
end

local function run()
    local ok, err = pcall(wait_for_redis)
    waiting = false
    if not ok then
        logs.critical("waiting for Redis ended badly: ", err)
    end
end

-- From now on batches go to the spool, because of `why`, until Redis takes a write.
local function leave(why)
    if not away then
        logs.critical("batches go to the spool: ", why)
    end
    away = why or "it does not answer"
    metrics.redis_up(false)
    if not waiting and not exiting() then
        local ok, err = ngx.timer.at(0, run)
        waiting = ok
        if not ok then
            logs.critical("no timer for waiting for Redis: ", err)
        end
    end
end

-- One worker measures Redis' memory, all look at what it found; from a timer once a second.
local function look()
    if away then
        return leave(away) -- its light thread may have ended badly
    end
    if ngx.worker.id() == 0 then
        local socket = redis.connect(settings.redis_host, settings.redis_port)
        local share = socket and memory.share(socket)
        if share then
            dict:set(shared.REDIS_MEMORY, share)
            socket:setkeepalive(60000)
        elseif socket then
            socket:close()
        end
    end
    local share = dict:get(shared.REDIS_MEMORY) or 0
    if share >= memory.HIGH then
        return leave(("Redis' memory is %d %% full"):format(share * 100))
    end
    metrics.redis_up(true)
end

return {
    leave = leave,
    look = look,
    -- Why batches go to the spool; nil: they go to Redis.
    away = function()
        return away
    end,
}
