-- GET from the node's monolith over its unix socket, with a cosocket: so that a timer can ask too, where nginx has no
-- subrequests. Called by sites.lua and loader.lua. After a failure nobody asks for a moment: while the monolith is down, or
-- hangs, requests go on with what this node knows instead of waiting for it one after the other.
local nodes = require "nodes"
local settings = require "settings"

local tcp, now = ngx.socket.tcp, ngx.now
local match, lower, tonumber = string.match, string.lower, tonumber
local PAUSE_S = 1
local LARGEST = 1048576

local paused_until = 0
local own = { settings.monolith } -- of this node, as nginx names unix sockets
local turn = 0 -- which of several was asked last

local function read_answer(socket)
    local line, err = socket:receive()
    local status = line and tonumber(match(line, "^HTTP/1%.%d (%d%d%d)"))
    if not status then
        return nil, err or "no HTTP"
    end
    local headers = {}
    repeat
        line, err = socket:receive()
        if not line then
            return nil, err
        end
        local name, value = match(line, "^([^:]+):%s*(.*)$")
        if name then
            headers[lower(name)] = value
        end
    until line == ""
    local size = tonumber(headers["content-length"])
    if not size or size > LARGEST then
        return nil, "an answer without a length, or too long"
    end
    local body
    body, err = socket:receive(size)
    if not body then
        return nil, err
    end
    return { status = status, headers = headers, body = body }
end

local function ask(path, address, id)
    local socket = tcp()
    socket:settimeouts(settings.monolith_connect_ms, settings.monolith_answer_ms, settings.monolith_answer_ms)
    local ok, err = socket:connect(address)
    if not ok then
        return nil, err
    end
    local answer
    ok, err = socket:send("GET " .. path .. " HTTP/1.1\r\nHost: monolith\r\nX-Request-Id: " .. id .. "\r\nConnection: close\r\n\r\n")
    if ok then
        answer, err = read_answer(socket)
    end
    socket:close()
    return answer, err
end

-- {status, headers, body}, for the request `id`; nil and why if no monolith answers. An answer of 5xx counts as none.
local function get(path, id)
    if now() < paused_until then
        return nil, "it did not answer a moment ago"
    end
    -- The edge asks any of its nodes'.
    local sockets = own[1] ~= "" and own or nodes.monoliths
    local err = "there is none"
    for _ = 1, #sockets do
        turn = turn % #sockets + 1
        local answer
        answer, err = ask(path, sockets[turn], id)
        if answer and answer.status < 500 then
            return answer
        end
        err = answer and "it answered " .. answer.status or err
    end
    ngx.update_time()
    paused_until = now() + PAUSE_S
    return nil, err
end

return { get = get }
