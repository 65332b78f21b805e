-- The functions of spool_segment.lua, run in nginx's thread pool where nginx has one for Lua (ngx.run_worker_thread, since
-- lua-nginx-module 0.10.20): a sync that takes long then holds up nobody but who waits for it. Elsewhere they block the worker
-- for as long. Called where a light thread may wait: in timers.
local spool_segment = require "spool_segment"

local pcall, run_worker_thread = pcall, rawget(ngx, "run_worker_thread")
local POOL = "spool" -- collector/nginx/main.conf

local function outcome(ok, ...)
    if not ok then
        return nil, ...
    end
    return ...
end

local function call(name, ...)
    if run_worker_thread then
        return outcome(run_worker_thread(POOL, "spool_segment", name, ...))
    end
    return outcome(pcall(spool_segment[name], ...))
end

local files = {}
for name in pairs(spool_segment) do
    files[name] = function(...)
        return call(name, ...)
    end
end
return files
