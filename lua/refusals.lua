-- Refusals: the answer that the sender sees, and the count by project and reason that reaches the ledger in Postgres by
-- `d` records of the stream, once a second, those of all projects together. Only requests that are refused pay for any of it.
local cjson = require "cjson.safe"
local commit = require "commit"
local metrics = require "metrics"
local records = require "records"
local request_id = require "request_id"
local settings = require "settings"
local shared = require "shared"

local concat, floor, min, tonumber = table.concat, math.floor, math.min, tonumber
local dict = shared.refusals
-- A worker that died while it sent the refusals on holds the others up for this long; longer than one waits for a batch.
local LOCK_S = settings.commit_wait_s + 10
local LINES, MOST_LINES = 1000, 20000 -- of a record, and in a second; the rest waits for the next
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
    too_many_events = "One body takes " .. settings.events_a_body .. " events; send them in several requests.",
    too_many_sessions = "Too many sessions have begun at this address within a minute; wait as Retry-After says.",
    rate_limited = "The site sends more requests a second than its limit; wait as Retry-After says.",
    over_quota = "The project has had its sessions of today or this month, or its events of this month; wait as Retry-After says.",
    unavailable = "It could not be stored now; send it again with the same n.",
}

-- Adds to a count; what makes room for it, or finds none, is told.
local function add(key, amount)
    local value, _, forced = dict:incr(key, amount, 0)
    if forced or not value then
        metrics.refusals_forgotten()
    end
end

-- Counts a refusal of a request with `bytes` of body; `project_id` 0 where none is known.
local function count(project_id, reason, bytes)
    metrics.refused(reason)
    local hour = floor(ngx.now() / HOUR_S)
    add(shared.refused_requests(project_id, RECEIVED, hour), 1)
    add(shared.refused_bytes(project_id, RECEIVED, hour), bytes)
    add(shared.refused_requests(project_id, reason, hour), 1)
    add(shared.refused_bytes(project_id, reason, hour), bytes)
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

-- What waits to be sent on: hour → list of {project_id, reason, requests, bytes}, and whether there is any.
local function collect()
    local waiting, listed = {}, 0
    local present = floor(ngx.now() / HOUR_S)
    for _, key in ipairs(dict:get_keys(0)) do
        local project_id, reason, hour = key:match("^(%d+)|([a-z_]+)|(%d+)|n$")
        local requests = project_id and dict:get(key) or 0
        if project_id and requests <= 0 and tonumber(hour) < present then
            dict:delete(key)
            dict:delete(shared.refused_bytes(project_id, reason, hour))
        elseif requests > 0 and listed < MOST_LINES then
            local of_hour = waiting[hour] or {}
            local bytes = dict:get(shared.refused_bytes(project_id, reason, hour)) or 0
            of_hour[#of_hour + 1] = { project_id, reason, requests, bytes }
            waiting[hour], listed = of_hour, listed + 1
        end
    end
    return waiting, listed > 0
end

-- The bodies of records that hold the counts `of_hour`.
local function bodies(of_hour)
    local made, lines = {}, {}
    for index, one in ipairs(of_hour) do
        lines[#lines + 1] = ("%s %d %d %s\n"):format(one[2], one[3], one[4], one[1])
        if #lines == LINES or index == #of_hour then
            made[#made + 1], lines = concat(lines), {}
        end
    end
    return made
end

-- Puts all of it into one batch, so that one wait is enough however many projects there are; whether it is on its way.
local function send(waiting)
    local by_hour, size = {}, 0
    for hour, of_hour in pairs(waiting) do
        by_hour[hour] = bodies(of_hour)
        for _, body in ipairs(by_hour[hour]) do
            size = size + #body
        end
    end
    local batch = commit.gathering(size)
    if not batch then
        return false
    end
    for hour, made in pairs(by_hour) do
        local counted_ms = min(floor(ngx.now() * 1000), (hour + 1) * HOUR_S * 1000 - 1)
        for _, body in ipairs(made) do
            records.put_counts(batch.buffers[0], 0, counted_ms, request_id.make(), body)
        end
    end
    local stored, _, pending = commit.stored(batch)
    return stored or pending -- what only takes long is stored yet, by Redis or the spool
end

-- Takes off what was sent; refusals counted in the meantime stay for the next time.
local function take_off(waiting)
    for hour, of_hour in pairs(waiting) do
        for _, one in ipairs(of_hour) do
            dict:incr(shared.refused_requests(one[1], one[2], hour), -one[3])
            dict:incr(shared.refused_bytes(one[1], one[2], hour), -one[4])
        end
    end
end

-- Sends on what was counted; from a timer of every worker once a second, and one of them does it.
local function flush()
    local mine = request_id.make()
    if not dict:add(shared.REFUSALS_LOCK, mine, LOCK_S) then
        return
    end
    local waiting, any = collect()
    if any and send(waiting) then
        take_off(waiting)
    end
    if dict:get(shared.REFUSALS_LOCK) == mine then
        dict:delete(shared.REFUSALS_LOCK)
    end
end

return { count = count, answer = answer, flush = flush }
