-- The edge's answer to the tracker's requests: with one node this nginx is the door itself, with more they are passed on
-- (locations in collector/nginx/nodes.conf). Content phase; where it is the door it costs one look at a table.
local ingest = require "ingest"
local loader = require "loader"
local nodes = require "nodes"
local unavailable = require "unavailable"

local exec, var = ngx.exec, ngx.var

local function events()
    if nodes.closing then
        return exec(nodes.alone and "@events_last" or "@nodes_last")
    elseif nodes.alone then
        return ingest.events()
    end
    return exec("@nodes")
end

local function recording()
    if nodes.closing then
        return exec(nodes.alone and "@recording_last" or "@nodes_last")
    elseif nodes.alone then
        return ingest.recording()
    end
    return exec("@nodes")
end

local function serve_loader(key)
    if nodes.alone then
        return loader.serve(key)
    end
    return exec("@nodes_loader")
end

-- No node took the request. While its body came this edge may have become the door itself, which then answers it.
local function without_node()
    local here = nodes.alone
    if var.uri == "/c/e" then
        return (here and ingest.events or ingest.unavailable)()
    elseif var.uri == "/c/r" then
        return (here and ingest.recording or ingest.unavailable)()
    elseif here then
        return loader.serve(var.hw_key)
    end
    return unavailable.serve()
end

return { events = events, recording = recording, loader = serve_loader, without_node = without_node }
