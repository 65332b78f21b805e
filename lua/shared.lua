-- The shared dictionaries of a node's nginx and the names of their keys, all in one place.
--   hw_sites     site key → what the monolith answered (JSON); never expires by itself, see sites.lua
--   hw_loaders   site key → "<status> <max-age>\n<script>", a few seconds
--   hw_refusals  "<project>|<reason>|n" and "…|bytes": refusals not yet in the stream
--   hw_metrics   "<metric name and labels>" → number, summed over all workers
local dict = ngx.shared

local function refused_requests(project_id, reason)
    return project_id .. "|" .. reason .. "|n"
end

local function refused_bytes(project_id, reason)
    return project_id .. "|" .. reason .. "|bytes"
end

return {
    sites = dict.hw_sites,
    loaders = dict.hw_loaders,
    refusals = dict.hw_refusals,
    metrics = dict.hw_metrics,
    refused_requests = refused_requests,
    refused_bytes = refused_bytes,
    -- Figures that are also acted upon, in hw_metrics.
    SPOOL_BYTES = "heatwake_spool_bytes",
    SPOOL_OLDEST = "heatwake_spool_oldest_seconds",
    REDIS_MEMORY = "heatwake_redis_memory_ratio",
    -- One worker at a time sends the refusals on.
    REFUSALS_LOCK = "lock",
}
