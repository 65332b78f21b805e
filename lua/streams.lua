-- Batches on their way into the streams of one Redis over one kept connection: several may be sent before the first is
-- answered, and answers come in the order of sending. A batch is one write and one transaction with one XADD a shard that it has
-- something for, so that Redis writes (and syncs) its log once for it, and has all of it or nothing (all but
-- what the type of a stream's key refuses, which somebody else has set: an error inside EXEC undoes nothing).
-- Called by commit.lua's light threads: one sends, one reads answers. Where it is a Redis Cluster, another module answers to
-- the same five functions.
local redis = require "redis"
local sent_batches = require "sent_batches"
local settings = require "settings"
local ffi = require "ffi"
local new_table = require "table.new"

local byte, find, sub, tonumber = string.byte, string.find, string.sub, tonumber
local to_string = ffi.string
local count = sent_batches.count
local MINUS, DOLLAR, STAR = byte("-$*", 1, 3)

local MULTI, EXEC = redis.command("MULTI"), redis.command("EXEC")
local LAST_SHARD = settings.shards - 1

local heads = {}
for shard = 0, LAST_SHARD do
    local key = "hw:{" .. shard .. "}"
    heads[shard] = "*5\r\n$4\r\nXADD\r\n$" .. #key .. "\r\n" .. key .. "\r\n$1\r\n*\r\n$1\r\nb\r\n$"
end

local PIECE = 65536 -- longer strings would be allocated by mmap each time
local message = new_table(settings.shards * 4 + 2, 0)

-- What the batch's buffers hold as commands in `message`; gives how many replies they have.
local function compose(batch)
    local buffers = batch.buffers
    local used, replies = 1, 2
    message[1] = MULTI
    for shard = 0, LAST_SHARD do
        local at, size = buffers[shard]:ref()
        if size > 0 then
            message[used + 1] = heads[shard] .. size .. "\r\n"
            used = used + 1
            while size > PIECE do
                used = used + 1
                message[used] = to_string(at, PIECE)
                at, size = at + PIECE, size - PIECE
            end
            message[used + 1] = to_string(at, size)
            message[used + 2] = "\r\n"
            used = used + 2
            replies = replies + 1
        end
    end
    message[used + 1], batch.name, batch.number = count()
    used = used + 2
    replies = replies + 1
    message[used] = EXEC
    for index = #message, used + 1, -1 do
        message[index] = nil
    end
    return replies
end

-- A connection to send batches over; nil and why there is none.
local function connect()
    local socket, err = redis.connect(settings.redis_host, settings.redis_port)
    if not socket then
        return nil, err
    end
    local ok
    ok, err = sent_batches.greet(socket)
    if not ok then
        socket:close()
        return nil, err
    end
    return { socket = socket, rest = "" }
end

-- Sends a batch. nil and why: nothing more can be sent over this connection, and it isn't known what has arrived.
local function send(connection, batch)
    batch.replies = compose(batch)
    local sent, err = connection.socket:send(message)
    return sent and true, err
end

-- Reads the answer of the oldest batch that was sent and not answered: true, all of it is in Redis' log; nil, why not, and
-- whether the connection is lost with it.
local function answer(connection, batch)
    local text, socket = connection.rest, connection.socket
    local at, open, cause = 1, batch.replies, nil
    while open > 0 do
        local stop = find(text, "\n", at, true)
        local kind = stop and byte(text, at)
        local value = kind and sub(text, at + 1, stop - 2)
        if kind == DOLLAR then
            stop = stop + tonumber(value) + 2
            if stop > #text then
                stop = nil
            end
        elseif kind == STAR then
            local size = tonumber(value)
            if size < 0 then
                cause = cause or "the transaction was dropped"
            else
                open = open + size
            end
        elseif kind == MINUS then
            cause = cause or value
        end
        if stop then
            at, open = stop + 1, open - 1
        else
            local more, err = socket:receiveany(16384)
            if not more then
                return nil, err, true
            end
            text, at = sub(text, at) .. more, 1
        end
    end
    connection.rest = sub(text, at)
    return not cause or nil, cause
end

-- The connection is not needed any more; it goes to the pool, where it may be taken up again.
local function keep(connection)
    connection.socket:setkeepalive(60000)
end

-- After a failure it can't be used again.
local function close(connection)
    connection.socket:close()
end

return { connect = connect, send = send, answer = answer, keep = keep, close = close }
