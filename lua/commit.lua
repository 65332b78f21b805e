-- Group commit: requests of one nginx worker gather in a batch and are all acknowledged when Redis has it in its log. A
-- request pays its copy into a buffer and one semaphore wait. When a batch goes is up to the load: at once when the last one
-- went a while ago; else when it is full, or GATHER_S after the last one. So nobody waits while little comes, and under load
-- Redis gets few large commands. While one is under way the next gathers behind it, until that is answered or this one is large;
-- then it goes after it, up to IN_FLIGHT at a time.
-- What Redis does not take, or not in time, goes to the spool on disk and is acknowledged from there (spool.lua).
-- `gathering` and `stored` are called in content phases and timers. Two light threads, one that sends and one that reads the
-- answers, live in a timer that is made when there is something to send and ends after a while (a timer's memory is only
-- freed when it ends; its connection goes to the pool).
local batch_of = require "batches"
local logs = require "logs"
local metrics = require "metrics"
local redis_watch = require "redis_watch"
local received = require "received"
local semaphore = require "ngx.semaphore"
local sent_batches = require "sent_batches"
local settings = require "settings"
local spool = require "spool"
local streams = settings.redis_cluster and require "cluster_streams" or require "streams"

local now, timer_at, spawn, join = ngx.now, ngx.timer.at, ngx.thread.spawn, ngx.thread.wait
local pcall, remove = pcall, table.remove
local away = redis_watch.away
local take, answer, wait = batch_of.take, batch_of.answer, batch_of.wait

local FULL_REQUESTS = 32 -- a batch with so many goes without waiting for more
local LARGE_REQUESTS, LARGE_BYTES = 128, 262144 -- and one with so much although another is under way
local NEVER = math.huge
local GATHER_S = 0.004
local IN_FLIGHT = sent_batches.IN_FLIGHT
local WAITING_BYTES = 67108864 -- more are refused: memory stays bounded while Redis is slow
local BATCH_BYTES, BATCH_REQUESTS = 4194304, 2000 -- what one batch takes at most, so that no stream entry is much larger
local SLOW_S = 1 -- requests that waited for longer are in the request log
local LINGER_S = 1 -- how long the light threads wait for more before they end
local FLUSHES = 20000 -- after these they hand over to new ones

local batches = {} -- not sent yet, the oldest first; the last one is being filled
local sent = {} -- under way, the oldest first
local waiting_bytes = 0
local running = false
local sent_at = 0 -- when the last batch went
-- Whether the sending thread waits: for an answer, or for a batch with so many requests or bytes.
local waits, wanted, wanted_bytes = false, NEVER, NEVER
local wake, more_sent = semaphore.new(), semaphore.new()
local told_reader = false -- since it began to wait
local current -- the connection that batches go over; nil: none
local sending -- the batch that has been taken from `batches` and is not in `sent` yet

-- The reading thread goes on, if it waits; told once for one wait.
local function tell_reader()
    if not told_reader then
        told_reader = true
        more_sent:post(1)
    end
end

-- The sending thread goes on, if it waits.
local function tell()
    if waits then
        waits, wanted, wanted_bytes = false, NEVER, NEVER
        wake:post(1)
    end
end

-- Waits for an answer, or for a batch with so many `requests` or `bytes`; whether one of them came within `seconds`.
local function told(requests, bytes, seconds)
    waits, wanted, wanted_bytes = true, requests, bytes
    local woken = wake:wait(seconds)
    waits, wanted, wanted_bytes = false, NEVER, NEVER
    return woken
end

local function settle(batch, ok)
    waiting_bytes = waiting_bytes - batch.bytes
    batch.slow = now() - batch.begun_at >= SLOW_S
    answer(batch, ok)
end

local function stored_by_redis(batch)
    metrics.flushed(batch.requests, batch.bytes, now() - batch.sent_at)
    settle(batch, true)
end

-- The batch goes to the spool. `doubt`: it was sent, and whether Redis has it is not known.
local function stored_by_spool(batch, doubt)
    local fine, ok, err = pcall(spool.put, batch, doubt)
    if not fine then
        ok, err = false, ok
    end
    if not ok then
        logs.critical("neither Redis nor the spool takes the batch: ", err)
    end
    settle(batch, ok or false)
end

-- Redis did not take `batch`, and takes no other for now. `doubt`: it may have it.
local function failed(batch, err, doubt)
    redis_watch.leave(err)
    stored_by_spool(batch, doubt)
end

-- Nothing more comes over `connection`: what is under way on it is in doubt.
local function lose(connection, err)
    connection.lost = true
    sent_batches.renew()
    while sent[1] do
        failed(remove(sent, 1), err, true)
    end
end

-- The reading thread: answers what is under way over `connection` until that is lost or finished with.
local function read_answers(connection)
    while sent[1] or not connection.finished do
        local batch = sent[1]
        if batch then
            local ok, err, lost, doubt = streams.answer(connection, batch)
            if lost then
                lose(connection, err)
            else
                remove(sent, 1)
                if ok then
                    stored_by_redis(batch)
                else
                    failed(batch, err, doubt)
                end
            end
            tell()
        else
            told_reader = false
            more_sent:wait(LINGER_S)
        end
    end
end

local function read(connection)
    local ok, err = pcall(read_answers, connection)
    if not ok then
        logs.critical("reading answers of Redis ended badly: ", err)
        lose(connection, err)
    end
end

-- Waits until a batch is to be sent, and takes it; nil after a while without any.
local function next_batch()
    while true do
        local batch, under_way = batches[1], #sent
        if not batch then
            if not told(1, NEVER, LINGER_S) and not batches[1] then
                return nil
            end
        elseif under_way >= IN_FLIGHT then
            told(NEVER, NEVER, LINGER_S)
        elseif batches[2] or batch.requests >= LARGE_REQUESTS or batch.bytes >= LARGE_BYTES then
            return remove(batches, 1)
        elseif under_way > 0 then
            told(LARGE_REQUESTS, LARGE_BYTES, LINGER_S)
        else
            local rest = batch.requests < FULL_REQUESTS and sent_at + GATHER_S - now() or 0
            if rest <= 0 or not told(FULL_REQUESTS, LARGE_BYTES, rest) then
                return remove(batches, 1)
            end
        end
    end
end

-- No more is sent over the connection: what is under way is answered, then it is kept or closed.
local function finish()
    local done = current
    current = nil
    done.finished = true
    tell_reader()
    join(done.reader)
    if sent[1] then
        lose(done, "its reading thread has ended") -- the next connection's answers are not theirs
    end
    if done.lost then
        streams.close(done)
    else
        streams.keep(done)
    end
end

-- The sending thread.
local function send_all()
    local err, ok
    for _ = 1, FLUSHES do
        local batch = next_batch()
        if not batch then
            break
        end
        sending = batch
        received.seal(batch)
        if current and (current.lost or away()) then
            finish()
        end
        if not current and not away() then
            current, err = streams.connect()
            if current then
                current.reader = spawn(read, current)
            end
        end
        if current then
            sent_at = now()
            batch.sent_at = sent_at
            ok, err = streams.send(current, batch)
            if ok then
                sent[#sent + 1], sending = batch, nil
                tell_reader()
            else
                sent_batches.renew()
                current.lost, sending = true, nil
                failed(batch, err, true)
            end
        elseif away() then
            sent_at, sending = now(), nil
            stored_by_spool(batch)
        else
            sending = nil
            failed(batch, err)
        end
    end
    if current then
        finish()
    end
end

-- The sending thread ended badly: what it had in hand goes to the spool, what is under way is answered or in doubt.
local function give_up(err)
    local batch = sending
    sending = nil
    if batch then
        sent_batches.renew()
        failed(batch, err, batch.name and true)
    end
    if current then
        current.lost = true
        finish()
    end
end

local start

local function run()
    local ok, err = pcall(send_all)
    if not ok then
        logs.critical("sending batches ended badly: ", err)
        pcall(give_up, err)
    end
    running = false
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
    elseif away() and spool.full(waiting_bytes + bytes) then
        metrics.spool_full(1)
        return nil, "Redis takes nothing, and the spool is full"
    end
    local last = #batches
    local batch = batches[last]
    if not batch or batch.bytes > BATCH_BYTES or batch.requests >= BATCH_REQUESTS then
        batch = take()
        batch.begun_at = now()
        batches[last + 1] = batch
    end
    batch.bytes = batch.bytes + bytes
    waiting_bytes = waiting_bytes + bytes
    return batch
end

-- Waits until the batch that the caller has put its record into is in Redis' log or in the spool, and returns true; nil and why
-- it is not, and whether it only takes longer. After nil it is not known whether one of them has it: who sent it sends it again
-- under the same number.
local function stored(batch)
    if not running then
        start()
    elseif batch.requests + 1 >= wanted or batch.bytes >= wanted_bytes then
        tell()
    end
    local ok = wait(batch, settings.commit_wait_s)
    if ok then
        return true
    end
    return nil, ok == nil and "it took too long" or "neither Redis nor the spool took it", ok == nil
end

return {
    gathering = gathering,
    stored = stored,
    waiting_bytes = function()
        return waiting_bytes
    end,
}
