-- Work that no request waits for: what is put down here is done by one light thread a worker and kind of work, one thing after
-- the other, or several gathered. For sites.lua and loader.lua, which answer with what they have and fetch what is newer behind it.
local logs = require "logs"

local exiting, min, pcall, timer_at = ngx.worker.exiting, math.min, pcall, ngx.timer.at
local MOST_WAITING = 10000

-- A kind of work: `act(keys)` for up to `most` keys at once, `wait()` seconds after the first of them has been put down.
-- Gives the function that puts a key down; it does nothing while the key waits already, or too much does.
local function work(act, most, wait)
    local waiting, listed = {}, {} -- keys, in the order of arrival; key → true
    local first, last = 1, 0
    local running = false
    local run

    local function start()
        running = true
        local ok, err = timer_at(exiting() and 0 or wait(), run)
        if not ok then
            running = false
            logs.critical("no timer for work behind requests: ", err)
        end
    end

    local function act_on(up_to)
        local keys = {}
        for at = first, up_to do
            keys[#keys + 1] = waiting[at]
            waiting[at] = nil
        end
        first = up_to + 1
        local ok, err = pcall(act, keys)
        for index = 1, #keys do
            listed[keys[index]] = nil
        end
        if not ok then
            logs.critical("work behind requests ended badly: ", err)
        end
    end

    function run()
        local gathered = last
        while first <= gathered do
            act_on(min(gathered, first + most - 1))
        end
        running = false
        if first <= last then
            start()
        end
    end

    return function(key)
        if listed[key] or last - first >= MOST_WAITING then
            return
        end
        listed[key] = true
        last = last + 1
        waiting[last] = key
        if not running then
            start()
        end
    end
end

return { work = work }
