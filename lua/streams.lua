-- Appends a batch to the shards' streams on one Redis: one write, one XADD a shard, all in one MULTI, so that Redis syncs
-- its log once for the whole batch and the answer means that all of it is in there. Called by commit.lua's light thread.
local redis = require "redis"
local settings = require "settings"
local new_table = require "table.new"

local reply = redis.reply
local MULTI, EXEC = redis.command("MULTI"), redis.command("EXEC")

local heads = {}
for shard = 0, settings.shards - 1 do
    local key = "hw:{" .. shard .. "}"
    heads[shard] = "*5\r\n$4\r\nXADD\r\n$" .. #key .. "\r\n" .. key .. "\r\n$1\r\n*\r\n$1\r\nb\r\n$"
end

local PIECE = 65536 -- longer strings would be allocated by mmap each time
local message = new_table(settings.shards * 4 + 2, 0)

-- Moves what the batch's buffers hold into `message` as commands; gives how many XADDs.
local function compose(batch)
    local buffers = batch.buffers
    local used, commands = 1, 0
    message[1] = MULTI
    for shard = 0, settings.shards - 1 do
        local buffer = buffers[shard]
        local size = #buffer
        if size > 0 then
            message[used + 1] = heads[shard] .. size .. "\r\n"
            used = used + 1
            while #buffer > 0 do
                used = used + 1
                message[used] = buffer:get(PIECE)
            end
            used = used + 1
            message[used] = "\r\n"
            commands = commands + 1
        end
    end
    used = used + 1
    message[used] = EXEC
    for index = #message, used + 1, -1 do
        message[index] = nil
    end
    return commands
end

-- Appends; true once Redis has answered that it is done. nil, why, and whether the connection must be closed.
local function append(socket, batch)
    local commands = compose(batch)
    local sent, err = socket:send(message)
    if not sent then
        return nil, err, true
    end
    -- +OK of MULTI, +QUEUED of each XADD, then EXEC's array; the last one counts, an earlier error names the cause.
    local cause
    for _ = 1, commands + 1 do
        local ok, why, lost = reply(socket)
        if lost then
            return nil, why, true
        elseif not ok then
            cause = cause or why
        end
    end
    local ids, why, lost = reply(socket)
    if ids and #ids == commands then
        return true
    end
    return nil, cause or why or "the transaction was dropped", lost
end

return { append = append }
