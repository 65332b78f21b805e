-- What a body must look like before it is taken: its first and last character tell enough (the worker reads the rest).
-- Called in the content phase for every request with the body's bytes and size; no allocation.
local byte = string.byte

local OPEN_BRACE, CLOSE_BRACE = byte("{}", 1, 2)
local OPEN_BRACKET, CLOSE_BRACKET = byte("[]", 1, 2)
local GZIP_1, GZIP_2 = 0x1f, 0x8b
local SHORTEST_GZIP = 18 -- its header and trailer

-- Whether the body begins and ends as an interactions body does; else the words for the sender.
local function events(body, size)
    if body[0] == OPEN_BRACE and body[size - 1] == CLOSE_BRACE then
        return true
    end
    return false, 'the body must be one JSON object, {"e":[…]}'
end

-- The same for a recording chunk: a JSON array, plain or gzip.
local function recording(body, size)
    if body[0] == OPEN_BRACKET and body[size - 1] == CLOSE_BRACKET then
        return true
    end
    if size >= SHORTEST_GZIP and body[0] == GZIP_1 and body[1] == GZIP_2 then
        return true
    end
    return false, "the body must be one JSON array of rrweb events, plain or gzip"
end

return { events = events, recording = recording }
