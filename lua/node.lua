-- The life of a node's nginx worker: what is loaded before the workers start, and what each does once a second.
local commit = require "commit"
local metrics = require "metrics"
local redis_watch = require "redis_watch"
local refusals = require "refusals"
local spool_drain = require "spool_drain"

-- Loaded here so that no request pays for it.
require "demo_site"
require "health"
require "ingest"
require "loader"
require "unavailable"

local function every_second()
    metrics.share(commit.waiting_bytes())
    redis_watch.look()
    refusals.flush()
    spool_drain.run()
end

-- init_worker phase. On a graceful end the timer fires once more, early, so that the last counts are sent on.
local function start()
    local ok, err = ngx.timer.every(1, every_second)
    if not ok then
        ngx.log(ngx.ERR, "no timer for counting: ", err)
    end
end

return { start = start }
