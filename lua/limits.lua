-- What a body must look like before it is taken: its first and last character tell enough (the worker reads the rest).
-- Called in the content phase for every request; no allocation.
local byte = string.byte

local OPEN_BRACE, CLOSE_BRACE = byte("{"), byte("}")
local OPEN_BRACKET, CLOSE_BRACKET = byte("["), byte("]")
local GZIP_1, GZIP_2 = 0x1f, 0x8b
local SHORTEST_GZIP = 18 -- its header and trailer

-- Whether `body` begins and ends as an interactions body does; else the words for the sender.
local function events(body)
    if byte(body, 1) == OPEN_BRACE and byte(body, -1) == CLOSE_BRACE then
        return true
    end
    return false, 'the body must be one JSON object, {"e":[…]}'
end

-- The same for a recording chunk: a JSON array, plain or gzip.
local function recording(body)
    local first, second = byte(body, 1, 2)
    if first == OPEN_BRACKET and byte(body, -1) == CLOSE_BRACKET then
        return true
    end
    if first == GZIP_1 and second == GZIP_2 and #body >= SHORTEST_GZIP then
        return true
    end
    return false, "the body must be one JSON array of rrweb events, plain or gzip"
end

return { events = events, recording = recording }
