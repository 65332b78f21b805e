-- Request ids: 16 hex digits, unique over nodes and restarts by 8 random digits a worker and a counter; some 50 ns each.
-- Called at the start of content handlers. A node behind the edge takes over the edge's id.
local settings = require "settings"
local bit = require "bit"

local tohex = bit.tohex
local var = ngx.var
local find = string.find

local prefix
local count = 0

local function random_prefix()
    local file = io.open("/dev/urandom", "rb")
    local bytes = file and file:read(4)
    if file then
        file:close()
    end
    if not bytes then
        return tohex(bit.bxor(ngx.worker.pid() * 2654435761 % 4294967296, ngx.now() * 1000 % 4294967296))
    end
    local a, b, c, d = bytes:byte(1, 4)
    return tohex(a * 16777216 + b * 65536 + c * 256 + d)
end

-- A new id.
local function make()
    prefix = prefix or random_prefix()
    count = count + 1
    return prefix .. tohex(count)
end

-- The id of the request at hand: the edge's where there is an edge before this node, else a new one.
local function current()
    if settings.behind_edge then
        local given = var.http_x_request_id
        if given and #given == 16 and not find(given, "[^0-9a-f]") then
            return given
        end
    end
    return make()
end

return { make = make, current = current }
