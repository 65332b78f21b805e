-- What a body must look like before it is taken: its first and last character tell enough (the worker reads the rest), and of
-- one that is large enough for too many events, their number. Called in the content phase for every request with the body's
-- bytes and size; no allocation.
local settings = require "settings"

local byte = string.byte

local OPEN_BRACE, CLOSE_BRACE = byte("{}", 1, 2)
local OPEN_BRACKET, CLOSE_BRACKET = byte("[]", 1, 2)
local QUOTE, BACKSLASH = byte('"\\', 1, 2)
local GZIP_1, GZIP_2 = 0x1f, 0x8b
local SHORTEST_GZIP = 18 -- its header and trailer

local MOST_EVENTS = settings.events_a_body
local SMALLEST_EVENT = 20 -- bytes, less than any has: what is smaller than so many of them is not looked through

-- Whether more objects than allowed lie in the list of the outermost object. What is no JSON gives any answer, and no error.
local function too_many(body, size)
    local depth, found, at, inside = 0, 0, 0, false
    while at < size do
        local char = body[at]
        if inside then
            if char == BACKSLASH then
                at = at + 1
            elseif char == QUOTE then
                inside = false
            end
        elseif char == QUOTE then
            inside = true
        elseif char == OPEN_BRACE or char == OPEN_BRACKET then
            if depth == 2 and char == OPEN_BRACE then
                found = found + 1
                if found > MOST_EVENTS then
                    return true
                end
            end
            depth = depth + 1
        elseif char == CLOSE_BRACE or char == CLOSE_BRACKET then
            depth = depth - 1
        end
        at = at + 1
    end
    return false
end

-- Whether the body begins and ends as an interactions body does, and has not too many events; else why not, and for what is
-- malformed the words for the sender.
local function events(body, size)
    if body[0] ~= OPEN_BRACE or body[size - 1] ~= CLOSE_BRACE then
        return false, "malformed", 'the body must be one JSON object, {"e":[…]}'
    elseif size > MOST_EVENTS * SMALLEST_EVENT and too_many(body, size) then
        return false, "too_many_events"
    end
    return true
end

-- The same for a recording chunk: a JSON array, plain or gzip.
local function recording(body, size)
    if body[0] == OPEN_BRACKET and body[size - 1] == CLOSE_BRACKET then
        return true
    end
    if size >= SHORTEST_GZIP and body[0] == GZIP_1 and body[1] == GZIP_2 then
        return true
    end
    return false, "malformed", "the body must be one JSON array of rrweb events, plain or gzip"
end

return { events = events, recording = recording }
