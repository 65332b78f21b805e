-- Work that no request waits for: one light thread a worker does what has been put down here, one thing after the other, each
-- named thing once at a time. For sites.lua and loader.lua, which answer with what they have and fetch what is newer behind it.
local logs = require "logs"

local pcall, timer_at = pcall, ngx.timer.at
local MOST_WAITING = 10000

local waiting, listed = {}, {} -- names and their work, in the order of arrival; name → true
local first, last = 1, 0
local running = false
local run

local function start()
    running = true
    local ok, err = timer_at(0, run)
    if not ok then
        running = false
        logs.critical("no timer for work behind requests: ", err)
    end
end

function run()
    while first <= last do
        local work = waiting[first]
        waiting[first] = nil
        first = first + 1
        local ok, err = pcall(work.act, work.key)
        listed[work.name] = nil
        if not ok then
            logs.critical("work behind requests ended badly: ", err)
        end
    end
    running = false
end

-- Has `act(key)` done soon, unless something of this `name` waits already or too much does.
local function later(name, act, key)
    if listed[name] or last - first >= MOST_WAITING then
        return
    end
    listed[name] = true
    last = last + 1
    waiting[last] = { name = name, act = act, key = key }
    if not running then
        start()
    end
end

return { later = later }
