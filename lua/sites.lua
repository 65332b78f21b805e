-- Who a site key belongs to: this worker's memory, then the node's shared dictionary, then memcached, then the monolith
-- (which asks Postgres and fills memcached). An answer carries until when it is to be believed, so the layers do not add
-- up their times. One lookup a key at a time in a worker; when all behind is down an old answer goes on to be used.
-- Called in the content phase for every request; some 0.1 µs when the worker knows.
local cjson = require "cjson.safe"
local lrucache = require "resty.lrucache"
local logs = require "logs"
local memcached = require "memcached"
local metrics = require "metrics"
local rendezvous = require "rendezvous"
local semaphore = require "ngx.semaphore"
local settings = require "settings"
local shared = require "shared"

local now, pcall, tonumber, type = ngx.now, pcall, tonumber, type

local known = lrucache.new(20000) -- key → {fresh until, site}
local unknown = lrucache.new(5000) -- key → fresh until; apart, so that made-up keys push no real site out
local underway = {} -- key → semaphore that the others wait for
local lookups = 0
local MOST_LOOKUPS = 64 -- at once, so that a scan with made-up keys can't take the monolith down
local FOLLOW_S = 3
local STALE_S = 1 -- how long an old answer is used before the layers behind are asked again
local LAYERS = {}

-- What the hot path needs of a site, with the beginning of its records made once.
local function prepared(site)
    local origins
    for _, origin in ipairs(site.origins) do
        origins = origins or {}
        origins[origin] = true
    end
    local owner = " " .. site.project_id .. " " .. site.site_id .. " "
    return { project_id = site.project_id, origins = origins, e = "e" .. owner, r = "r" .. owner }
end

-- What a layer told, read: until when it is fresh, and the site (nil: there is none); nothing if it told nothing.
local function read(text)
    local answer = text and cjson.decode(text)
    if type(answer) ~= "table" or not tonumber(answer.fresh_until) then
        return nil
    end
    return answer.fresh_until, type(answer.site) == "table" and prepared(answer.site) or nil
end

local function keep(key, text, fresh_until, site)
    if site then
        known:set(key, { fresh_until, site })
        unknown:delete(key)
        shared.sites:set(key, text)
    else
        unknown:set(key, fresh_until)
        known:delete(key)
        shared.sites:delete(key)
    end
end

LAYERS[1] = { "shared", function(key)
    return shared.sites:get(key)
end }

LAYERS[2] = { "memcached", function(key)
    local name = "hw:site:" .. key
    local node = rendezvous.choose(settings.memcached_nodes, name)
    return memcached.get(node.host, node.port, name)
end }

LAYERS[3] = { "monolith", function(key, id)
    local answer = ngx.location.capture("/internal/sites/" .. key, { args = { request_id = id } })
    return answer.status == 200 and answer.body or nil
end }

-- Asks layer by layer until one has a fresh answer. Without one an old answer of this node is fresh again for a second.
local function ask(key, id)
    local old
    for index = 1, #LAYERS do
        local text = LAYERS[index][2](key, id)
        local fresh_until, site = read(text)
        if fresh_until and fresh_until > now() then
            metrics.looked_up(LAYERS[index][1])
            return keep(key, text, fresh_until, site)
        end
        old = old or site
    end
    local entry = known:get(key)
    old = entry and entry[2] or old
    if old then
        metrics.looked_up("stale")
        known:set(key, { now() + STALE_S, old })
    end
end

-- Returns when someone has asked for `key`.
local function refresh(key, id)
    local leader = underway[key]
    if leader then
        leader:wait(FOLLOW_S)
        return
    elseif lookups >= MOST_LOOKUPS then
        return
    end
    leader = semaphore.new()
    underway[key] = leader
    lookups = lookups + 1
    local ok, err = pcall(ask, key, id)
    if not ok then
        logs.critical("looking a site up ended badly: ", err)
    end
    lookups = lookups - 1
    underway[key] = nil
    local followers = -leader:count()
    if followers > 0 then
        leader:post(followers)
    end
end

-- The site with this key, for the request `id`; nil and the refusal's code if there is none or nobody can tell.
local function find(key, id)
    local entry = known:get(key)
    if entry and entry[1] > now() then
        return entry[2]
    end
    local believed = unknown:get(key)
    if not believed or believed <= now() then
        refresh(key, id)
        entry, believed = known:get(key), unknown:get(key)
        if entry then
            return entry[2]
        end
    end
    if believed then
        return nil, "unknown_site"
    end
    return nil, "unavailable"
end

return { find = find }
