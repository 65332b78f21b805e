-- Group commit: requests of one nginx worker gather in a batch while the batch before is on its way; one light thread sends
-- them, and when Redis has answered wakes all who wait for it. A request pays its copy into a buffer and one semaphore wait.
-- `gathering` and `stored` are called in content phases and timers. The light thread lives in a timer that is made when there is
-- something to send and ends after a while (a timer's memory is only freed when it ends; its connection goes to the pool).
local string_buffer = require "string.buffer"
local logs = require "logs"
local metrics = require "metrics"
local redis = require "redis"
local semaphore = require "ngx.semaphore"
local settings = require "settings"
local streams = require "streams"

local now, timer_at = ngx.now, ngx.timer.at
local min, pcall, remove = math.min, pcall, table.remove

local SHARDS = settings.shards
local WAITING_BYTES = 67108864 -- more are refused: memory stays bounded while Redis is slow
local BATCH_BYTES = 4194304 -- what one flush takes at most, so that no stream entry is much larger
local BATCH_REQUESTS = 2000
local LINGER_S = 1 -- how long the light thread waits for more before it ends
local FLUSHES = 20000 -- after these it hands over to a new one
local KEPT, KEPT_BYTES = 4, 1048576 -- batches for use again; larger ones are left to the collector
local FIRST_WAIT_S, LONGEST_WAIT_S = 0.05, 1 -- between attempts to reach Redis again

local batches = {} -- waiting to be sent, the oldest first; the last one is being filled
local free = {} -- emptied batches for use again
local waiting_bytes = 0
local running, idle = false, false
local wake = semaphore.new()
local retry_at, retry_wait = 0, FIRST_WAIT_S
local start

local function new_batch()
    local batch = remove(free)
    if not batch then
        batch = { answered = semaphore.new(), buffers = {} }
        for shard = 0, SHARDS - 1 do
            batch.buffers[shard] = string_buffer.new()
        end
    elseif not batch.ok then
        -- It was answered with a refusal, and its senders send again: what is left in it must not go out later.
        for shard = 0, SHARDS - 1 do
            batch.buffers[shard]:reset()
        end
    end
    batch.requests, batch.bytes, batch.waiting = 0, 0, 0
    batch.ok, batch.spoiled = nil, false
    return batch
end

-- Everyone who waits for `batch` goes on.
local function answer(batch, ok)
    batch.ok = ok
    waiting_bytes = waiting_bytes - batch.bytes
    batch.answered:post(batch.requests)
end

local function failed(err)
    metrics.redis_up(false)
    retry_at = now() + retry_wait
    retry_wait = min(retry_wait * 2, LONGEST_WAIT_S)
    logs.critical("Redis does not take the batch: ", err)
end

-- Sends the oldest batch over `socket` (made if nil); gives the socket to go on with.
local function flush(socket)
    local batch = remove(batches, 1)
    local began = now()
    local err, lost, ok
    if not socket then
        socket, err = redis.connect(settings.redis_host, settings.redis_port)
    end
    if socket then
        local fine, result
        fine, result, err, lost = pcall(streams.append, socket, batch)
        if fine then
            ok = result
        else
            err, lost = result, true
        end
    end
    if ok then
        retry_wait = FIRST_WAIT_S
        ngx.update_time()
        metrics.flushed(batch.requests, batch.bytes, now() - began)
    else
        failed(err)
        if lost then
            socket:close()
            socket = nil
        end
    end
    answer(batch, ok or false)
    return socket
end

local function send_all()
    local socket
    for _ = 1, FLUSHES do
        if not batches[1] then
            idle = true
            wake:wait(LINGER_S)
            idle = false
            if not batches[1] then
                break
            end
        end
        socket = flush(socket)
    end
    if socket then
        socket:setkeepalive(60000)
    end
end

local function run()
    local ok, err = pcall(send_all)
    if not ok then
        logs.critical("sending a batch ended badly: ", err)
    end
    running, idle = false, false
    if batches[1] then
        start()
    end
end

function start()
    running = true
    local ok, err = timer_at(0, run)
    if not ok then
        running = false
        logs.critical("no timer for sending to Redis: ", err)
    end
end

-- The batch that is being filled, for a request with `bytes` of body: the caller puts its record into one of the batch's
-- `buffers` and calls `stored` at once, with nothing between that waits. nil and why if nothing more is taken now.
local function gathering(bytes)
    if waiting_bytes + bytes > WAITING_BYTES then
        return nil, "too much waits for Redis"
    elseif retry_at > 0 then
        if now() < retry_at then
            return nil, "Redis is not reachable"
        end
        retry_at = 0
    end
    local last = #batches
    local batch = batches[last]
    if not batch or batch.bytes > BATCH_BYTES or batch.requests >= BATCH_REQUESTS then
        batch = new_batch()
        batches[last + 1] = batch
    end
    batch.bytes = batch.bytes + bytes
    waiting_bytes = waiting_bytes + bytes
    return batch
end

-- Waits until the batch that the caller has put its record into is in Redis' log, and returns true; nil and why it is not.
-- After nil it is not known whether Redis took it: who sent it sends it again under the same number.
local function stored(batch)
    batch.requests = batch.requests + 1
    batch.waiting = batch.waiting + 1
    if not running then
        start()
    elseif idle then
        idle = false
        wake:post(1)
    end
    local woken = batch.answered:wait(settings.commit_wait_s)
    local ok = batch.ok
    batch.waiting = batch.waiting - 1
    if not woken then
        -- Its answer is still to come and would wake one more than waits: this batch is not used again.
        batch.spoiled = true
    elseif batch.waiting == 0 and not batch.spoiled and batch.bytes < KEPT_BYTES and #free < KEPT then
        free[#free + 1] = batch
    end
    if woken and ok then
        return true
    end
    return nil, woken and "Redis did not take it" or "Redis did not answer in time"
end

return {
    gathering = gathering,
    stored = stored,
    waiting_bytes = function()
        return waiting_bytes
    end,
}
