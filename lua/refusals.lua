-- Refusals: the answer that the sender sees, and the count by project and reason that reaches the ledger in Postgres as a
-- `d` record of the stream, once a second. Only requests that are refused pay for any of it.
local cjson = require "cjson.safe"
local commit = require "commit"
local metrics = require "metrics"
local records = require "records"
local request_id = require "request_id"
local shared = require "shared"

local tonumber = tonumber
local dict = shared.refusals
local LOCK_S = 10 -- a worker that died while it sent the refusals on holds the others up for this long

-- docs/protocol.md, "Answers"; the same words as storage/ledger.py.
local STATUS = {
    malformed = 400,
    origin_blocked = 403,
    unknown_site = 404,
    method_not_allowed = 405,
    too_large = 413,
    unavailable = 503,
}
local MESSAGE = {
    origin_blocked = "This site does not take events from pages of this origin; add the origin in the project's settings.",
    unknown_site = "No site has this key, or it is switched off; compare it with the snippet in the project's settings.",
    method_not_allowed = "Send a POST.",
    too_large = "The body is over the limit; send it in smaller parts.",
    unavailable = "It could not be stored now; send it again with the same n.",
}

-- Counts a refusal of a request with `bytes` of body; `project_id` 0 where none is known.
local function count(project_id, reason, bytes)
    metrics.refused(reason)
    dict:incr(shared.refused_requests(project_id, reason), 1, 0)
    dict:incr(shared.refused_bytes(project_id, reason), bytes, 0)
end

-- Answers the request at hand with the refusal and ends it. `message` nil: the usual words for the reason.
local function answer(project_id, reason, message)
    local body = ngx.req.get_body_data()
    count(project_id, reason, body and #body or tonumber(ngx.var.content_length) or 0)
    if not body then
        -- Left unread it would be taken for the next request on this connection.
        ngx.req.discard_body()
    end
    local header = ngx.header
    header["Content-Type"] = "application/json"
    if reason == "unavailable" then
        header["Retry-After"] = 2
    elseif reason == "method_not_allowed" then
        header["Allow"] = "POST, OPTIONS"
    end
    ngx.status = STATUS[reason]
    ngx.print(cjson.encode { error = { code = reason, message = message or MESSAGE[reason] } }, "\n")
    return ngx.exit(ngx.HTTP_OK)
end

-- What waits to be sent on: project → list of {reason, requests, bytes}.
local function collect()
    local projects
    for _, key in ipairs(dict:get_keys(0)) do
        local project_id, reason = key:match("^(%d+)|([a-z_]+)|n$")
        local requests = project_id and dict:get(key) or 0
        if requests > 0 then
            projects = projects or {}
            local listed = projects[project_id] or {}
            listed[#listed + 1] = { reason, requests, dict:get(shared.refused_bytes(project_id, reason)) or 0 }
            projects[project_id] = listed
        end
    end
    return projects
end

local function send(project_id, listed)
    local lines = {}
    for index, one in ipairs(listed) do
        lines[index] = one[1] .. " " .. one[2] .. " " .. one[3] .. "\n"
    end
    local body = table.concat(lines)
    local batch = commit.gathering(#body)
    if not batch then
        return false
    end
    records.put_refusals(batch.buffers[0], project_id, request_id.make(), body)
    if not commit.stored(batch) then
        return false
    end
    -- Only now, and only what was sent: refusals counted in the meantime stay for the next time.
    for _, one in ipairs(listed) do
        dict:incr(shared.refused_requests(project_id, one[1]), -one[2])
        dict:incr(shared.refused_bytes(project_id, one[1]), -one[3])
    end
    return true
end

-- Sends on what was counted; from a timer of every worker once a second, and one of them does it.
local function flush()
    local projects = collect()
    if not projects or not dict:add(shared.REFUSALS_LOCK, true, LOCK_S) then
        return
    end
    for project_id, listed in pairs(projects) do
        if not send(project_id, listed) then
            break
        end
    end
    dict:delete(shared.REFUSALS_LOCK)
end

return { count = count, answer = answer, flush = flush }
