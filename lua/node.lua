-- The life of a node's nginx worker: what is loaded before the workers start, and what each does once a second.

-- The way of a request is longer than LuaJIT's limits for one trace (calls in tail position, constants, exits); beyond them it goes
-- on in the interpreter. Before anything is compiled.
jit.opt.start("loopunroll=100", "maxrecord=20000", "maxirconst=4000", "maxsnap=3000")

local commit = require "commit"
local metrics = require "metrics"
local nodes = require "nodes"
local redis_watch = require "redis_watch"
local ingest = require "ingest"
local loader = require "loader"
local refusals = require "refusals"
local spool_drain = require "spool_drain"

-- Loaded here so that no request pays for it.
require "balance"
require "demo_site"
require "edge"
require "health"
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
    nodes.start()
end

-- A node's door has the same names as the edge's (edge.lua).
return { start = start, events = ingest.events, recording = ingest.recording, loader = loader.serve }
