-- The door's own count of what came in, by project, shard and hour; it travels in the same stream entry as the requests that it
-- counts, so that a crash, the spool or a second try never has one without the other. The worker counts what became of each
-- record; the ledger holds the two against each other (docs/api.md, "The ledger"). `add` is called in the content phase for
-- every request that is put into a batch, `seal` by commit.lua before the batch goes out.
local new_table = require "table.new"
local clear = require "table.clear"
local records = require "records"
local request_id = require "request_id"
local settings = require "settings"

local floor, now, pairs, concat = math.floor, ngx.now, pairs, table.concat
local SHARDS = settings.shards
local HOUR_MS = 3600000
local ONE = 2 ^ 36 -- a project's count is requests × ONE + bytes: one number, so that a request costs one look-up

local lines = new_table(64, 0)

local function seal_shard(buffer, counts, counted_ms)
    local size = 0
    for project_id, count in pairs(counts) do
        local requests = floor(count / ONE)
        size = size + 1
        lines[size] = "received " .. requests .. " " .. ("%d"):format(count - requests * ONE) .. " " .. project_id .. "\n"
    end
    if size > 0 then
        records.put_counts(buffer, 0, counted_ms, request_id.make(), concat(lines, "", 1, size))
        clear(counts)
    end
end

-- Writes the batch's counts into its buffers, behind the requests that they count.
local function seal(batch)
    local received = batch.received
    if not received then
        return
    end
    for shard = 0, SHARDS - 1 do
        seal_shard(batch.buffers[shard], received[shard], received.counted_ms)
    end
end

-- What a new hour, or a batch's first request, takes.
local function begin_hour(batch, hour)
    local received = batch.received
    if received then
        seal(batch)
    else
        received = { hour = 0, counted_ms = 0 }
        for shard = 0, SHARDS - 1 do
            received[shard] = {}
        end
        batch.received = received
    end
    received.hour = hour
    return received
end

-- Counts a request of `bytes` that has been put into the batch's buffer of `shard`.
local function add(batch, shard, project_id, bytes)
    local ms = floor(now() * 1000 + 0.5)
    local hour = floor(ms / HOUR_MS)
    local received = batch.received
    if not received or received.hour ~= hour then
        received = begin_hour(batch, hour)
    end
    received.counted_ms = ms
    local counts = received[shard]
    counts[project_id] = (counts[project_id] or 0) + ONE + bytes
end

return { add = add, seal = seal }
