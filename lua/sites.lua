-- Who a site key belongs to: this worker's memory, then the node's shared dictionary, then memcached, then the monolith
-- (which asks Postgres and fills memcached). An answer carries until when it is to be believed, so the layers do not add up
-- their times. An answer that is a little older is given all the same while newer ones are fetched behind it, those of many
-- keys at once; when all behind is down an old answer goes on to be used. Called in the content phase for every request; some
-- 0.1 µs when known.
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

local concat, gmatch, min, now, sub = table.concat, string.gmatch, math.min, ngx.now, string.sub
local pairs, pcall, tonumber, type, worker_pid = pairs, pcall, tonumber, type, ngx.worker.pid

local known = lrucache.new(20000) -- key → {until when it is given without a thought of a newer one, site}
local underway = {} -- key → semaphore that the others wait for
local lookups = 0
local MOST_LOOKUPS = 64 -- at once, so that a scan with made-up keys can't take the monolith down
local ASKS_S, MOST_ASKS = 300, 2000 -- of a worker to the monolith about keys that nobody knows: a second, and at once
local FOLLOW_S = 3
local STALE_S = 1 -- how long an old answer is used before the layers behind are asked again
local WHILE_BEHIND_S = 60 -- an answer that is older by no more is given while a newer one is fetched
local ASKING_S = 3 -- a worker that asks keeps the others from it for so long at most
local ROUND_S = 1 -- between two rounds of asking behind the requests
local MOST_KEYS = 100 -- that are asked for at once; as collector/monolith/site_answers.py answers
local CACHED = "hw:site:" -- before a key in memcached, as storage/sites.py writes it
local LAYERS = {}
local asks, asked_at = MOST_ASKS, 0

-- Answers end with a whole second, and a round comes so many seconds after it: nodes one after the other, so that what the first
-- asks of its monolith the others find in memcached.
local function phase()
    return (worker_pid() % 8 + 1) / 40
end

local function until_next_round()
    return ROUND_S - (now() - phase()) % ROUND_S
end

-- What a layer told, read: until when it is fresh, and the site (nil: there is none); nothing if it told nothing.
local function read(text)
    local answer = text and cjson.decode(text)
    if type(answer) ~= "table" or not tonumber(answer.fresh_until) then
        return nil
    end
    return answer.fresh_until, type(answer.site) == "table" and site_rules.prepared(answer.site) or nil
end

-- A busy site is put down for the round in which its answer ends while the answer is still fresh, so that it waits for none.
local function keep(key, text, fresh_until, site)
    if site then
        known:set(key, { fresh_until - ROUND_S + phase(), site })
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

LAYERS[1] = { "shared", function(keys)
    local told = {}
    for index = 1, #keys do
        told[keys[index]] = shared.sites:get(keys[index])
    end
    return told
end }

LAYERS[2] = { "memcached", function(keys)
    local told, names_of = {}, {}
    for index = 1, #keys do
        local name = CACHED .. keys[index]
        local node = rendezvous.choose(settings.memcached_nodes, name)
        local names = names_of[node] or {}
        names_of[node] = names
        names[#names + 1] = name
    end
    for node, names in pairs(names_of) do
        for name, text in pairs(memcached.get(node.host, node.port, names) or {}) do
            told[sub(name, #CACHED + 1)] = text
        end
    end
    return told
end }

LAYERS[3] = { "monolith", function(keys, id, old)
    local told, asked = {}, {}
    for index = 1, #keys do
        if old[keys[index]] or may_ask() then
            asked[#asked + 1] = keys[index]
        end
    end
    local answered, before = 0, -1
    -- Sites with thousands of origins may need more than one answer.
    while answered < #asked and answered > before do
        before = answered
        local answer = monolith.get("/internal/sites?keys=" .. concat(asked, ",", answered + 1), id)
        for line in gmatch(answer and answer.status == 200 and answer.body or "", "[^\n]+") do
            answered = answered + 1
            told[asked[answered]] = line
        end
    end
    return told
end }

-- Keeps what a layer tells of `keys` if it is fresh. Gives the keys that are left; of these `old` has a site that was told.
local function ask_layer(layer, keys, id, old)
    local told, left = layer[2](keys, id, old), {}
    for index = 1, #keys do
        local key = keys[index]
        local fresh_until, site = read(told[key])
        if fresh_until and fresh_until > now() then
            metrics.looked_up(layer[1])
            keep(key, told[key], fresh_until, site)
        else
            old[key] = old[key] or site
            left[#left + 1] = key
        end
    end
    return left
end

-- Asks layer by layer until each key has a fresh answer. Without one an old answer of this node is fresh again for a second.
local function ask(keys, id)
    local old = {}
    for index = 1, #keys do
        local entry = known:get(keys[index])
        old[keys[index]] = entry and entry[2]
    end
    for index = 1, #LAYERS do
        keys = ask_layer(LAYERS[index], keys, id, old)
        if #keys == 0 then
            return
        end
    end
    for index = 1, #keys do
        local site = old[keys[index]]
        if site then
            metrics.looked_up("stale")
            known:set(keys[index], { now() + STALE_S, site })
        end
    end
end

-- Asks behind the requests; for a key one worker of the node at a time, the others take over what it finds.
local function ask_behind(keys)
    local own = {}
    for index = 1, #keys do
        if shared.unknown:add(shared.asking(keys[index]), true, ASKING_S) then
            own[#own + 1] = keys[index]
        end
    end
    if #own == 0 then
        return
    end
    ask(own, request_id.make())
    for index = 1, #own do
        shared.unknown:delete(shared.asking(own[index]))
    end
end

local refresh_behind = behind.work(ask_behind, MOST_KEYS, until_next_round)

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
    local ok, err = pcall(ask, { key }, id)
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
    refresh_behind(key)
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
