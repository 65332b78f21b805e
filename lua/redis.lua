-- Redis wire protocol over a cosocket: connect, send prepared bytes, read replies. Hand-written since the packaged client
-- has no pipelining. Used by streams.lua from a timer and by health.lua; never shared between light threads.
local settings = require "settings"

local tcp = ngx.socket.tcp
local byte, sub = string.byte, string.sub
local tonumber = tonumber
local PLUS, MINUS, COLON, DOLLAR, STAR = byte("+-:$*", 1, 5)

-- One command as bytes.
local function command(...)
    local parts = { "*" .. select("#", ...) .. "\r\n" }
    for index = 1, select("#", ...) do
        local word = tostring((select(index, ...)))
        parts[index + 1] = "$" .. #word .. "\r\n" .. word .. "\r\n"
    end
    return table.concat(parts)
end

-- The next reply: a string, a number, nil for the null reply, or an array of these; `false, text` for an error reply, and
-- `false, text, true` when the connection is lost or out of step and must be closed.
local function reply(socket)
    local line, err = socket:receive()
    if not line then
        return false, err, true
    end
    local kind = byte(line, 1)
    if kind == PLUS then
        return sub(line, 2)
    elseif kind == COLON then
        return tonumber(sub(line, 2))
    elseif kind == MINUS then
        return false, sub(line, 2)
    elseif kind == DOLLAR then
        local size = tonumber(sub(line, 2))
        if size < 0 then
            return nil
        end
        local data, failure = socket:receive(size + 2)
        if not data then
            return false, failure, true
        end
        return sub(data, 1, size)
    elseif kind == STAR then
        local size = tonumber(sub(line, 2))
        if size < 0 then
            return nil
        end
        local items = {}
        local refused
        for index = 1, size do
            local value, failure, lost = reply(socket)
            if lost then
                return false, failure, true
            elseif value == false then
                refused = refused or failure
            end
            items[index] = value
        end
        if refused then
            return false, refused
        end
        return items
    end
    return false, "unexpected reply " .. sub(line, 1, 40), true
end

-- A connection that has signed in, from the pool where one is idle; nil and why.
local function connect(host, port)
    local socket = tcp()
    socket:settimeouts(settings.redis_connect_ms, settings.redis_send_ms, settings.redis_answer_ms)
    local ok, err = socket:connect(host, port, { pool = "redis" .. host .. port, pool_size = 4 })
    if not ok then
        return nil, err
    end
    if socket:getreusedtimes() > 0 then
        return socket
    end
    local hello = ""
    local answers = 0
    if settings.redis_password ~= "" then
        if settings.redis_user ~= "" then
            hello = command("AUTH", settings.redis_user, settings.redis_password)
        else
            hello = command("AUTH", settings.redis_password)
        end
        answers = 1
    end
    if settings.redis_database ~= 0 then
        hello = hello .. command("SELECT", settings.redis_database)
        answers = answers + 1
    end
    if answers > 0 then
        ok, err = socket:send(hello)
        for _ = 1, ok and answers or 0 do
            ok, err = reply(socket)
            if not ok then
                break
            end
        end
        if not ok then
            socket:close()
            return nil, err
        end
    end
    return socket
end

return { connect = connect, command = command, reply = reply }
