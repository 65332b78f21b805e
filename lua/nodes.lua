-- Which nodes the edge sends to, as `heatwake node` wrote it (ops/nodes.py): read again several times a second by each nginx
-- worker, so that nodes join and leave without a reload and no connection of a browser is closed for it. A node reads the same
-- list, to know how many share what a site may send.
-- The tables of nodes that stay outlive a change: what is known of their load and their failures is kept.
local cjson = require "cjson.safe"
local logs = require "logs"
local metrics = require "metrics"
local settings = require "settings"

local EVERY_S = 0.2
local nodes = {
    version = 0, -- of the list; `heatwake node` waits until all workers go by the one that it wrote
    alone = true, -- no node has an nginx of its own: this edge is the door
    closing = false, -- this nginx is about to be replaced: browsers are asked to connect anew
    serving = {}, -- those that take requests: {number, port, since, active, fails, failed_at, down_until, picked}
    sharing = settings.nodes, -- how many take requests; until the list is there, what the settings say
    monoliths = {}, -- unix sockets of the nodes' monoliths, as nginx names them
}
local text -- that was read last
local known = {} -- number → node

local function use(told)
    local serving, kept = {}, {}
    for _, one in ipairs(told.nodes) do
        local node = known[one.number] or { number = one.number, active = 0, fails = 0, failed_at = 0, down_until = 0, picked = 0 }
        node.port, node.since = one.port, one.since
        kept[one.number] = node
        if one.state == "serving" then
            serving[#serving + 1] = node
        end
    end
    known = kept
    nodes.serving, nodes.alone, nodes.closing = serving, #told.nodes == 0, told.closing
    nodes.sharing = math.max(1, #serving)
    nodes.monoliths, nodes.version = told.monoliths, told.version
end

-- Reads the list; what can't be read changes nothing.
local function read()
    local file = io.open(settings.nodes_file, "rb")
    local now = file and file:read("*a")
    if file then
        file:close()
    end
    if not now or now == text then
        return
    end
    local told = cjson.decode(now)
    if not told then
        return logs.critical("the list of nodes is no JSON: ", settings.nodes_file)
    end
    text = now
    use(told)
end

local function tell()
    metrics.gauge('heatwake_edge_nodes_version{worker="' .. ngx.worker.id() .. '"}', nodes.version)
    for number, node in pairs(known) do
        metrics.gauge('heatwake_edge_node_requests{node="' .. number .. '",worker="' .. ngx.worker.id() .. '"}', node.active)
    end
end

local function every()
    read()
    if not settings.behind_edge then
        tell()
    end
end

-- init_worker phase.
local function start()
    local ok, err = ngx.timer.every(EVERY_S, every)
    if not ok then
        logs.critical("no timer for the list of nodes: ", err)
    end
    every()
end

-- The node with this number, or nil if it has left.
function nodes.get(number)
    return known[number]
end

nodes.read, nodes.start = read, start
return nodes
