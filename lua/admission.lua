-- Whether a site takes a request, by the site's own rules: one call for every request, from ingest.lua in the content phase,
-- before the body is read. Compiled as one trace: no loop, closure or regex on the usual way, headers are read by pointer.
-- What counts over all nginx workers lies in shared dictionaries: a token bucket a site, new sessions a client and minute,
-- sessions a project and day. Each "no" is a reason of docs/protocol.md.
local bit = require "bit"
local bots = require "bots"
local clients = require "clients"
local ffi = require "ffi"
local nodes = require "nodes"
local origins = require "origins"
local raw = require "raw"
local shared = require "shared"

local bswap, cast, floor, to_string, now = bit.bswap, ffi.cast, math.floor, ffi.string, ngx.now
local variable, is_bot, comes_from = raw.variable, bots.is, origins.allows
local max = math.max
local limits, sessions = shared.limits, shared.sessions
local QUADS = ffi.typeof("const uint32_t *")
local ONE = string.byte("1")
local SESSION_DIGITS = 16 -- of its 32: enough to tell sessions of one site apart
local SESSION_S = 86400 -- the longest that a session lasts
local MINUTE_S, DAY_S = 60, 86400
local BURST_S = 2 -- a site's bucket holds the tokens of this long
local LEAST_BURST = 10 -- and at least so many

-- Whether the header of this variable says "1".
local function says_one(name)
    local value, size = variable(name)
    return size == 1 and value[0] == ONE
end

-- Whether the last eight digits of the session id, as a number, are beyond the site's share. Hex digits sort like their numbers,
-- so they are compared four at a time as they are.
local function is_sampled_out(site, session)
    local digits = cast(QUADS, session + 24)
    local high = bswap(digits[0])
    if high ~= site.sample_high then
        return high > site.sample_high
    end
    return bswap(digits[1]) >= site.sample_low
end

-- Takes a token from the site's bucket. The dictionary holds the moment at which the bucket will be full again, so that one
-- atomic addition does for all workers. Each node lets through its part, since the edge gives each about as many requests.
local function is_over_rate(site)
    local at, key = now(), site.rate_key
    local token_s = nodes.sharing / site.rate
    local full = limits:incr(key, token_s, at)
    if not full then
        return false -- no room for it: nobody is refused for that
    elseif full < at then
        limits:set(key, at + token_s)
    elseif full > at + max(BURST_S, LEAST_BURST * token_s) then
        limits:incr(key, -token_s)
        return true
    end
    return false
end

-- Whether the project has had its sessions of today. The count begins with what Postgres knew (sites.lua asks every
-- `collector.site_cache_s`), so that it outlives nginx and comes to know of other nodes.
local function is_over_day(site)
    local today = floor(now() / DAY_S)
    local key = shared.sessions_of_day(site.project_id, today)
    local count = limits:incr(key, 1, 0, 2 * DAY_S)
    local known = site.sessions_day == today and site.sessions_today or 0
    if count and count <= known then
        count = known + 1
        limits:set(key, count, 2 * DAY_S)
    end
    if count and count > site.sessions_per_day then
        limits:incr(key, -1)
        return true
    end
    return false
end

-- Whether one more session may begin for this client and project; one that does is known from then on.
local function refuses_session(site, session)
    local address, size
    if site.client_sessions then
        address, size = clients.address()
    end
    if not address and not site.sessions_per_day then
        return nil
    end
    local name = site.tag .. to_string(session, SESSION_DIGITS)
    if sessions:get(name) then
        return nil
    end
    if address then
        local begun = limits:incr(shared.sessions_of_client(site.tag, clients.name(address, size)), 1, 0, MINUTE_S)
        if begun and begun > site.client_sessions then
            return "too_many_sessions"
        end
    end
    if site.sessions_per_day and is_over_day(site) then
        return "over_quota"
    end
    sessions:set(name, true, SESSION_S)
    return nil
end

-- nil if the request may go on; else the reason. `session`: its 32 digits; `ua`: the user agent's bytes, nil for none.
local function check(site, session, ua, ua_size)
    if site.origins and not comes_from(site.origins) then
        return "origin_blocked"
    elseif site.keeps_do_not_track and (says_one("http_dnt") or says_one("http_sec_gpc")) then
        return "do_not_track"
    elseif site.filters_bots and ua and is_bot(ua, ua_size) then
        return "bot"
    elseif site.sample_high and is_sampled_out(site, session) then
        return "sampled_out"
    elseif site.over_until and now() < site.over_until then
        return "over_quota"
    elseif site.rate_key and is_over_rate(site) then
        return "rate_limited"
    elseif site.client_sessions or site.sessions_per_day then
        return refuses_session(site, session)
    end
    return nil
end

return { check = check }
