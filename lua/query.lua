-- Reads and checks the query string of /c/e and /c/r in any order and with arguments that the protocol does not know, and
-- tells what is wrong with it. Called for what tracker_query.lua does not recognise. The forms are those of
-- docs/protocol.md and collector/protocol.py, which reads the same string again in the worker.
local bit = require "bit"

local byte, find, sub = string.byte, string.find, string.sub
local band, bor = bit.band, bit.bor
local EQUALS = byte("=")
local COUNTRY = byte("g") -- records.lua adds it
local LONGEST = 1024 -- bytes of the whole query string; ours has about 160

local function characters(allowed)
    local set = {}
    for code = 0, 255 do
        set[code] = find(allowed, string.char(code), 1, true) ~= nil
    end
    return set
end

local HEX = characters("0123456789abcdef")
local DIGITS = characters("0123456789")
local FIELDS = {
    { name = "v", set = characters("1"), low = 1, high = 1, words = "1, the only version there is" },
    { name = "k", set = characters("abcdefghijklmnopqrstuvwxyz0123456789"), low = 8, high = 32,
        words = "a site key: 8 to 32 of a-z and 0-9" },
    { name = "s", set = HEX, low = 32, high = 32, words = "a session id: 32 lower-case hex digits" },
    { name = "p", set = HEX, low = 12, high = 12, words = "a page view id: 12 lower-case hex digits" },
    { name = "n", set = DIGITS, low = 1, high = 6, words = "a sequence number: 0 to 999999" },
    { name = "u", set = HEX, low = 32, high = 32, words = "a visitor id: 32 lower-case hex digits" },
    { name = "t", set = DIGITS, low = 1, high = 14, words = "the visitor's clock in unix ms" },
}
local BY_BYTE = {}
local ALL = 0
for index, field in ipairs(FIELDS) do
    field.mask = 2 ^ (index - 1)
    ALL = bor(ALL, field.mask)
    BY_BYTE[byte(field.name)] = field
end
local KEY, SESSION = BY_BYTE[byte("k")], BY_BYTE[byte("s")]

local function first_missing(seen)
    for _, field in ipairs(FIELDS) do
        if band(seen, field.mask) == 0 then
            return "query argument " .. field.name .. " is missing; it must be " .. field.words
        end
    end
end

-- The site key in `args` and where (0-based) the session id is; nil, nil and the words for the sender if anything in it is
-- not as it must be.
local function parse(args)
    local size = #args
    if size > LONGEST then
        return nil, nil, "the query string is longer than 1024 bytes"
    end
    local key, session
    local seen, at = 0, 1
    while at <= size do
        local stop = (find(args, "&", at, true) or size + 1) - 1
        local field = BY_BYTE[byte(args, at)]
        if byte(args, at) == COUNTRY and byte(args, at + 1) == EQUALS then
            return nil, nil, "query argument g is the collector's own"
        end
        if field and byte(args, at + 1) == EQUALS then
            if band(seen, field.mask) ~= 0 then
                return nil, nil, "query argument " .. field.name .. " is there twice"
            end
            seen = bor(seen, field.mask)
            local first = at + 2
            local length = stop - first + 1
            local right = length >= field.low and length <= field.high
            local set = field.set
            for position = first, right and stop or 0 do
                if not set[byte(args, position)] then
                    right = false
                    break
                end
            end
            if not right then
                return nil, nil, "query argument " .. field.name .. " must be " .. field.words
            end
            if field == KEY then
                key = sub(args, first, stop)
            elseif field == SESSION then
                session = first - 1
            end
        end
        at = stop + 2
    end
    if seen ~= ALL then
        return nil, nil, first_missing(seen)
    end
    return key, session
end

return { parse = parse }
