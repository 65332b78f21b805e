-- Feeds the spool back into the streams, oldest segment first, in bounded steps, while Redis takes batches and has room. Runs in
-- one nginx worker of a node, from a timer; takes any segment that nobody writes to, also those of workers that were killed.
--
-- Once and not twice, whatever is killed: what a step appends to a shard and how far the segment has come for that shard are
-- one transaction, and it is dropped by Redis if that place has moved since it was read (WATCH). A segment is removed after all
-- of it has been fed back, its places after that.
local files = require "spool_files"
local logs = require "logs"
local memory = require "redis_memory"
local metrics = require "metrics"
local redis = require "redis"
local redis_watch = require "redis_watch"
local sent_batches = require "sent_batches"
local settings = require "settings"
local shared = require "shared"

local command, reply = redis.command, redis.reply
local concat, max, min, tonumber = table.concat, math.max, math.min, tonumber
local exiting = ngx.worker.exiting
local dict = shared.metrics

local DIRECTORY = settings.spool_directory
local STEP_BYTES = 1048576 -- read and appended at once; a single record may be larger
local SEGMENTS = 4 -- at most in a second
local LONGEST_REST_S = 0.25 -- a step rests as long as it took, so that half of Redis is left to the door
local KEPT_S = "2592000" -- places of a segment whose drainer never came back are forgotten after a month
local MULTI, EXEC = command("MULTI"), command("EXEC")

local running = false

local function place_key(segment, shard)
    return "hw:spool:{" .. shard .. "}:" .. segment
end

-- The replies to `count` commands; nil, why and whether the connection is lost at the first that is an error.
local function replies(socket, count)
    local got, refused = {}, nil
    for index = 1, count do
        local value, err, lost = reply(socket)
        if lost then
            return nil, err
        elseif value == false then
            refused = refused or err
        end
        got[index] = value
    end
    if refused then
        return nil, refused
    end
    return got
end

-- A record's payload as {from, past, requests, name, number, parts}; parts: shard → bytes.
local function parse(payload, from, past)
    local head, first = payload:match("^([^\n]*)\n()")
    local requests, name, number, rest = head:match("^%d+ (%d+) (%S+) (%d+)(.*)$")
    local record = { from = from, past = past, requests = tonumber(requests), name = name, number = tonumber(number), parts = {} }
    for shard, size in rest:gmatch(" (%d+):(%d+)") do
        record.parts[tonumber(shard)] = payload:sub(first, first + size - 1)
        first = first + size
    end
    return record
end

-- Appends what the records hold for `shard` and is not behind the segment's place; true, or nil and why.
local function feed(socket, segment, shard, records)
    local key = place_key(segment, shard)
    while true do
        local sent, err = socket:send { command("WATCH", key), command("GET", key) }
        local got
        if sent then
            got, err = replies(socket, 2)
        end
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
        sent, err = socket:send {
            MULTI,
            command("XADD", "hw:{" .. shard .. "}", "*", "b", concat(pieces)),
            command("SET", key, past, "EX", KEPT_S),
            EXEC,
        }
        got = nil
        if sent then
            got, err = replies(socket, 4)
        end
        if not got then
            return nil, err
        elseif got[4] then
            return true
        end
        -- Someone else has fed it back since: look where the place is now.
    end
end

-- Feeds back the records of one step; true, or nil and why.
local function step(socket, segment, records)
    local fresh = {}
    for _, record in ipairs(records) do
        local known, err = false
        if record.name ~= "-" then
            known, err = sent_batches.arrived(socket, record.name, record.number)
            if known == nil then
                return nil, err
            end
        end
        if known then
            metrics.spooled("known", record.requests)
        else
            fresh[#fresh + 1] = record
        end
    end
    for shard = 0, settings.shards - 1 do
        local ok, err = feed(socket, segment, shard, fresh)
        if not ok then
            return nil, err
        end
    end
    for _, record in ipairs(fresh) do
        metrics.spooled("out", record.requests)
    end
    return true
end

-- What is damaged at `from` is told; a torn end is cut.
local function tell(fd, segment, from, damage)
    local kind, bytes = damage[1], damage[2]
    metrics.spool_damaged(kind, bytes)
    if kind == "torn" then
        logs.critical("the end of spool segment ", segment, " was never written whole; cut: ", bytes, " bytes")
        return files.cut(fd, from)
    end
    logs.critical("spool segment ", segment, " is damaged; passed over at ", from, ": ", bytes, " bytes, kept aside")
    return true
end

-- Feeds a whole claimed segment back; true, or nil and why it stopped.
local function drain(socket, fd, segment)
    local mark, offset, damaged = segment:match("%-(%x+)%.spool$"), 0, false
    while not exiting() do
        local began = ngx.now()
        local share, trouble = memory.share(socket)
        if not share then
            return nil, trouble
        elseif share >= memory.ROOM then
            return nil, "Redis has no room yet"
        end
        local payloads, ends, damage = files.read(fd, mark, offset, STEP_BYTES)
        if not payloads then
            return nil, ends
        end
        local from = offset
        if damage then
            local ok, why = tell(fd, segment, offset, damage)
            if not ok then
                return nil, why
            end
            damaged = damaged or damage[1] == "damaged"
        end
        if not payloads[1] then
            return files.remove(DIRECTORY, segment, damaged and segment:gsub("spool$", "damaged") or nil)
        end
        local records = {}
        for index, payload in ipairs(payloads) do
            records[index] = parse(payload, from, ends[index])
            from = ends[index]
        end
        local ok, err = step(socket, segment, records)
        if not ok then
            return nil, err
        end
        offset = from
        ngx.update_time()
        ngx.sleep(max(0.001, min(ngx.now() - began, LONGEST_REST_S)))
    end
    return nil, "this worker ends"
end

local function forget_places(socket, segment)
    local commands = {}
    for shard = 0, settings.shards - 1 do
        commands[shard + 1] = command("DEL", place_key(segment, shard))
    end
    if socket:send(commands) then
        replies(socket, settings.shards)
    end
end

-- Feeds the segment back if nobody else has it; false if Redis should be left alone for now.
local function take(segment)
    local fd, why = files.claim(DIRECTORY, segment)
    if not fd then
        if why then
            logs.critical("spool segment can't be opened: ", why)
        end
        return true
    end
    local socket, err = redis.connect(settings.redis_host, settings.redis_port)
    local done
    if socket then
        local fine
        fine, done, err = pcall(drain, socket, fd, segment)
        if not fine then
            done, err = nil, done
        end
        if done then
            forget_places(socket, segment)
        end
        socket:close() -- it may watch a key still
    end
    files.close(fd)
    if not done then
        logs.critical("spool segment ", segment, " waits: ", err)
    end
    return done
end

-- Looks what lies in the spool, and sees to the oldest of it.
local function look()
    local names, sizes = files.list(DIRECTORY)
    if not names then
        return logs.critical("the spool can't be read: ", sizes)
    end
    local bytes, oldest = 0, nil
    local segments = {}
    for index, name in ipairs(names) do
        bytes = bytes + sizes[index]
        if name:find("%.spool$") then
            segments[#segments + 1] = name
            oldest = oldest or tonumber(name:match("^%d+"))
        end
    end
    dict:set(shared.SPOOL_BYTES, bytes)
    dict:set(shared.SPOOL_OLDEST, oldest and max(0, ngx.now() - oldest / 1000) or 0)
    sent_batches.forget()
    for index = 1, min(#segments, SEGMENTS) do
        if exiting() or redis_watch.away() or not take(segments[index]) then
            break
        end
    end
end

-- From a timer once a second; the last look may still be under way.
local function run()
    if running or ngx.worker.id() ~= 0 then
        return
    end
    running = true
    local ok, err = pcall(look)
    running = false
    if not ok then
        logs.critical("draining the spool ended badly: ", err)
    end
end

return { run = run }
