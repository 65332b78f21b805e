-- Whether batches go to Redis or to the spool. A batch that Redis does not take, or not in time, and memory above the watermark
-- send this worker's batches to the spool; a light thread then tries Redis by a write of its own, so that no request waits for
-- the attempt, and turns back once it is answered and has room. Asked by commit.lua before each flush.
local logs = require "logs"
local masters = require "masters"
local memory = require "redis_memory"
local metrics = require "metrics"
local redis = require "redis"
local shared = require "shared"
local spool = require "spool"

local exiting, max, min, pcall, sleep = ngx.worker.exiting, math.max, math.min, pcall, ngx.sleep
local dict = shared.metrics
local FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 1 -- between attempts

local away -- why; nil: Redis takes batches
local waiting = false

-- Tries a write at a master, in a slot of its own; true, or nil and why Redis should be left alone. Tells `told` the share of its
-- memory that it uses.
local function attempt(socket, master, told)
    local ok, err = socket:send(redis.command("SET", "hw:attempt:{" .. master.shards[1] .. "}", "1", "EX", "60"))
    if not ok then
        return nil, err
    end
    ok, err = redis.reply(socket)
    if not ok and not err:find("^ASK ") then -- this slot is just moving; the master is well
        return nil, err
    end
    local share
    share, err = memory.share(socket)
    if not share then
        return nil, err
    end
    told.share = max(told.share, share)
    if share >= memory.LOW then
        return nil, ("its memory is %d %% full"):format(share * 100)
    end
    return true
end

local function master_answers(master, told)
    local socket, err = redis.connect(master.host, master.port)
    if not socket then
        return nil, err
    end
    local fine, ok, why = pcall(attempt, socket, master, told)
    if fine and ok then
        socket:setkeepalive(60000)
        return true
    end
    socket:close()
    return nil, why or ok
end

-- Whether every master takes a write and has room; nil and why one has not.
local function answers()
    masters.forget()
    local found, err = masters.find()
    if not found then
        return nil, err
    end
    local told = { share = 0 }
    for _, master in ipairs(found.masters) do
        local ok, why = master_answers(master, told)
        if not ok then
            return nil, why
        end
    end
    dict:set(shared.REDIS_MEMORY, told.share)
    return true
end

-- The largest share of its memory that a master uses; nil where one does not tell.
local function fullest()
    local found = masters.find()
    local share = found and 0
    for _, master in ipairs(found and found.masters or {}) do
        local socket = redis.connect(master.host, master.port)
        local its = socket and memory.share(socket)
        if its then
            socket:setkeepalive(60000)
        elseif socket then
            socket:close()
        end
        share = share and its and max(share, its)
    end
    return share
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
    spool.seal() -- a batch may have gone there just when Redis had come back
    if ngx.worker.id() == 0 then
        local share = fullest()
        if share then
            dict:set(shared.REDIS_MEMORY, share)
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
