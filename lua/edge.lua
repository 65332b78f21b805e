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

-- No node took the request. While its body came this edge may have become the door itself: then it begins anew, as that.
local function without_node()
    if nodes.alone then
        return exec(var.uri, var.args)
    elseif (var.hw_key or "") ~= "" then
        return unavailable.serve()
    end
    return ingest.unavailable()
end

return { events = events, recording = recording, loader = serve_loader, without_node = without_node }
