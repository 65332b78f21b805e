-- GET /h/<site_key>.js, content phase: the loader as the monolith made it, kept in the shared dictionary for a few seconds,
-- so that a busy site costs the monolith one rendering now and then. Answers are `<status> <cache-control>\n<script>`.
local shared = require "shared"

local find, match, sub, tonumber = string.find, string.match, string.sub, tonumber
local KEPT_S = { [200] = 5, [404] = 2 } -- what is not here is not kept

local function ask(key)
    local answer = ngx.location.capture("/internal/loader/" .. key .. ".js", { args = { request_id = ngx.var.hw_request_id } })
    if answer.status ~= 200 and answer.status ~= 404 then
        return "503 no-store\n/* Heatwake is not available now. */\n", nil
    end
    local text = answer.status .. " " .. (answer.header["Cache-Control"] or "no-store") .. "\n" .. answer.body
    return text, KEPT_S[answer.status]
end

local function serve(key)
    local text = shared.loaders:get(key)
    if not text then
        local seconds
        text, seconds = ask(key)
        if seconds then
            shared.loaders:set(key, text, seconds)
        end
    end
    local line_end = find(text, "\n", 1, true)
    local status, cache_control = match(sub(text, 1, line_end - 1), "^(%d+) (.*)$")
    ngx.status = tonumber(status)
    ngx.header["Content-Type"] = "text/javascript; charset=utf-8"
    ngx.header["Cache-Control"] = cache_control
    ngx.header["Content-Length"] = #text - line_end
    ngx.print(sub(text, line_end + 1))
end

return { serve = serve }
