-- Whether Redis has a batch whose answer never came. Every batch's transaction also sets a counter under a name of this worker's
-- own; after a failure the worker takes a new name, and its connections carry it. So, later and from any process: once no
-- connection of a name is left, that name's counter says for ever which of its batches Redis has. A spooled batch in doubt is fed
-- back or left out by that, and neither the worker's nor the ledger's figures ever see it twice. In a Redis Cluster, where a
-- transaction holds one shard only, every shard has a counter of its own, and each connection (cluster_streams.lua) a name.
local random_hex = require "random_hex"
local redis = require "redis"
local settings = require "settings"

local command, reply = redis.command, redis.reply
local KEPT_S = 604800 -- what waits longer than a week is fed back; the worker then takes it for a browser's retry
local LIST = command("CLIENT", "LIST")

local EXPIRY = "\r\n$2\r\nEX\r\n$" .. #tostring(KEPT_S) .. "\r\n" .. KEPT_S .. "\r\n"

local name, number, set
local arrived_numbers = {} -- counter → its value, once it is settled

local function key(of, shard)
    return settings.redis_cluster and "hw:sent:{" .. shard .. "}:" .. of or "hw:sent:" .. of
end

local function new_name()
    return "door-" .. (random_hex(8) or ngx.worker.pid() .. "-" .. ngx.now())
end

-- From now on batches go out under a new name; called after a failure, before anything is sent again.
local function renew()
    name, number = new_name(), 0
    local counter = "hw:sent:" .. name
    set = "*5\r\n$3\r\nSET\r\n$" .. #counter .. "\r\n" .. counter .. "\r\n$"
end

local function ask(socket, bytes)
    local sent, err = socket:send(bytes)
    if not sent then
        return false, err, true
    end
    return reply(socket)
end

-- Names a connection before a batch goes over it, each time that it comes from a pool; nil and why if it is lost.
-- A server that does not allow it goes on without. `as`: another name than the worker's.
local function greet(socket, as)
    if not name then
        renew()
    end
    local _, err, lost = ask(socket, command("CLIENT", "SETNAME", as or name))
    return not lost or nil, err
end

-- The command that counts the next batch, for its transaction; the name and the number that it counts to.
local function count()
    number = number + 1
    local digits = ("%d"):format(number)
    return set .. #digits .. "\r\n" .. digits .. EXPIRY, name, number
end

-- The command that counts batch `count_of` of the name `of` in one shard of a cluster, for the shard's transaction.
local function count_shard(of, count_of, shard)
    return command("SET", key(of, shard), count_of, "EX", KEPT_S)
end

-- Ends every connection of `of`: what it sent and Redis has not read is never read then. nil and why if Redis is lost; a server
-- that does not allow it goes on without.
local function cut_off(socket, of)
    local listed, err, lost = ask(socket, LIST)
    if lost then
        return nil, err
    end
    for line in (listed or ""):gmatch("[^\n]+") do
        if line:find(" name=" .. of .. " ", 1, true) then
            local _
            _, err, lost = ask(socket, command("CLIENT", "KILL", "ID", line:match("^id=(%d+)")))
            if lost then
                return nil, err
            end
        end
    end
    return true
end

-- Whether Redis has batch `count_of` of the name `of`, in a cluster what it holds for `shard`: true or false; nil and why if it
-- does not say.
local function arrived(socket, of, count_of, shard)
    local counter = key(of, shard)
    if not arrived_numbers[counter] then
        local ok, err = cut_off(socket, of)
        if not ok then
            return nil, err
        end
        local value
        value, err = ask(socket, command("GET", counter))
        if value == false then
            return nil, err
        end
        arrived_numbers[counter] = tonumber(value) or 0
    end
    return arrived_numbers[counter] >= count_of
end

-- The drainer begins anew: what was learnt of names is asked again.
local function forget()
    arrived_numbers = {}
end

return {
    renew = renew,
    new_name = new_name,
    greet = greet,
    count = count,
    count_shard = count_shard,
    arrived = arrived,
    forget = forget,
}
