-- Visitors for wrk: sessions of four page views, each page view with three requests of eight events, as the tracker sends
-- them; many sessions at once, each with its own ids, user agent and pages. Arguments: seed, site keys (separated by
-- commas), Host, Origin, sessions at once, requests a second (0: as fast as they are answered), pages of all sites together,
-- seconds after which nothing more is sent (0: to the end), so that all of it is answered when wrk stops.
local ffi = require "ffi"
ffi.cdef [[
    typedef struct { long s; long ns; } hw_time;
    int clock_gettime(int, hw_time *);
]]
local moment = ffi.new "hw_time"

local function now()
    ffi.C.clock_gettime(0, moment)
    return tonumber(moment.s) + tonumber(moment.ns) / 1e9
end

local VIEWS, REQUESTS = 4, 3 -- page views a session, requests a page view
local SELECTORS = 40
local AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
}

local format, random = string.format, math.random
local threads = {}
local sessions, turn = {}, 0
local seed, host, origin, at_once, rate, lasts, thread_id
local keys, pages = {}, 0 -- pages of a site
local made = 0
thread_id = 1 -- set anew by setup
local began, tried
local NEVER = 3600000 -- ms; wrk has stopped by then

issued = 0 -- requests that were given to wrk to send

function setup(thread)
    thread:set("thread_id", #threads + 1)
    threads[#threads + 1] = thread
end

local function id(digits)
    made = made + 1
    local text = format("%08x%06x%02x%08x%08x", seed, made, thread_id, random(0, 0xffffffff), random(0, 0xffffffff))
    return text:sub(1, digits)
end

local function view_id()
    made = made + 1
    return format("%02x%010x", thread_id, made)
end

-- `views` that it has had already, of which we know nothing.
local function new_session(views)
    return {
        id = id(32), visitor = id(32), key = keys[random(#keys)], agent = AGENTS[random(#AGENTS)],
        views = views, number = REQUESTS, last = REQUESTS,
    }
end

-- A session that is under way when the load begins: its page view is shorter than others, so that page views and sessions do
-- not all begin and end at the same time.
local function begun_session()
    local session = new_session(random(0, VIEWS - 1))
    session.views, session.number, session.last, session.view = session.views + 1, 0, random(REQUESTS), view_id()
    return session
end

local function element(number)
    return format("#main > div:nth-of-type(%d) > a:nth-of-type(1)", number or random(SELECTORS))
end

local function click(t)
    local number = random(SELECTORS) -- an element has its place on a page
    return format('{"k":"click","t":%d,"el":"%s","fx":%d,"fy":%d,"b":[%d,%d,120,40],"text":"Add to cart"}',
        t, element(number), random(0, 10000), random(0, 10000), number % 8 * 130, number * 45)
end

local function move(t)
    return format('{"k":"move","t":%d,"m":[[0,"%s",%d,%d],[110,"%s",%d,%d]]}',
        t, element(), random(0, 10000), random(0, 10000), element(), random(0, 10000), random(0, 10000))
end

local function scroll(t)
    return format('{"k":"scroll","t":%d,"d":%d,"dh":3200}', t, random(10, 100))
end

local function page(t)
    return format('{"k":"page","t":%d,"url":"%s/products/%d?ref=list","nav":"load","vw":1280,"vh":800,"dh":3200,"title":"Product %d",'
        .. '"ref":"https://search.example/","sw":1440,"lang":"en","tz":"Europe/Paris"}', t, origin, random(pages), random(pages))
end

local function body(number, t)
    local first = number == 0 and page(t - 4000) or move(t - 4000)
    local last = number == REQUESTS - 1 and format('{"k":"leave","t":%d,"d":80,"dh":3200,"ms":15000}', t)
        or format('{"k":"event","t":%d,"name":"viewed","props":{"price":%d,"currency":"EUR"}}', t, random(100))
    return format('{"e":[%s,%s,%s,%s,%s,%s,%s,%s]}', first, move(t - 3500), scroll(t - 3000), click(t - 2500),
        move(t - 2000), scroll(t - 1500), click(t - 1000), last)
end

function init(args)
    seed, host, origin = tonumber(args[1]), args[3], args[4]
    for key in args[2]:gmatch("[^,]+") do
        keys[#keys + 1] = key
    end
    at_once, rate = tonumber(args[5]), tonumber(args[6])
    pages = math.max(1, math.floor(tonumber(args[7]) / #keys))
    lasts = tonumber(args[8])
    math.randomseed(seed * 64 + thread_id)
    if rate > 0 or lasts > 0 then
        local planned = 0
        -- Each request has its time in the plan; a connection that is ready early waits for it.
        function delay()
            local t = now()
            began = began or t
            local wait = 0
            if rate > 0 then
                planned = math.max(planned + 1, math.floor((t - began - 0.1) * rate))
                wait = math.max(0, (began + planned / rate - t) * 1000)
            end
            if lasts > 0 and t + wait / 1000 > began + lasts then
                return NEVER
            end
            return wait > 0 and math.floor(wait + random()) or 0
        end
    end
end

function request()
    if thread_id == 1 and not tried then
        tried = true -- wrk looks at one request of the first thread before it begins, and does not send it
        return "GET / HTTP/1.1\r\n\r\n"
    end
    turn = turn % at_once + 1
    local session = sessions[turn]
    if not session then
        session = begun_session()
        sessions[turn] = session
    elseif session.number == session.last and session.views == VIEWS then
        session = new_session(0)
        sessions[turn] = session
    end
    if session.number == session.last then
        session.views, session.number, session.last, session.view = session.views + 1, 0, REQUESTS, view_id()
    end
    local t = math.floor(now() * 1000)
    local text = body(session.number, t)
    local head = format("POST /c/e?v=1&k=%s&s=%s&p=%s&n=%d&u=%s&t=%d HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nUser-Agent: %s\r\n"
        .. "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: %d\r\n\r\n",
        session.key, session.id, session.view, session.number, session.visitor, t, host, origin, session.agent, #text)
    session.number = session.number + 1
    issued = issued + 1
    return head .. text
end

function done(summary, latency)
    local given = 0
    for _, thread in ipairs(threads) do
        given = given + thread:get "issued"
    end
    local errors = summary.errors
    io.write(format('\n{"requests":%d,"issued":%d,"seconds":%.6f,"refused":%d,"broken":%d,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f}\n',
        summary.requests, given, summary.duration / 1e6, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
