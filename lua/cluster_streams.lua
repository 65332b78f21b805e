-- Batches on their way into the streams of a Redis Cluster: the same five functions as streams.lua. A connection is one to each
-- master that has a shard of ours; a batch goes to all of them that it has something for, and is answered when they all have.
-- A shard's part is a transaction of its own: keys of different slots can't be in one. What is stored leaves the batch's buffer
-- at once: a batch of which a part failed goes to the spool without what the other masters have.
-- A slot that moves (MOVED, ASK) is followed, and the topology read anew.
local logs = require "logs"
local masters = require "masters"
local redis = require "redis"
local sent_batches = require "sent_batches"
local settings = require "settings"

local reply, to_string = redis.reply, require("ffi").string
local concat = table.concat
local LAST_SHARD = settings.shards - 1
local MOST_REDIRECTS = 4
local PIECE = 65536 -- longer strings would be allocated by mmap each time
local MULTI, EXEC, ASKING = redis.command("MULTI"), redis.command("EXEC"), redis.command("ASKING")

local heads = {}
for shard = 0, LAST_SHARD do
    local key = "hw:{" .. shard .. "}"
    heads[shard] = "*5\r\n$4\r\nXADD\r\n$" .. #key .. "\r\n" .. key .. "\r\n$1\r\n*\r\n$1\r\nb\r\n$"
end

-- Appends the transaction with what the batch holds for `shard` to `message`, `bare`: its XADD only; whether there is something.
local function compose(message, batch, shard, bare)
    local at, size = batch.buffers[shard]:ref()
    if size == 0 then
        return false
    end
    if not bare then
        message[#message + 1] = MULTI
    end
    local used = #message + 1
    message[used] = heads[shard] .. size .. "\r\n"
    while size > PIECE do
        used = used + 1
        message[used] = to_string(at, PIECE)
        at, size = at + PIECE, size - PIECE
    end
    message[used + 1] = to_string(at, size)
    message[used + 2] = "\r\n"
    if not bare then
        message[used + 3] = sent_batches.count_shard(batch.name, batch.number, shard)
        message[used + 4] = EXEC
    end
    return true
end

-- To the masters as they are now; each link is made when it is needed first. nil and why where nobody tells who they are.
local function connect()
    local found, err = masters.find()
    if not found then
        return nil, err
    end
    return { masters = found.masters, links = {}, name = sent_batches.new_name(), number = 0 }
end

-- A socket to a server, under the connection's name; nil and why.
local function open(connection, host, port)
    local socket, err = redis.connect(host, port)
    if not socket then
        return nil, err
    end
    local ok
    ok, err = sent_batches.greet(socket, connection.name)
    if not ok then
        socket:close()
        return nil, err
    end
    return socket
end

-- The link to a master; a link that was lost stays so, until the whole connection is made anew.
local function link_to(connection, master)
    local link = connection.links[master.name]
    if not link then
        local socket, err = open(connection, master.host, master.port)
        link = { socket = socket, lost = not socket and (err or "it can't be reached"), name = master.name }
        link.host, link.port = master.host, master.port
        connection.links[master.name] = link
    end
    return link
end

local function lose(connection, link, err)
    link.lost = err or "the connection was lost"
    connection.lost = true
    masters.forget()
    logs.critical("Redis at ", link.name, ": ", link.lost)
end

-- Sends a batch. What can't be sent to one master is told by `answer`: the others have their part, and answer in order.
local function send(connection, batch)
    local parts = {}
    connection.number = connection.number + 1
    batch.name, batch.number = connection.name, connection.number
    for _, master in ipairs(connection.masters) do
        local message, shards = {}, {}
        for _, shard in ipairs(master.shards) do
            if compose(message, batch, shard) then
                shards[#shards + 1] = shard
            end
        end
        if shards[1] then
            local link = link_to(connection, master)
            if not link.lost then
                local sent, err = link.socket:send(message)
                if not sent then
                    lose(connection, link, err)
                end
            else
                connection.lost = true
            end
            parts[#parts + 1] = { link = link, shards = shards }
        end
    end
    batch.parts = parts
    return true
end

-- Reads the replies to a shard's transaction; true, or nil, why it was not done, and whether the socket is lost.
local function read_replies(socket)
    local cause
    for _ = 1, 3 do
        local ok, err, lost = reply(socket)
        if lost then
            return nil, err, true
        elseif ok == false then
            cause = cause or err
        end
    end
    local done, err, lost = reply(socket)
    if done and not cause then
        return true
    end
    return nil, cause or err or "the transaction was dropped", lost
end

-- Sends a shard's part once more, where the `refusal` of the master at host and port says that it belongs; true, or nil, why, and
-- whether the server may have it all the same.
-- TRYAGAIN: the slot is just moving and the keys of one transaction are here and there; the stream's own key is in one place.
local function follow(connection, batch, shard, refusal, host, port)
    local bare = false
    for _ = 1, MOST_REDIRECTS do
        local kind, to_host, to_port = refusal:match("^(%u+) %d+ (%S*):(%d+)$")
        if kind == "MOVED" or kind == "ASK" then
            host, port = to_host, tonumber(to_port)
        elseif refusal:find("^TRYAGAIN") and not bare then
            bare = true
        else
            return nil, refusal
        end
        local socket, err = open(connection, host, port)
        if not socket then
            return nil, err
        end
        local message = { kind == "ASK" and ASKING or "" }
        compose(message, batch, shard, bare)
        local ok, lost
        ok, err = socket:send(concat(message))
        lost = not ok
        if ok and kind == "ASK" then
            ok, err, lost = reply(socket)
        end
        if ok then
            ok, err, lost = (bare and reply or read_replies)(socket)
        end
        if ok then
            socket:setkeepalive(60000)
            return true
        end
        socket:close()
        if lost then
            return nil, err, true
        end
        refusal = err or "no answer"
    end
    return nil, "redirected too often: " .. refusal
end

-- Reads one shard's answer over `link`; true, or nil, why, and whether the master may have the shard's part all the same.
local function read(connection, link, batch, shard)
    if link.lost then
        return nil, link.lost, true
    end
    local ok, err, lost = read_replies(link.socket)
    if ok then
        return true
    elseif lost then
        lose(connection, link, err)
        return nil, err, true
    end
    if err:find("^MOVED ") or err:find("^ASK ") or err:find("^TRYAGAIN") then
        masters.forget()
        connection.lost = true -- made anew by the new topology, once what is under way has been answered
        return follow(connection, batch, shard, err, link.host, link.port)
    end
    return nil, err
end

-- Reads the answers to the oldest batch that was sent and not answered: true, all of it is in the masters' logs; nil and why a
-- part is not, false, and the shards whose parts are in doubt, because no answer came. What a master refused it does not have. The
-- connection may still be read from: it says itself when it is to be made anew (`lost`).
local function answer(connection, batch)
    local cause, doubt
    for _, part in ipairs(batch.parts) do
        for _, shard in ipairs(part.shards) do
            local ok, err, unknown = read(connection, part.link, batch, shard)
            if ok then
                batch.buffers[shard]:reset()
            else
                cause = cause or part.link.name .. ": " .. tostring(err)
            end
            if unknown then
                doubt = doubt or {}
                doubt[shard] = true
            end
        end
    end
    batch.parts = nil
    return not cause or nil, cause, false, doubt
end

local function each_socket(connection, act)
    for _, link in pairs(connection.links) do
        if link.socket then
            act(link)
        end
    end
end

-- The connection is not needed any more; its links go to the pool, where they may be taken up again.
local function keep(connection)
    each_socket(connection, function(link)
        if link.lost then
            link.socket:close()
        else
            link.socket:setkeepalive(60000)
        end
    end)
end

-- After a failure it can't be used again: a link may have answers that nobody read.
local function close(connection)
    each_socket(connection, function(link)
        link.socket:close()
    end)
end

return { connect = connect, send = send, answer = answer, keep = keep, close = close }
