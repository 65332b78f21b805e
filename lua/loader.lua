-- GET /h/<site_key>.js, content phase: the loader as the monolith made it, kept in the shared dictionary, so that a busy site
-- costs the monolith one rendering in some seconds. An old one is given while a newer one is fetched behind it, and for as long
-- as the monolith is down: a page never goes without its tracker for that. Which keys exist sites.lua knows.
local behind = require "behind"
local monolith = require "monolith"
local request_id = require "request_id"
local shared = require "shared"
local sites = require "sites"

local find, match, sub, tonumber = string.find, string.match, string.sub, tonumber
local md5, now = ngx.md5, ngx.now
local FRESH_S = 5
local STALE_S = 2 -- how long an old one is used before the monolith is asked again
local ASKING_S = 6 -- a worker that asks keeps the others from it for so long at most
-- Browsers and CDNs between may use an old one too while they fetch a newer one, and where they get none.
local CACHED = "max-age=60, stale-while-revalidate=60, stale-if-error=86400"
local UNKNOWN = "/* Heatwake: no site has this key, or it is switched off. */\n"
local UNAVAILABLE = "/* Heatwake is not available now. */\n"

local function kept(fresh_until, etag, script)
    return fresh_until .. " " .. etag .. "\n" .. script
end

-- Has the monolith render the loader; gives what is kept of it, nil if it can't be had.
local function fetch(key, id)
    local answer = monolith.get("/internal/loader/" .. key .. ".js", id)
    if answer and answer.status == 200 then
        local text = kept(now() + FRESH_S, '"' .. sub(md5(answer.body), 1, 16) .. '"', answer.body)
        shared.loaders:set(key, text)
        return text
    end
    return nil
end

local refresh_behind = behind.work(function(keys)
    local key = keys[1]
    local lock = shared.asking(key)
    if shared.loaders:add(lock, true, ASKING_S) then
        fetch(key, request_id.make())
        shared.loaders:delete(lock)
    end
end, 1, function()
    return 0
end)

-- What is kept of the loader of a site that exists, as new as it can be had without waiting for it.
local function current(key)
    local text = shared.loaders:get(key)
    if not text then
        return fetch(key, ngx.var.hw_request_id)
    end
    if tonumber(match(text, "^%S+")) < now() then
        local line_end = find(text, "\n", 1, true)
        shared.loaders:set(key, kept(now() + STALE_S, match(text, "^%S+ (%S+)"), sub(text, line_end + 1)))
        refresh_behind(key)
    end
    return text
end

local function answer(status, cache_control, script)
    local header = ngx.header
    ngx.status = status
    header["Content-Type"] = "text/javascript; charset=utf-8"
    header["Cache-Control"] = cache_control
    header["Content-Length"] = #script
    ngx.print(script)
end

local function serve(key)
    local site, code = sites.find(key, ngx.var.hw_request_id)
    if not site and code == "unknown_site" then
        return answer(404, "max-age=5", UNKNOWN)
    end
    local text = current(key)
    if not text then
        return answer(503, "no-store", UNAVAILABLE)
    end
    local line_end = find(text, "\n", 1, true)
    local etag = match(text, "^%S+ (%S+)")
    ngx.header["ETag"] = etag
    local asked = ngx.var.http_if_none_match
    -- Compressed on the way it is named W/"…", which is the same here.
    if asked and (asked == "*" or find(asked, etag, 1, true)) then
        ngx.header["Cache-Control"] = CACHED
        ngx.status = 304
        return ngx.exit(ngx.HTTP_OK)
    end
    return answer(200, CACHED, sub(text, line_end + 1))
end

return { serve = serve }
