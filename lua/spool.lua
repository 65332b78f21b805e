-- The spool: where batches go that Redis does not take. Append-only segments on the node's disk (spool_segment.lua), synced
-- before anyone is answered, bounded together by a setting. commit.lua puts batches in, one sync each, so that the cost of a
-- sync is shared as that of a write to Redis is; spool_drain.lua feeds them back. Each nginx worker has a segment of its own
-- open while Redis is away; all nginx of a machine share the directory.
--
-- A record's payload: `<made ms> <requests> <name> <number> <shard>:<bytes> …\n`, then each shard's bytes as they would have
-- gone into the stream. `<shard>?<bytes>` where it was sent under that name and number (sent_batches.lua), and whether Redis has it
-- is not known.
local ffi = require "ffi"
local files = require "spool_files"
local metrics = require "metrics"
local random_hex = require "random_hex"
local semaphore = require "ngx.semaphore"
local settings = require "settings"
local shared = require "shared"

local floor, now = math.floor, ngx.now
local concat = table.concat
local dict = shared.metrics

local DIRECTORY = settings.spool_directory
local LIMIT = settings.spool_bytes
local SEGMENT_BYTES = 16777216 -- a new segment is begun behind this
local ROOM_BYTES = 262144 -- with less left a node counts as full
local TURN_S = 60 -- how long one waits for another's sync

local NONE = {}
local EVERY = setmetatable({}, { __index = function()
    return true
end })

local turn = semaphore.new(1) -- one append at a time, and none while a segment is closed
local fd, mark, offset -- the open segment; nil: none
local trouble -- why the last batch did not go in; nil: it did

-- Whether nothing more is taken now, with `bytes` about to come.
local function full(bytes)
    return (dict:get(shared.SPOOL_BYTES) or 0) + bytes > LIMIT
end

local function close()
    if fd then
        files.close(fd)
        fd = nil
    end
end

local function open()
    if fd and offset < SEGMENT_BYTES then
        return true
    end
    close()
    mark = random_hex(8)
    if not mark then
        return nil, "the system gives no random bytes"
    end
    local made, err = files.create(DIRECTORY, ("%013d-%s.spool"):format(floor(now() * 1000), mark))
    if not made then
        return nil, err
    end
    fd, offset = made, 0
    return true
end

local function append(parts, size)
    local ok, err = open()
    if not ok then
        return nil, err
    end
    local past, why, whole = files.append(fd, mark, offset, parts)
    if not past then
        if not whole then
            close() -- its end is torn; what comes goes into another
        end
        return nil, why
    end
    dict:incr(shared.SPOOL_BYTES, size, 0)
    offset = past
    return true
end

-- Puts a batch in (batches.lua); true once the disk has it. nil and why: nobody has it. `doubt`: it was sent under its name and
-- number, and Redis may have it; a table: it may have these shards' parts.
local function put(batch, doubt)
    local requests = batch.requests
    local head = { floor(now() * 1000), requests, doubt and batch.name or "-", doubt and batch.number or 0 }
    local sent = doubt == true and EVERY or doubt or NONE
    local parts, bytes = { "" }, 0
    for shard = 0, settings.shards - 1 do
        local at, size = batch.buffers[shard]:ref()
        if size > 0 then
            head[#head + 1] = shard .. (sent[shard] and "?" or ":") .. tonumber(size)
            bytes = bytes + size
            parts[#parts + 1] = ffi.string(at, size)
        end
    end
    parts[1] = concat(head, " ") .. "\n"
    if full(bytes) then
        metrics.spool_full(requests)
        return nil, "the spool is full"
    end
    local mine, err = turn:wait(TURN_S)
    if not mine then
        return nil, err
    end
    local done, ok, why = pcall(append, parts, bytes)
    turn:post(1)
    if not done then
        ok, why = nil, ok
    end
    if ok then
        metrics.spooled("in", requests)
    end
    trouble = why
    return ok, why
end

-- Ends the open segment: from now on it may be drained.
local function seal()
    if fd and turn:wait(TURN_S) then
        close()
        turn:post(1)
    end
end

return {
    put = put,
    seal = seal,
    full = full,
    -- Why it takes nothing now, as far as is known; nil: it does.
    trouble = function()
        return full(ROOM_BYTES) and "the spool is full" or trouble
    end,
}
