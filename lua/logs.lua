-- Log lines of the hot path. nginx adds the client's address and the whole request line to what is logged during a request;
-- said from a timer it adds neither, so that no visitor's data gets into the log.
local concat, timer_at = table.concat, ngx.timer.at

local function write(_, text)
    ngx.log(ngx.CRIT, text)
end

-- Logs something that an operator must act on.
local function critical(...)
    local words = { ... }
    for index = 1, select("#", ...) do
        words[index] = tostring(words[index])
    end
    timer_at(0, write, concat(words))
end

return { critical = critical }
