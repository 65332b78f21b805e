-- What the hot path counts, and /metrics in Prometheus' text form. Workers count in plain Lua numbers and add them to the
-- shared dictionary once a second; a scrape reads the dictionary. Names here are listed in docs/metrics.md.
local shared = require "shared"

local pairs, concat, sort = pairs, table.concat, table.sort
local dict = shared.metrics

local FLUSH_SECONDS = { 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5 }
local FLUSH_REQUESTS = { 1, 4, 16, 64, 256, 1024 }
local HELP = {
    { "heatwake_door_requests_total", "counter", "Requests acknowledged with 204, by channel (e interactions, r recordings)." },
    { "heatwake_door_bytes_total", "counter", "Bytes of their bodies. High per request: customers record very large pages." },
    { "heatwake_door_refusals_total", "counter",
        "Requests refused, by reason (docs/protocol.md). unavailable: look at Redis; unknown_site: an old snippet or a scan." },
    { "heatwake_door_refusals_forgotten_total", "counter",
        "Times that a count of refusals was dropped to make room (hw_refusals is full). Growing: the ledger may show fewer of them." },
    { "heatwake_door_flush_seconds", "histogram",
        "From sending a batch to Redis until its log has it. High: the disk under Redis syncs slowly, or Redis is short of CPU." },
    { "heatwake_door_flush_requests", "histogram",
        "Requests a batch. Often at the top: Redis is slow for this load; add a node or a faster disk." },
    { "heatwake_door_flush_bytes_total", "counter", "Bytes of bodies sent to Redis in batches." },
    { "heatwake_door_waiting_bytes", "gauge", "Bytes that wait for Redis now. At 64 MiB a worker answers 503: look at Redis." },
    { "heatwake_door_redis_up", "gauge", "1 while batches go to Redis. 0: they go to the spool; see heatwake status and the Redis log." },
    { "heatwake_redis_memory_ratio", "gauge",
        "Memory that Redis uses, of its limit. At redis.watermark_percent the door spools: look whether the workers fall behind." },
    { "heatwake_spool_bytes", "gauge", "Bytes in this machine's spool. At collector.spool_mb the door answers 503: look at Redis." },
    { "heatwake_spool_oldest_seconds", "gauge",
        "Age of the oldest segment in the spool. Growing while Redis is up: it has no room, or the log tells what hinders the drainer." },
    { "heatwake_spool_requests_total", "counter",
        "Requests that went into the spool (in), back to Redis (out), or were found to be in Redis already (known)." },
    { "heatwake_spool_full_total", "counter", "Requests that the full spool refused: enlarge it (collector.spool_mb) or look at Redis." },
    { "heatwake_spool_damaged_bytes_total", "counter",
        "Bytes of the spool that could not be read: torn, by a crash and never acknowledged; damaged: the disk is not to be trusted." },
    { "heatwake_door_site_lookups_total", "counter",
        "Sites looked up, by layer. Much stale: the monolith or Postgres is down. Much monolith: memcached is down." },
    { "heatwake_door_shared_free_bytes", "gauge", "Free whole pages of a shared dictionary. 0 all the time: sites are forgotten early." },
    { "heatwake_edge_nodes_version", "gauge",
        "Version of the list of nodes that an edge's worker goes by. Workers apart for seconds: one of them is stuck, reload nginx." },
    { "heatwake_edge_node_requests", "gauge",
        "Requests that are under way at a node, by edge worker. Far more at one: it is slow, or stands still." },
    { "heatwake_edge_node_failures_total", "counter",
        "Requests that a node did not answer; another one did. Growing: see heatwake status and the node's lines in the log." },
    { "heatwake_edge_connections", "gauge", "Connections by state. Near worker_connections (8192 a worker): add an edge." },
}

local GAUGE_S = 2 -- how long a gauge is shown after it was told

local counted = {} -- since the last second, by full name with labels

local function add(name, amount)
    counted[name] = (counted[name] or 0) + amount
end

local function bucket_names(name, bounds)
    local names = {}
    for index, bound in ipairs(bounds) do
        names[index] = name .. '_bucket{le="' .. bound .. '"}'
    end
    names.infinite = name .. '_bucket{le="+Inf"}'
    names.sum, names.count = name .. "_sum", name .. "_count"
    return names
end

local SECONDS_NAMES = bucket_names("heatwake_door_flush_seconds", FLUSH_SECONDS)
local REQUESTS_NAMES = bucket_names("heatwake_door_flush_requests", FLUSH_REQUESTS)

local function observe(names, bounds, value)
    for index = #bounds, 1, -1 do
        if value > bounds[index] then
            break
        end
        add(names[index], 1)
    end
    add(names.infinite, 1)
    add(names.sum, value)
    add(names.count, 1)
end

local accepted = { e = 0, r = 0 }
local accepted_bytes = { e = 0, r = 0 }

-- A request of `channel` was acknowledged.
local function took(channel, bytes)
    accepted[channel] = accepted[channel] + 1
    accepted_bytes[channel] = accepted_bytes[channel] + bytes
end

-- A batch was taken by Redis after `seconds`.
local function flushed(requests, bytes, seconds)
    observe(SECONDS_NAMES, FLUSH_SECONDS, seconds)
    observe(REQUESTS_NAMES, FLUSH_REQUESTS, requests)
    add("heatwake_door_flush_bytes_total", bytes)
end

local function redis_up(up)
    dict:set("heatwake_door_redis_up", up and 1 or 0)
end

-- `requests` went on the way `in`, `out` or `known` through the spool.
local function spooled(way, requests)
    add('heatwake_spool_requests_total{way="' .. way .. '"}', requests)
end

local function spool_full(requests)
    add("heatwake_spool_full_total", requests)
end

-- `kind`: torn or damaged.
local function spool_damaged(kind, bytes)
    add('heatwake_spool_damaged_bytes_total{kind="' .. kind .. '"}', bytes)
end

local function refused(reason)
    add('heatwake_door_refusals_total{reason="' .. reason .. '"}', 1)
end

-- A count of refusals found no room, or another one was dropped for it.
local function refusals_forgotten()
    add("heatwake_door_refusals_forgotten_total", 1)
end

-- A figure of now, told again all the time; forgotten when it is not.
local function gauge(name, value)
    dict:set(name, value, GAUGE_S)
end

local function node_failed(number)
    add('heatwake_edge_node_failures_total{node="' .. number .. '"}', 1)
end

local function looked_up(layer)
    add('heatwake_door_site_lookups_total{layer="' .. layer .. '"}', 1)
end

-- Adds what this worker counted to the shared dictionary; from a timer once a second. `waiting`: bytes that wait for Redis.
local function share(waiting)
    for channel, requests in pairs(accepted) do
        if requests > 0 then
            add('heatwake_door_requests_total{channel="' .. channel .. '"}', requests)
            add('heatwake_door_bytes_total{channel="' .. channel .. '"}', accepted_bytes[channel])
            accepted[channel], accepted_bytes[channel] = 0, 0
        end
    end
    for name, amount in pairs(counted) do
        dict:incr(name, amount, 0)
        counted[name] = nil
    end
    dict:set('heatwake_door_waiting_bytes{worker="' .. ngx.worker.id() .. '"}', waiting)
end

-- /metrics
local function serve()
    for name, zone in pairs(ngx.shared) do
        dict:set('heatwake_door_shared_free_bytes{dict="' .. name .. '"}', zone:free_space())
    end
    for _, state in ipairs { "active", "reading", "writing", "waiting" } do
        dict:set('heatwake_edge_connections{state="' .. state .. '"}', tonumber(ngx.var["connections_" .. state]) or 0)
    end
    local by_metric = {}
    local keys = dict:get_keys(0)
    sort(keys)
    for _, key in ipairs(keys) do
        local name = key:match("^[a-z_]+"):gsub("_bucket$", ""):gsub("_sum$", ""):gsub("_count$", "")
        local lines = by_metric[name] or {}
        lines[#lines + 1] = key .. " " .. dict:get(key) .. "\n"
        by_metric[name] = lines
    end
    local text = {}
    for _, metric in ipairs(HELP) do
        local name, kind, help = metric[1], metric[2], metric[3]
        if by_metric[name] then
            text[#text + 1] = "# HELP " .. name .. " " .. help .. "\n# TYPE " .. name .. " " .. kind .. "\n"
            text[#text + 1] = concat(by_metric[name])
        end
    end
    ngx.header.content_type = "text/plain; version=0.0.4"
    ngx.print(concat(text))
end

return {
    took = took,
    flushed = flushed,
    redis_up = redis_up,
    spooled = spooled,
    spool_full = spool_full,
    spool_damaged = spool_damaged,
    refused = refused,
    refusals_forgotten = refusals_forgotten,
    gauge = gauge,
    node_failed = node_failed,
    looked_up = looked_up,
    share = share,
    serve = serve,
}
