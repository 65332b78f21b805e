-- The framing of a record of the stream (docs/protocol.md, "Inside"; read again by collector/records.py).
-- Written straight into a shard's buffer: no string is made of what a visitor sent.
local now = ngx.now
local COUNTRY = "&g="

-- The time of the requests at hand, which nginx tells anew once a turn of its event loop, as text: to write the number out costs
-- more than all else in a record's head.
local at, text_of_at = 0, "0"

local function milliseconds()
    local present = now()
    if present ~= at then
        at, text_of_at = present, ("%.0f"):format(present * 1000)
    end
    return text_of_at
end

-- Appends a request to `buffer`. `owner`: "<channel> <project_id> <site_id> "; ua, args and body as pointers and sizes.
-- `text`: the body as a string where there is one; else nil. `country`: two letters, as a pointer, behind the args; or nil.
local function put(buffer, owner, request_id, ua, ua_size, args, args_size, country, body, body_size, text)
    local query_size = country and args_size + #COUNTRY + 2 or args_size
    buffer:put(owner, milliseconds(), " ", request_id, " ", ua_size, " ", query_size, " ", body_size, "\n")
    buffer:putcdata(ua, ua_size)
    buffer:putcdata(args, args_size)
    if country then
        buffer:put(COUNTRY)
        buffer:putcdata(country, 2)
    end
    if text then
        buffer:put(text)
    else
        buffer:putcdata(body, body_size)
    end
end

-- Appends what the door has counted of a project at `counted_ms` (unix ms); `body` is a string of `<reason> <requests> <bytes>` lines.
local function put_counts(buffer, project_id, counted_ms, request_id, body)
    buffer:put("d ", project_id, " 0 ", counted_ms, " ", request_id, " 0 0 ", #body, "\n", body)
end

return { put = put, put_counts = put_counts }
