-- Which Redis has a shard's stream: the only one there is, or in a Redis Cluster the master of the slot that the shard's key
-- lies in. Asked from timers and health.lua; an answer is believed for BELIEVED_S, or until someone was told otherwise.
-- A master: {host, port, name, shards = {of ours, in order}}.
local bit = require "bit"
local redis = require "redis"
local settings = require "settings"

local band, bxor, lshift = bit.band, bit.bxor, bit.lshift
local LAST_SHARD = settings.shards - 1
local BELIEVED_S = 5
local SLOTS = redis.command("CLUSTER", "SLOTS")

-- The slot of a key: CRC-16 (XMODEM) of what stands between its braces, modulo 16384.
local function slot_of(tag)
    local crc = 0
    for index = 1, #tag do
        crc = bxor(crc, lshift(tag:byte(index), 8))
        for _ = 1, 8 do
            crc = band(crc, 0x8000) ~= 0 and bxor(lshift(crc, 1), 0x1021) or lshift(crc, 1)
            crc = band(crc, 0xffff)
        end
    end
    return crc % 16384
end

local slots = {}
for shard = 0, LAST_SHARD do
    slots[shard] = slot_of(tostring(shard))
end

local function master(host, port)
    return { host = host, port = port, name = host .. ":" .. port, shards = {} }
end

local found -- {masters = …, homes = shard → master, at = …}

local function single()
    local only = master(settings.redis_host, settings.redis_port)
    local homes = {}
    for shard = 0, LAST_SHARD do
        only.shards[shard + 1], homes[shard] = shard, only
    end
    return { masters = { only }, homes = homes }
end

-- The slots as one server of the cluster knows them; nil and why.
local function ask(host, port)
    local socket, err = redis.connect(host, port)
    if not socket then
        return nil, err
    end
    local told
    local ok, why = socket:send(SLOTS)
    if ok then
        told, why = redis.reply(socket)
    end
    if not told then
        socket:close()
        return nil, why
    end
    socket:setkeepalive(60000)
    return told
end

-- Which master has each shard, of ranges as CLUSTER SLOTS gives them; nil and why where a slot of ours is nobody's.
local function read(ranges, asked)
    local masters, by_name, homes = {}, {}, {}
    for shard = 0, LAST_SHARD do
        for _, range in ipairs(ranges) do
            if range[1] <= slots[shard] and slots[shard] <= range[2] then
                local host, port = range[3][1], range[3][2]
                local one = master(host and host ~= "" and host or asked, port)
                one = by_name[one.name] or one
                if not by_name[one.name] then
                    by_name[one.name] = one
                    masters[#masters + 1] = one
                end
                one.shards[#one.shards + 1], homes[shard] = shard, one
            end
        end
        if not homes[shard] then
            return nil, "no master of the cluster has the slot of shard " .. shard
        end
    end
    return { masters = masters, homes = homes, at = ngx.now() }
end

-- {masters, homes}; nil and why where no server of the cluster tells.
local function find()
    if not settings.redis_cluster then
        found = found or single()
        return found
    elseif found and not found.old and ngx.now() - found.at < BELIEVED_S then
        return found
    end
    local servers, err = {}, nil
    for _, one in ipairs(found and found.masters or {}) do
        servers[#servers + 1] = one
    end
    for _, one in ipairs(settings.redis_seeds) do
        servers[#servers + 1] = one
    end
    for _, server in ipairs(servers) do
        local ranges, why = ask(server.host, server.port)
        local told
        if ranges then
            told, why = read(ranges, server.host)
        end
        if told then
            found = told
            return found
        end
        err = why
    end
    return nil, err
end

-- What was found is not believed any more: a server said that a slot has moved, or did not answer.
local function forget()
    if found then
        found.old = true
    end
end

-- Connections made when they are needed, {to, close}: `to(shard)` gives the socket of the shard's master, or nil and why.
local function links()
    local sockets = {}
    local function to(shard)
        local told, err = find()
        if not told then
            return nil, err
        end
        local home = told.homes[shard]
        if not sockets[home.name] then
            sockets[home.name], err = redis.connect(home.host, home.port)
        end
        return sockets[home.name], err
    end
    local function close()
        for _, socket in pairs(sockets) do
            socket:close()
        end
        forget() -- why it ends may be a slot that has moved
    end
    return { to = to, close = close }
end

return { find = find, forget = forget, links = links }
