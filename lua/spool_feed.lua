-- Gives what a segment of the spool holds to the streams, once and not twice, whatever is killed meanwhile: what is appended to a
-- shard and how far the segment has come for that shard (its place) are one transaction, which Redis drops if the place has
-- moved since it was read (WATCH). What was in doubt is settled before (sent_batches.lua). Called by spool_drain.lua from a timer.
local memory = require "redis_memory"
local redis = require "redis"
local sent_batches = require "sent_batches"
local settings = require "settings"

local command, reply = redis.command, redis.reply
local concat, tonumber = table.concat, tonumber

local LAST_SHARD = settings.shards - 1
local KEPT_S = "2592000" -- places of a segment whose drainer never came back are forgotten after a month
local MULTI, EXEC = command("MULTI"), command("EXEC")

local function place_key(segment, shard)
    return "hw:spool:{" .. shard .. "}:" .. segment
end

-- The replies to commands sent in one go; nil, and why, if one of them is an error.
local function replies(socket, commands)
    local sent, err = socket:send(commands)
    if not sent then
        return nil, err
    end
    local got, refused = {}, nil
    for index = 1, #commands do
        local value, why, lost = reply(socket)
        if lost then
            return nil, why
        elseif value == false then
            refused = refused or why
        end
        got[index] = value
    end
    if refused then
        return nil, refused
    end
    return got
end

-- A record's payload (spool.lua), which ends at `past` in its segment and begins at `from`: {from, past, requests, name, number,
-- parts, doubt}; parts: shard → bytes; doubt: shard → whether Redis may have it.
local function record_of(payload, from, past)
    local head, first = payload:match("^([^\n]*)\n()")
    local requests, name, number, rest = head:match("^%d+ (%d+) (%S+) (%d+)(.*)$")
    local record = { from = from, past = past, requests = tonumber(requests), name = name, number = tonumber(number) }
    record.parts, record.doubt = {}, {}
    for shard, sent, size in rest:gmatch(" (%d+)([:?])(%d+)") do
        shard = tonumber(shard)
        record.parts[shard] = payload:sub(first, first + size - 1)
        record.doubt[shard] = sent == "?"
        first = first + size
    end
    return record
end

-- Leaves out what Redis has for `shard` already, of the records that are in doubt; true, or nil and why.
local function settle(socket, shard, records)
    for _, record in ipairs(records) do
        if record.doubt[shard] then
            local known, err = sent_batches.arrived(socket, record.name, record.number, shard)
            if known == nil then
                return nil, err
            elseif known then
                record.parts[shard], record.known = nil, true
            end
            record.doubt[shard] = nil
        end
    end
    return true
end

-- Appends what the records hold for `shard` behind the segment's place; true, or nil and why.
local function append(socket, segment, shard, records)
    local ok, err = settle(socket, shard, records)
    if not ok then
        return nil, err
    end
    local key = place_key(segment, shard)
    while true do
        local got
        got, err = replies(socket, { command("WATCH", key), command("GET", key) })
        if not got then
            return nil, err
        end
        local place = tonumber(got[2]) or 0
        local pieces, past = {}, place
        for _, record in ipairs(records) do
            if record.from >= place and record.parts[shard] then
                pieces[#pieces + 1], past = record.parts[shard], record.past
            end
        end
        if not pieces[1] then
            return true
        end
        got, err = replies(socket, {
            MULTI,
            command("XADD", "hw:{" .. shard .. "}", "*", "b", concat(pieces)),
            command("SET", key, past, "EX", KEPT_S),
            EXEC,
        })
        if not got then
            return nil, err
        elseif got[4] then
            return true
        end
        -- Someone else has fed it back since: look where the place is now.
    end
end

-- Whether there is room in the memory of every Redis that has a shard; nil and why not.
local function has_room(links)
    for shard = 0, LAST_SHARD do
        local socket, err = links.to(shard)
        local share
        if socket then
            share, err = memory.share(socket)
        end
        if not share then
            return nil, err
        elseif share >= memory.ROOM then
            return nil, ("there is no room: its memory is %d %% full"):format(share * 100)
        end
    end
    return true
end

-- Gives records of the segment, in their order, to the streams; true, or nil and why. Done again, it does nothing.
local function feed(links, segment, records)
    for shard = 0, LAST_SHARD do
        local socket, err = links.to(shard)
        local ok
        if socket then
            ok, err = append(socket, segment, shard, records)
        end
        if not ok then
            return nil, err
        end
    end
    return true
end

-- The segment is gone, and nobody asks for its places any more.
local function forget(links, segment)
    for shard = 0, LAST_SHARD do
        local socket = links.to(shard)
        if socket then
            replies(socket, { command("DEL", place_key(segment, shard)) })
        end
    end
end

return { record_of = record_of, has_room = has_room, feed = feed, forget = forget }
