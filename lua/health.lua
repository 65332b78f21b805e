-- GET /readyz of a node: whether it may take traffic, and if not, why; and whether it spools, which is told and no reason to
-- send its traffic elsewhere. Content phase, a few times a minute.
local cjson = require "cjson.safe"
local masters = require "masters"
local redis = require "redis"
local redis_watch = require "redis_watch"
local shared = require "shared"
local spool = require "spool"

local PING = redis.command("PING")

local function trouble_of(master)
    local socket, err = redis.connect(master.host, master.port)
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

local function redis_trouble()
    local found, err = masters.find()
    if not found then
        return "Redis can't be reached: " .. tostring(err)
    end
    for _, master in ipairs(found.masters) do
        local trouble = trouble_of(master)
        if trouble then
            return trouble
        end
    end
end

local function readyz()
    local away = redis_watch.away()
    local spooling = away and "Redis takes no batches: " .. away or redis_trouble()
    local unable = spooling and spool.trouble()
    local bytes = shared.metrics:get(shared.SPOOL_BYTES) or 0
    ngx.header["Content-Type"] = "application/json"
    if unable then
        ngx.status = 503
    end
    ngx.print(cjson.encode {
        ready = not unable,
        why = unable and { spooling, unable } or nil,
        spooling = spooling,
        spool_bytes = bytes > 0 and bytes or nil,
    }, "\n")
end

return { readyz = readyz }
