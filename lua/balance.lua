-- Chooses the node for a request at the edge: the one with the fewest requests under way for its weight. A node that has
-- just joined, or is back after failures, starts slowly: its weight grows over `slow_start_s`. Failures are noticed from the
-- requests themselves: FAILS within FAIL_S, and a node is left out for DOWN_S. balancer and log phases, some microseconds each.
-- Counts are a worker's own, like those of nginx' least_conn without a zone.
local balancer = require "ngx.balancer"
local logs = require "logs"
local metrics = require "metrics"
local nodes = require "nodes"
local settings = require "settings"

local max, min = math.max, math.min
local now, var = ngx.now, ngx.var
local FAILS, FAIL_S, DOWN_S = 3, 2, 2
local LOWEST_WEIGHT = 0.05
local MORE_TRIES = 3
local NOBODY = -3 -- NGX_BUSY: nginx then answers 502, which has its own page; any status given here would become a plain 500
local turn = 0

-- How much of its share a node may take by now, up to 1.
local function weight(node, at)
    local slow_start_s = settings.slow_start_s
    if slow_start_s == 0 then
        return 1
    end
    return min(1, max(LOWEST_WEIGHT, (at - node.since) / slow_start_s))
end

-- Whether the request was already sent to this node; `tried` is a list of numbers with a comma before each and behind.
local function was_tried(tried, node)
    return tried ~= "" and tried:find("," .. node.number .. ",", 1, true)
end

-- The best node that was not tried yet, or nil; `any`: also of those that are left out now. Of equals the one whose turn it is.
local function best(tried, any)
    local at, chosen, lowest = now(), nil, nil
    local serving = nodes.serving
    for index = 1, #serving do
        local node = serving[index]
        if (any or node.down_until <= at) and not was_tried(tried, node) then
            local load = (node.active + 1) / weight(node, at)
            if not chosen or load < lowest or load == lowest and node.picked < chosen.picked then
                chosen, lowest = node, load
            end
        end
    end
    return chosen
end

local function failed(node)
    local at = now()
    if at - node.failed_at > FAIL_S then
        node.fails = 0
    end
    node.fails, node.failed_at = node.fails + 1, at
    metrics.node_failed(node.number)
    if node.fails >= FAILS and node.down_until <= at then
        node.down_until = at + DOWN_S
        node.since = node.down_until
        logs.critical("node ", node.number, " fails and is left out for a while")
    end
end

-- balancer_by_lua of the upstream `nodes`; $hw_node holds the numbers that were tried, the last one last.
local function to_node()
    local tried = var.hw_node or ""
    if tried == "" then
        tried = ","
        balancer.set_more_tries(max(0, min(#nodes.serving - 1, MORE_TRIES)))
    else
        local before = nodes.get(tonumber(tried:match("(%d+),$")))
        if before then
            before.active = max(0, before.active - 1)
            failed(before)
        end
    end
    -- nginx tries once more than it was told for each kept connection that turned out to be closed: then any node again.
    local node = best(tried) or best(tried, true) or best("", true)
    if not node then
        var.hw_node = ""
        return ngx.exit(NOBODY)
    end
    turn = turn + 1
    node.picked = turn
    node.active = node.active + 1
    var.hw_node = tried .. node.number .. ","
    local ok, err = balancer.set_current_peer("127.0.0.1", node.port)
    if not ok then
        logs.critical("node ", node.number, " can't be chosen: ", err)
        return ngx.exit(NOBODY)
    end
end

-- log_by_lua of the locations that end a request to a node.
local function done()
    local tried = var.hw_node or ""
    local node = tried ~= "" and nodes.get(tonumber(tried:match("(%d+),$")))
    if node then
        node.active = max(0, node.active - 1)
        local status = var.upstream_status or ""
        if status:find("50[24]$") then
            failed(node)
        elseif status ~= "" then
            node.fails = 0
        end
    end
end

-- balancer_by_lua of the edge's upstream `monolith`: any of the nodes', in turn.
local function to_monolith()
    local listed = nodes.monoliths
    if not listed[1] then
        return ngx.exit(NOBODY)
    end
    if not balancer.get_last_failure() then
        balancer.set_more_tries(#listed - 1)
    end
    turn = turn + 1
    local ok, err = balancer.set_current_peer(listed[turn % #listed + 1])
    if not ok then
        logs.critical("a monolith can't be chosen: ", err)
        return ngx.exit(NOBODY)
    end
end

return { to_node = to_node, done = done, to_monolith = to_monolith }
