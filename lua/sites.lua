-- Who a site key belongs to: this worker's memory, then the node's shared dictionary, then memcached, then the monolith
-- (which asks Postgres and fills memcached). An answer carries until when it is to be believed, so the layers do not add up
-- their times. An answer that is a little older is given all the same while a newer one is fetched behind it; when all
-- behind is down an old answer goes on to be used. Called in the content phase for every request; some 0.1 µs when known.
local behind = require "behind"
local cjson = require "cjson.safe"
local logs = require "logs"
local lrucache = require "resty.lrucache"
local memcached = require "memcached"
local metrics = require "metrics"
local monolith = require "monolith"
local rendezvous = require "rendezvous"
local request_id = require "request_id"
local semaphore = require "ngx.semaphore"
local settings = require "settings"
local shared = require "shared"
local site_rules = require "site_rules"

local min, now, pcall, tonumber, type = math.min, ngx.now, pcall, tonumber, type

local known = lrucache.new(20000) -- key → {fresh until, site}
local underway = {} -- key → semaphore that the others wait for
local lookups = 0
local MOST_LOOKUPS = 64 -- at once, so that a scan with made-up keys can't take the monolith down
local ASKS_S, MOST_ASKS = 300, 2000 -- of a worker to the monolith about keys that nobody knows: a second, and at once
local FOLLOW_S = 3
local STALE_S = 1 -- how long an old answer is used before the layers behind are asked again
local WHILE_BEHIND_S = 60 -- an answer that is older by no more is given while a newer one is fetched
local ASKING_S = 3 -- a worker that asks keeps the others from it for so long at most
local LAYERS = {}
local asks, asked_at = MOST_ASKS, 0

-- What a layer told, read: until when it is fresh, and the site (nil: there is none); nothing if it told nothing.
local function read(text)
    local answer = text and cjson.decode(text)
    if type(answer) ~= "table" or not tonumber(answer.fresh_until) then
        return nil
    end
    return answer.fresh_until, type(answer.site) == "table" and site_rules.prepared(answer.site) or nil
end

local function keep(key, text, fresh_until, site)
    if site then
        known:set(key, { fresh_until, site })
        shared.unknown:delete(key)
        shared.sites:set(key, text)
    else
        shared.unknown:set(key, true, fresh_until - now())
        known:delete(key)
        shared.sites:delete(key)
    end
end

-- Whether the monolith may be asked about a key that this node has never known.
local function may_ask()
    local at = now()
    asks = min(MOST_ASKS, asks + (at - asked_at) * ASKS_S)
    asked_at = at
    if asks < 1 then
        return false
    end
    asks = asks - 1
    return true
end

LAYERS[1] = { "shared", function(key)
    return shared.sites:get(key)
end }

LAYERS[2] = { "memcached", function(key)
    local name = "hw:site:" .. key
    local node = rendezvous.choose(settings.memcached_nodes, name)
    return memcached.get(node.host, node.port, name)
end }

LAYERS[3] = { "monolith", function(key, id, is_known)
    if not is_known and not may_ask() then
        return nil
    end
    local answer = monolith.get("/internal/sites/" .. key, id)
    return answer and answer.status == 200 and answer.body or nil
end }

-- Asks layer by layer until one has a fresh answer. Without one an old answer of this node is fresh again for a second.
local function ask(key, id)
    local entry = known:get(key)
    local old = entry and entry[2]
    for index = 1, #LAYERS do
        local text = LAYERS[index][2](key, id, old)
        local fresh_until, site = read(text)
        if fresh_until and fresh_until > now() then
            metrics.looked_up(LAYERS[index][1])
            return keep(key, text, fresh_until, site)
        end
        old = old or site
    end
    if old then
        metrics.looked_up("stale")
        known:set(key, { now() + STALE_S, old })
    end
end

-- Asks behind the requests; one worker of the node at a time, the others take over what it finds.
local function ask_behind(key)
    local lock = shared.asking(key)
    if shared.unknown:add(lock, true, ASKING_S) then
        ask(key, request_id.make())
        shared.unknown:delete(lock)
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

-- The site of an entry whose time is over, if it may still be given while a newer one is fetched.
local function while_behind(key, entry)
    local at = now()
    if at - entry[1] > WHILE_BEHIND_S then
        return nil
    end
    entry[1] = at + STALE_S
    behind.later("site " .. key, ask_behind, key)
    return entry[2]
end

-- The site of a key that is not in this worker's memory, or has been there for long.
local function look_up(key, id)
    if not shared.unknown:get(key) then
        refresh(key, id)
        local entry = known:get(key)
        if entry then
            return entry[2]
        elseif not shared.unknown:get(key) then
            return nil, "unavailable"
        end
    end
    return nil, "unknown_site"
end

-- The site with this key, for the request `id`; nil and the refusal's code if there is none or nobody can tell.
local function find(key, id)
    local entry = known:get(key)
    if entry then
        if entry[1] > now() then
            return entry[2]
        end
        local site = while_behind(key, entry)
        if site then
            return site
        end
    end
    return look_up(key, id)
end

return { find = find }
