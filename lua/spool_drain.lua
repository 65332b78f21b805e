-- Feeds the spool back into the streams, oldest segment first, in bounded steps, while Redis takes batches and has room. Runs in
-- one nginx worker of a node, from a timer; takes any segment that nobody writes to, also those of workers that were killed and
-- of nodes that are gone. A segment is removed after all of it has been fed back (spool_feed.lua), its places after that.
local files = require "spool_files"
local logs = require "logs"
local masters = require "masters"
local metrics = require "metrics"
local redis_watch = require "redis_watch"
local sent_batches = require "sent_batches"
local settings = require "settings"
local shared = require "shared"
local spool_feed = require "spool_feed"

local max, min, tonumber = math.max, math.min, tonumber
local exiting, now = ngx.worker.exiting, ngx.now
local dict = shared.metrics

local DIRECTORY = settings.spool_directory
local STEP_BYTES = 1048576 -- read and appended at once; a single record may be larger
local SEGMENTS = 4 -- at most in a second
local LONGEST_REST_S = 0.25 -- a step rests as long as it took, so that half of Redis is left to the door

local running = false
local told -- the reason to wait that stands in the log already

-- What is damaged at `from` is told; a torn end is cut. True, or nil and why.
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

-- One step from `offset` on: where the next one begins, nil at the end; false and why it can't be done now.
local function step(links, fd, segment, mark, offset)
    local ok, err = spool_feed.has_room(links)
    if not ok then
        return false, err
    end
    local payloads, ends, damage = files.read(fd, mark, offset, STEP_BYTES)
    if not payloads then
        return false, ends
    end
    if damage then
        ok, err = tell(fd, segment, offset, damage)
        if not ok then
            return false, err
        end
    end
    if not payloads[1] then
        return nil
    end
    local records, from = {}, offset
    for index, payload in ipairs(payloads) do
        records[index] = spool_feed.record_of(payload, from, ends[index])
        from = ends[index]
    end
    ok, err = spool_feed.feed(links, segment, records)
    if not ok then
        return false, err
    end
    for _, record in ipairs(records) do
        metrics.spooled(record.known and "known" or "out", record.requests)
    end
    return from, nil, damage
end

-- Feeds a whole claimed segment back and removes it; true, or nil and why it stopped.
local function drain(links, fd, segment)
    local mark, offset, damaged = segment:match("%-(%x+)%.spool$"), 0, false
    while not exiting() do
        local began = now()
        local past, err, damage = step(links, fd, segment, mark, offset)
        if past == nil then
            local ok
            ok, err = files.remove(DIRECTORY, segment, damaged and segment:gsub("spool$", "damaged") or nil)
            if ok then
                spool_feed.forget(links, segment)
            end
            return ok, err
        elseif not past then
            return nil, err
        end
        offset, damaged = past, damaged or damage ~= nil
        ngx.update_time()
        ngx.sleep(max(0.001, min(now() - began, LONGEST_REST_S)))
    end
    return nil, "this worker ends"
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
    local links = masters.links()
    local fine, done, err = pcall(drain, links, fd, segment)
    if not fine then
        done, err = nil, done
    end
    links.close() -- one may watch a key still
    files.close(fd)
    if not done and err ~= told then
        logs.critical("spool segment ", segment, " waits: ", err)
    end
    told = err
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
    dict:set(shared.SPOOL_OLDEST, oldest and max(0, now() - oldest / 1000) or 0)
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
