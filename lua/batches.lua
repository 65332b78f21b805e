-- A batch: what requests that came together have put down for Redis, in one buffer a shard, and the semaphore on which they
-- wait for its answer. Batches are made once and used again. Its bytes stay in the buffers until it is answered, so that
-- they can still go elsewhere when Redis does not take them (read them with `buffer:ref()`, never `buffer:get()`).
local semaphore = require "ngx.semaphore"
local settings = require "settings"
local string_buffer = require "string.buffer"

local remove = table.remove

local LAST_SHARD = settings.shards - 1
local KEPT, KEPT_BYTES = 8, 1048576 -- batches for use again; larger ones are left to the collector

local free = {}

-- An empty batch.
local function take()
    local batch = remove(free)
    if not batch then
        batch = { answered = semaphore.new(), buffers = {} }
        for shard = 0, LAST_SHARD do
            batch.buffers[shard] = string_buffer.new()
        end
    end
    batch.requests, batch.bytes, batch.waiting = 0, 0, 0
    batch.ok, batch.spoiled, batch.name = nil, false, nil
    return batch
end

-- Everyone who waits for `batch` goes on with `ok`; what is in it is not needed any more.
local function answer(batch, ok)
    batch.ok = ok
    local buffers = batch.buffers
    for shard = 0, LAST_SHARD do
        buffers[shard]:reset()
    end
    batch.answered:post(batch.requests)
end

-- Waits until `batch` is answered: whether it is stored; nil when `seconds` have passed without an answer.
local function wait(batch, seconds)
    batch.requests = batch.requests + 1
    batch.waiting = batch.waiting + 1
    local woken = batch.answered:wait(seconds)
    local ok, waiting = batch.ok, batch.waiting - 1
    batch.waiting = waiting
    if not woken then
        -- Its answer is still to come and would wake one more than waits: this batch is not used again.
        batch.spoiled = true
        return nil
    end
    if waiting == 0 and not batch.spoiled and batch.bytes < KEPT_BYTES and #free < KEPT then
        free[#free + 1] = batch
    end
    return ok
end

return { take = take, answer = answer, wait = wait }
