-- POST /c/e and /c/r, content phase: check, append, acknowledge. Every request of every visitor goes through `events` or
-- `recording`; the answer 204 leaves only after Redis has the request in its log, or the spool has it. Order of checks: cheapest
-- first, the body is read only for a site that may send. What it costs is measured by bin/bench ingest.
local admission = require "admission"
local commit = require "commit"
local countries = require "countries"
local ffi = require "ffi"
local limits = require "limits"
local logs = require "logs"
local metrics = require "metrics"
local query = require "query"
local raw = require "raw"
local received = require "received"
local records = require "records"
local refusals = require "refusals"
local request_id = require "request_id"
local settings = require "settings"
local sites = require "sites"
local tracker_query = require "tracker_query"
local unnamed_visitors = require "unnamed_visitors"

local cast, min, pcall, to_string = ffi.cast, math.min, pcall, ffi.string
local req, var, header, exit = ngx.req, ngx.var, ngx.header, ngx.exit
local get_method, read_body, get_body_file = req.get_method, req.read_body, req.get_body_file
local variable, crc32 = raw.variable, raw.crc32
local is_unnamed = unnamed_visitors.is_unnamed

local SHARDS = settings.shards
local LONGEST_UA = 512
local BYTES = ffi.typeof("const uint8_t *")
local NOTHING = cast(BYTES, "")
local JSON = "application/json"
local A = string.byte("a")

-- Browsers ask before they send application/json across origins; text/plain goes without.
local function preflight()
    header["Access-Control-Allow-Methods"] = "POST, OPTIONS"
    header["Access-Control-Allow-Headers"] = "Content-Type"
    header["Access-Control-Max-Age"] = 86400
    return exit(204)
end

-- A body that nginx put into a file, as a string; nil if there is none.
local function body_in_file()
    local path = get_body_file()
    local file = path and io.open(path, "rb")
    if not file then
        return nil
    end
    local text = file:read("*a")
    file:close()
    return text
end

-- Whether the request says that its body is application/json; that of a tracker says text/plain.
local function says_json()
    local kind, size = variable("content_type")
    return kind and size >= #JSON and kind[0] == A and to_string(kind, #JSON) == JSON
end

-- Has the monolith read an application/json body to the last field. True, or the refusal's code and its words.
local function checked(channel, body, id)
    local answer = ngx.location.capture("/internal/check/" .. channel, {
        method = ngx.HTTP_POST,
        body = body,
        args = { request_id = id },
    })
    if answer.status == 204 then
        return true
    end
    local told = answer.status < 500 and require("cjson.safe").decode(answer.body)
    if type(told) == "table" and type(told.error) == "table" then
        return false, told.error.code, told.error.message
    end
    return false, "unavailable"
end

-- The key and where the session id begins in any query string that follows the protocol; nil and the words if it doesn't.
local function read_query(args, size)
    if size == 0 then
        return query.parse("")
    end
    return query.parse(to_string(args, size))
end

local function take(channel, looks_right)
    local id = request_id.current()
    header["X-Request-Id"] = id
    local method = get_method()
    if method ~= "POST" then
        if method == "OPTIONS" then
            return preflight()
        end
        return refusals.answer(0, "method_not_allowed")
    end
    local args, args_size = variable("args")
    local key, session, first, wrong
    if args then
        key, session, first = tracker_query.parse(args, args_size)
    end
    if not key then
        first = true
        key, session, wrong = read_query(args, args_size)
        if not key then
            return refusals.answer(0, "malformed", wrong)
        end
    end
    local site, code = sites.find(key, id)
    if not site then
        return refusals.answer(0, code)
    end
    local ua, ua_size = variable("http_user_agent")
    if is_unnamed(args + session) then
        args, args_size = unnamed_visitors.named(site, args, args_size, ua, ua_size)
        if not args then
            return refusals.answer(site.project_id, "unavailable")
        end
    end
    code = admission.check(site, args + session, ua, ua_size)
    if code then
        return refusals.answer(site.project_id, code)
    end
    read_body()
    local body, size = variable("request_body")
    -- `spooled` is used until the record is written: a pointer alone would not keep the string from the collector.
    local spooled
    if not body then
        spooled = body_in_file()
        if spooled then
            body, size = cast(BYTES, spooled), #spooled
        end
    end
    if not body or size == 0 then
        return refusals.answer(site.project_id, "malformed", "there is no body")
    end
    local right
    right, code, wrong = looks_right(body, size)
    if not right then
        return refusals.answer(site.project_id, code, wrong)
    end
    if says_json() then
        right, code, wrong = checked(channel, to_string(body, size), id)
        if not right then
            return refusals.answer(site.project_id, code, wrong)
        end
    end
    local batch = commit.gathering(size)
    if not batch then
        return refusals.answer(site.project_id, "unavailable")
    end
    local shard = crc32(args + session, 32) % SHARDS
    records.put(
        batch.buffers[shard],
        site[channel], id, ua or NOTHING, min(ua_size, LONGEST_UA), args, args_size,
        first and countries.of_visitor() or nil, body, size, spooled
    )
    received.add(batch, shard, site.project_id, size)
    -- Said before the wait, where it is compiled, and left at that: ngx.exit would look for an error page for 204.
    ngx.status = 204
    if not commit.stored(batch) then
        return refusals.answer(site.project_id, "unavailable")
    end
    metrics.took(channel, size)
    if batch.slow then
        var.hw_slow_commit = 1
    end
end

-- A mistake of ours is told to the log, and the browser sends again.
local function guarded(channel, looks_right)
    local ok, err = pcall(take, channel, looks_right)
    if not ok then
        logs.critical("taking a request ended badly: ", err)
        return refusals.answer(0, "unavailable")
    end
end

-- What nginx itself refused (error_page in the location): whose it was is told as far as the query does.
local function refused(reason, message)
    local id = request_id.current()
    header["X-Request-Id"] = id
    local key = query.parse(var.args or "")
    local site = key and sites.find(key, id)
    return refusals.answer(site and site.project_id or 0, reason, message)
end

return {
    events = function()
        return guarded("e", limits.events)
    end,
    recording = function()
        return guarded("r", limits.recording)
    end,
    too_large = function()
        return refused("too_large")
    end,
    malformed = function()
        return refused("malformed", "the request is not whole HTTP")
    end,
    unavailable = function()
        return refused("unavailable")
    end,
}
