-- One memcached command over a cosocket: get, of one key or many. Hand-written, since that is all the hot path needs. Called by
-- sites.lua in content phases and timers; connections are kept in the worker's pool.
local settings = require "settings"

local tcp = ngx.socket.tcp
local concat, match, sub, tonumber = table.concat, string.match, string.sub, tonumber
local IDLE_MS = 30000

local function ask(socket, keys)
    local ok, err = socket:send("get " .. concat(keys, " ") .. "\r\n")
    if not ok then
        return nil, err
    end
    local values = {}
    while true do
        local line
        line, err = socket:receive()
        if not line then
            return nil, err
        elseif line == "END" then
            return values
        end
        local key, size = match(line, "^VALUE (%S+) %d+ (%d+)$")
        if not key then
            return nil, "unexpected answer " .. sub(line, 1, 40)
        end
        local value
        value, err = socket:receive(tonumber(size) + 2) -- with its line's end
        if not value then
            return nil, err
        end
        values[key] = sub(value, 1, -3)
    end
end

-- key → value for those of `keys` (no blanks) that this node has; nil and why if it could not be asked.
local function get(host, port, keys)
    local socket = tcp()
    socket:settimeout(settings.memcached_ms)
    local ok, err = socket:connect(host, port)
    if not ok then
        return nil, err
    end
    local values
    values, err = ask(socket, keys)
    if not values then
        socket:close()
        return nil, err
    end
    socket:setkeepalive(IDLE_MS)
    return values
end

return { get = get }
