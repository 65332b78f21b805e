-- One memcached command over a cosocket: get. Hand-written, since that is all the hot path needs. Called by sites.lua in
-- content phases; connections are kept in the worker's pool.
local settings = require "settings"

local tcp = ngx.socket.tcp
local match = string.match
local IDLE_MS = 30000

local function ask(socket, key)
    local ok, err = socket:send("get " .. key .. "\r\n")
    if not ok then
        return nil, err
    end
    local line
    line, err = socket:receive()
    if not line then
        return nil, err
    elseif line == "END" then
        return nil
    end
    local size = match(line, "^VALUE %S+ %d+ (%d+)$")
    if not size then
        return nil, "unexpected answer " .. line:sub(1, 40)
    end
    local value
    value, err = socket:receive(tonumber(size))
    if not value then
        return nil, err
    end
    -- The line's end behind the value, then END.
    for _ = 1, 2 do
        line, err = socket:receive()
        if not line then
            return nil, err
        end
    end
    return value
end

-- The value of `key` (no blanks) on this node; nil if it has none, nil and why if it could not be asked.
local function get(host, port, key)
    local socket = tcp()
    socket:settimeout(settings.memcached_ms)
    local ok, err = socket:connect(host, port)
    if not ok then
        return nil, err
    end
    local value
    value, err = ask(socket, key)
    if err then
        socket:close()
        return nil, err
    end
    socket:setkeepalive(IDLE_MS)
    return value
end

return { get = get }
