-- Whether Redis has a batch whose answer never came. Every batch's transaction also writes the batch's number under a name of this
-- worker's own; after a failure the worker takes a new name, and its connections carry it. So, later and from any process: once no
-- connection of a name is left, what stands under that name says for ever which of its last batches Redis has. A spooled batch in
-- doubt is fed back or left out by that, and neither the worker's nor the ledger's figures ever see it twice.
-- A name has as many places as batches may be under way, and batch n stands in place n modulo that: a batch that Redis refused is
-- told from a later one that it took, and a place is only written over when the batch before in it has been answered.
-- In a Redis Cluster, where a transaction holds one shard only, every shard has places of its own, and each connection
-- (cluster_streams.lua) a name.
local random_hex = require "random_hex"
local redis = require "redis"
local settings = require "settings"

local command, reply = redis.command, redis.reply
local IN_FLIGHT = 4 -- batches under way at most
local KEPT_S = 604800 -- what waits longer than a week is fed back; the worker then takes it for a browser's retry
local LIST = command("CLIENT", "LIST")

local EXPIRY = "\r\n$2\r\nEX\r\n$" .. #tostring(KEPT_S) .. "\r\n" .. KEPT_S .. "\r\n"

local name, number
local sets = {} -- place → the command up to the length of the number
local settled = {} -- the key of a place → the number in it that stays

-- Where batch `count_of` of the name `of` stands once Redis has it.
local function place(of, count_of, shard)
    local tag = settings.redis_cluster and shard and "{" .. shard .. "}:" or ""
    return "hw:sent:" .. tag .. of .. ":" .. count_of % IN_FLIGHT
end

local function new_name()
    return "door-" .. (random_hex(8) or ngx.worker.pid() .. "-" .. ngx.now())
end

-- From now on batches go out under a new name; called after a failure, before anything is sent again.
local function renew()
    name, number = new_name(), 0
    for index = 0, IN_FLIGHT - 1 do
        local key = place(name, index)
        sets[index] = "*5\r\n$3\r\nSET\r\n$" .. #key .. "\r\n" .. key .. "\r\n$"
    end
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

-- The command that writes down the next batch, for its transaction; the batch's name and number.
local function count()
    number = number + 1
    local digits = ("%d"):format(number)
    return sets[number % IN_FLIGHT] .. #digits .. "\r\n" .. digits .. EXPIRY, name, number
end

-- The command that writes down batch `count_of` of the name `of` in one shard of a cluster, for the shard's transaction.
local function count_shard(of, count_of, shard)
    return command("SET", place(of, count_of, shard), count_of, "EX", KEPT_S)
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
    local key = place(of, count_of, shard)
    if not settled[key] then
        local ok, err = cut_off(socket, of)
        if not ok then
            return nil, err
        end
        local value
        value, err = ask(socket, command("GET", key))
        if value == false then
            return nil, err
        end
        settled[key] = tonumber(value) or 0
    end
    return settled[key] == count_of
end

-- The drainer begins anew: what was learnt of names is asked again.
local function forget()
    settled = {}
end

return {
    IN_FLIGHT = IN_FLIGHT,
    renew = renew,
    new_name = new_name,
    greet = greet,
    count = count,
    count_shard = count_shard,
    arrived = arrived,
    forget = forget,
}
