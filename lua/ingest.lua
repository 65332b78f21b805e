-- POST /c/e and /c/r, content phase: check, append, acknowledge. Every request of every visitor goes through `events` or
-- `recording`; the answer 204 leaves only after Redis has the request in its log. Order of checks: cheapest first, the body
-- is read only for a site that may send. What it costs is measured by bin/bench ingest.
local commit = require "commit"
local limits = require "limits"
local metrics = require "metrics"
local query = require "query"
local refusals = require "refusals"
local request_id = require "request_id"
local settings = require "settings"
local sites = require "sites"

local crc32, floor, find, now, sub = ngx.crc32_short, math.floor, string.find, ngx.now, string.sub
local req, var, header, exit = ngx.req, ngx.var, ngx.header, ngx.exit
local get_method, read_body, get_body_data, get_body_file = req.get_method, req.read_body, req.get_body_data, req.get_body_file

local SHARDS = settings.shards
local LONGEST_UA = 512

-- Browsers ask before they send application/json across origins; text/plain goes without.
local function preflight()
    header["Access-Control-Allow-Methods"] = "POST, OPTIONS"
    header["Access-Control-Allow-Headers"] = "Content-Type"
    header["Access-Control-Max-Age"] = 86400
    return exit(204)
end

-- The body that was read, from memory, or from the file where nginx put a large one. nil if there is none.
local function whole_body()
    local body = get_body_data()
    if body then
        return body
    end
    local path = get_body_file()
    local file = path and io.open(path, "rb")
    if not file then
        return nil
    end
    body = file:read("*a")
    file:close()
    return body
end

-- Has the monolith read an application/json body to the last field. True, or the refusal's code and its words.
local function checked(channel, body)
    local answer = ngx.location.capture("/internal/check/" .. channel, { method = ngx.HTTP_POST, body = body })
    if answer.status == 204 then
        return true
    end
    local told = answer.status < 500 and require("cjson.safe").decode(answer.body)
    if type(told) == "table" and type(told.error) == "table" then
        return false, told.error.code, told.error.message
    end
    return false, "unavailable"
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
    local args = var.args
    local key, session, wrong = query.parse(args)
    if not key then
        return refusals.answer(0, "malformed", wrong)
    end
    local site, code = sites.find(key)
    if not site then
        return refusals.answer(0, code)
    end
    if site.origins and not site.origins[var.http_origin or ""] then
        return refusals.answer(site.project_id, "origin_blocked")
    end
    read_body()
    local body = whole_body()
    if not body then
        return refusals.answer(site.project_id, "malformed", "there is no body")
    end
    local right
    right, wrong = looks_right(body)
    if not right then
        return refusals.answer(site.project_id, "malformed", wrong)
    end
    local kind = var.content_type
    if kind and find(kind, "application/json", 1, true) == 1 then
        right, code, wrong = checked(channel, body)
        if not right then
            return refusals.answer(site.project_id, code, wrong)
        end
    end
    local ua = var.http_user_agent or ""
    if #ua > LONGEST_UA then
        ua = sub(ua, 1, LONGEST_UA)
    end
    local head = site[channel] .. floor(now() * 1000 + 0.5) .. " " .. id .. " " .. #ua .. " " .. #args .. " " .. #body .. "\n"
        .. ua .. args
    if not commit.submit(crc32(session) % SHARDS, head, body) then
        return refusals.answer(site.project_id, "unavailable")
    end
    metrics.took(channel, #body)
    return exit(204)
end

-- What nginx itself refused (error_page in the location): whose it was is told as far as the query does.
local function refused(reason, message)
    header["X-Request-Id"] = request_id.current()
    local key = query.parse(var.args)
    local site = key and sites.find(key)
    return refusals.answer(site and site.project_id or 0, reason, message)
end

return {
    events = function()
        return take("e", limits.events)
    end,
    recording = function()
        return take("r", limits.recording)
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
