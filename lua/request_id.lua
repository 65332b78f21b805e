-- Request ids: 16 hex digits, unique over nodes and restarts by 8 random digits a worker and a counter; some 50 ns each.
-- Called at the start of content handlers. A node behind the edge takes over the edge's id.
local settings = require "settings"
local bit = require "bit"

local tohex = bit.tohex
local var = ngx.var
local find, floor = string.find, math.floor

local THIS_MANY = 4096 -- ids whose last three digits lie ready

local prefix, leading -- the worker's own digits; all but the last three
local count = 0
local last_three = {}
for number = 0, THIS_MANY - 1 do
    last_three[number] = tohex(number, 3)
end

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
    count = count + 1
    local last = count % THIS_MANY
    if last == 0 or not leading then
        prefix = prefix or random_prefix()
        leading = prefix .. tohex(floor(count / THIS_MANY), 5)
    end
    return leading .. last_three[last]
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
