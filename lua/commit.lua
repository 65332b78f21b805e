-- Group commit: requests of one nginx worker gather in a batch while the batch before is on its way; one light thread sends
-- them, and when Redis has answered wakes all who wait for it. A request pays two table writes and one semaphore wait.
-- `submit` is called in content phases and timers. The light thread lives in a timer that is made when there is
-- something to send and ends after a while (a timer's memory is only freed when it ends; its connection goes to the pool).
local clear = require "table.clear"
local metrics = require "metrics"
local redis = require "redis"
local semaphore = require "ngx.semaphore"
local settings = require "settings"
local streams = require "streams"

local now, timer_at, log, ERR, WARN = ngx.now, ngx.timer.at, ngx.log, ngx.ERR, ngx.WARN
local min, pcall, remove = math.min, pcall, table.remove

local SHARDS = settings.shards
local WAITING_BYTES = 67108864 -- more are refused: memory stays bounded while Redis is slow
local BATCH_BYTES = 4194304 -- what one flush takes at most, so that no stream entry is much larger
local BATCH_REQUESTS = 2000
local LINGER_S = 1 -- how long the light thread waits for more before it ends
local FLUSHES = 20000 -- after these it hands over to a new one
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
        batch = { answered = semaphore.new(), parts = {}, counts = {}, sizes = {} }
        for shard = 0, SHARDS - 1 do
            batch.parts[shard] = {}
        end
    end
    for shard = 0, SHARDS - 1 do
        clear(batch.parts[shard])
        batch.counts[shard], batch.sizes[shard] = 0, 0
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
    log(WARN, "Redis does not take the batch: ", err)
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
        ok, err, lost = streams.append(socket, batch)
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
        log(ERR, "sending a batch ended badly: ", err)
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
        log(ERR, "no timer for sending to Redis: ", err)
    end
end

-- Appends `head` and `body` to the shard's stream and returns true when Redis has them; nil and why it did not.
-- After nil it is not known whether Redis took them: who sent them sends them again under the same number.
local function submit(shard, head, body)
    local size = #head + #body
    if waiting_bytes + size > WAITING_BYTES then
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
    local parts, used = batch.parts[shard], batch.counts[shard]
    parts[used + 1], parts[used + 2] = head, body
    batch.counts[shard] = used + 2
    batch.sizes[shard] = batch.sizes[shard] + size
    batch.requests, batch.bytes = batch.requests + 1, batch.bytes + size
    batch.waiting = batch.waiting + 1
    waiting_bytes = waiting_bytes + size
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
    elseif batch.waiting == 0 and not batch.spoiled then
        free[#free + 1] = batch
    end
    if woken and ok then
        return true
    end
    return nil, woken and "Redis did not take it" or "Redis did not answer in time"
end

return {
    submit = submit,
    waiting_bytes = function()
        return waiting_bytes
    end,
}
