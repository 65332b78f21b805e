-- The shared dictionaries of a node's nginx and the names of their keys, all in one place.
--   hw_sites     site key → what the monolith answered (JSON); never expires by itself, see sites.lua
--   hw_unknown   keys that name no site, some seconds; apart, so that made-up keys push no real site out
--   hw_loaders   site key → "<fresh until> <etag>\n<script>"; never expires by itself, see loader.lua
--   hw_limits    what admission.lua counts: the sites' buckets, new sessions of clients and of projects' days
--   hw_sessions  "<site>:<half of a session id>": sessions that have begun, where sessions are limited
--   hw_refusals  "<project>|<reason>|<hour>|n" and "…|bytes": refusals not yet in the stream
--   hw_metrics   "<metric name and labels>" → number, summed over all workers
local dict = ngx.shared

local function refused_requests(project_id, reason, hour)
    return project_id .. "|" .. reason .. "|" .. hour .. "|n"
end

local function refused_bytes(project_id, reason, hour)
    return project_id .. "|" .. reason .. "|" .. hour .. "|bytes"
end

return {
    sites = dict.hw_sites,
    unknown = dict.hw_unknown,
    loaders = dict.hw_loaders,
    limits = dict.hw_limits,
    sessions = dict.hw_sessions,
    refusals = dict.hw_refusals,
    metrics = dict.hw_metrics,
    refused_requests = refused_requests,
    refused_bytes = refused_bytes,
    rate_of_site = function(site_id)
        return "rate|" .. site_id
    end,
    sessions_of_day = function(project_id, day)
        return "day|" .. project_id .. "|" .. day
    end,
    sessions_of_client = function(tag, client)
        return "client|" .. tag .. client
    end,
    -- Figures that are also acted upon, in hw_metrics.
    SPOOL_BYTES = "heatwake_spool_bytes",
    SPOOL_OLDEST = "heatwake_spool_oldest_seconds",
    REDIS_MEMORY = "heatwake_redis_memory_ratio",
    -- One worker at a time sends the refusals on.
    REFUSALS_LOCK = "lock",
    -- One worker at a time asks for what is newer of a site or a loader.
    asking = function(key)
        return "~" .. key
    end,
}
