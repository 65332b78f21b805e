-- Refusals: the answer that the sender sees, and the count by project and reason that reaches the ledger in Postgres as a
-- `d` record of the stream, once a second. Only requests that are refused pay for any of it.
local cjson = require "cjson.safe"
local commit = require "commit"
local metrics = require "metrics"
local records = require "records"
local request_id = require "request_id"
local shared = require "shared"

local floor, min, tonumber = math.floor, math.min, tonumber
local dict = shared.refusals
local LOCK_S = 10 -- a worker that died while it sent the refusals on holds the others up for this long
local HOUR_S = 3600
local RECEIVED = "received" -- what came in, beside what became of it

-- docs/protocol.md, "Answers"; the same words as storage/ledger.py.
local STATUS = {
    malformed = 400,
    origin_blocked = 403,
    do_not_track = 403,
    bot = 403,
    unknown_site = 404,
    method_not_allowed = 405,
    too_large = 413,
    too_many_events = 413,
    too_many_sessions = 429,
    rate_limited = 429,
    over_quota = 429,
    unavailable = 503,
    sampled_out = 204, -- the tracker is to be quiet, not to stop: another session of its page may be among those that are kept
}
local RETRY_AFTER_S = { unavailable = 2, rate_limited = 1, too_many_sessions = 60, over_quota = 3600 }
local MESSAGE = {
    bot = "This site takes no events from programs; the user agent names one.",
    do_not_track = "This site leaves visitors alone whose browser says DNT or GPC.",
    origin_blocked = "This site does not take events from pages of this origin; add the origin in the project's settings.",
    unknown_site = "No site has this key, or it is switched off; compare it with the snippet in the project's settings.",
    method_not_allowed = "Send a POST.",
    too_large = "The body is over the limit; send it in smaller parts.",
    too_many_sessions = "Too many sessions have begun at this address within a minute; wait as Retry-After says.",
    rate_limited = "The site sends more requests a second than its limit; wait as Retry-After says.",
    over_quota = "The project has had its sessions of today or its events of this month; wait as Retry-After says.",
    unavailable = "It could not be stored now; send it again with the same n.",
}

-- Counts a refusal of a request with `bytes` of body; `project_id` 0 where none is known.
local function count(project_id, reason, bytes)
    metrics.refused(reason)
    local hour = floor(ngx.now() / HOUR_S)
    dict:incr(shared.refused_requests(project_id, RECEIVED, hour), 1, 0)
    dict:incr(shared.refused_bytes(project_id, RECEIVED, hour), bytes, 0)
    dict:incr(shared.refused_requests(project_id, reason, hour), 1, 0)
    dict:incr(shared.refused_bytes(project_id, reason, hour), bytes, 0)
end

-- Answers the request at hand with the refusal and ends it. `message` nil: the usual words for the reason.
local function answer(project_id, reason, message)
    local body = ngx.req.get_body_data()
    count(project_id, reason, body and #body or tonumber(ngx.var.content_length) or 0)
    if not body then
        -- Left unread it would be taken for the next request on this connection.
        ngx.req.discard_body()
    end
    local header, status = ngx.header, STATUS[reason]
    ngx.status = status
    if status == 204 then
        header["X-Heatwake-Outcome"] = reason
        return ngx.exit(204)
    end
    header["Content-Type"] = "application/json"
    header["Retry-After"] = RETRY_AFTER_S[reason]
    if reason == "method_not_allowed" then
        header["Allow"] = "POST, OPTIONS"
    end
    ngx.print(cjson.encode { error = { code = reason, message = message or MESSAGE[reason] } }, "\n")
    return ngx.exit(ngx.HTTP_OK)
end

-- What waits to be sent on: "<project>|<hour>" → list of {reason, requests, bytes}.
local function collect()
    local waiting
    local present = floor(ngx.now() / HOUR_S)
    for _, key in ipairs(dict:get_keys(0)) do
        local project_id, reason, hour = key:match("^(%d+)|([a-z_]+)|(%d+)|n$")
        local requests = project_id and dict:get(key) or 0
        if project_id and requests == 0 and tonumber(hour) < present then
            dict:delete(key)
            dict:delete(shared.refused_bytes(project_id, reason, hour))
        elseif requests > 0 then
            waiting = waiting or {}
            local whose = project_id .. "|" .. hour
            local listed = waiting[whose] or {}
            listed[#listed + 1] = { reason, requests, dict:get(shared.refused_bytes(project_id, reason, hour)) or 0 }
            waiting[whose] = listed
        end
    end
    return waiting
end

local function send(whose, listed)
    local project_id, hour = whose:match("^(%d+)|(%d+)$")
    local lines = {}
    for index, one in ipairs(listed) do
        lines[index] = one[1] .. " " .. one[2] .. " " .. one[3] .. "\n"
    end
    local body = table.concat(lines)
    local batch = commit.gathering(#body)
    if not batch then
        return false
    end
    local counted_ms = min(floor(ngx.now() * 1000), (hour + 1) * HOUR_S * 1000 - 1)
    records.put_counts(batch.buffers[0], project_id, counted_ms, request_id.make(), body)
    if not commit.stored(batch) then
        return false
    end
    -- Only now, and only what was sent: refusals counted in the meantime stay for the next time.
    for _, one in ipairs(listed) do
        dict:incr(shared.refused_requests(project_id, one[1], hour), -one[2])
        dict:incr(shared.refused_bytes(project_id, one[1], hour), -one[3])
    end
    return true
end

-- Sends on what was counted; from a timer of every worker once a second, and one of them does it.
local function flush()
    local waiting = collect()
    if not waiting or not dict:add(shared.REFUSALS_LOCK, true, LOCK_S) then
        return
    end
    for whose, listed in pairs(waiting) do
        if not send(whose, listed) then
            break
        end
    end
    dict:delete(shared.REFUSALS_LOCK)
end

return { count = count, answer = answer, flush = flush }
