-- GET /readyz of a node: whether it may take traffic, and if not, why. Content phase, a few times a minute.
local cjson = require "cjson.safe"
local redis = require "redis"
local settings = require "settings"

local PING = redis.command("PING")

local function redis_trouble()
    local socket, err = redis.connect(settings.redis_host, settings.redis_port)
    if not socket then
        return "Redis can't be reached: " .. tostring(err)
    end
    local ok
    ok, err = socket:send(PING)
    if ok then
        ok, err = redis.reply(socket)
    end
    if ok ~= "PONG" then
        socket:close()
        return "Redis does not answer: " .. tostring(err)
    end
    socket:setkeepalive(60000)
end

local function readyz()
    local why = redis_trouble()
    ngx.header["Content-Type"] = "application/json"
    if why then
        ngx.status = 503
    end
    ngx.print(cjson.encode { ready = not why, why = why and { why } or nil }, "\n")
end

return { readyz = readyz }
