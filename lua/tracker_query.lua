-- Reads the query string in the one form in which our tracker writes it; anything else is left to query.lua.
-- Called first for every request. Straight-line code without a loop, so that LuaJIT compiles the whole way through
-- ingest.lua as one trace (a loop inside would leave all before it to the interpreter: 2 µs a request).
--   v=1&k=<key>&s=<32 hex>&p=<12 hex>&n=<1 or 2 digits>&u=<32 hex>&t=<13 digits>
local bit = require "bit"
local ffi = require "ffi"

local bor, cast, to_string = bit.bor, ffi.cast, ffi.string
local PAIRS = ffi.typeof("const uint16_t *")
local QUADS = ffi.typeof("const uint32_t *")
local FIXED = #"v=1&k=" + #"&s=" + 32 + #"&p=" + 12 + #"&n=" + #"&u=" + 32 + #"&t=" + 13 -- all but the key and n
local KEY_SIZE = 16
local AMPERSAND, EQUALS = string.byte("&=", 1, 2)
local ZERO, NINE = string.byte("09", 1, 2)

-- 0 for each pair of characters (as a 16-bit number) that is allowed, 1 for the others.
local function pairs_of(characters)
    local wrong = ffi.new("uint8_t[65536]")
    ffi.fill(wrong, 65536, 1)
    for first in characters:gmatch(".") do
        for second in characters:gmatch(".") do
            wrong[cast(PAIRS, first .. second)[0]] = 0
        end
    end
    return wrong
end

local NOT_HEX = pairs_of("0123456789abcdef")
local NOT_DIGITS = pairs_of("0123456789")
local NOT_KEY = pairs_of("0123456789abcdefghijklmnopqrstuvwxyz")
local HEAD = cast(QUADS, "v=1&")[0]

local function eight_hex(at)
    return bor(NOT_HEX[at[0]], NOT_HEX[at[1]], NOT_HEX[at[2]], NOT_HEX[at[3]])
end

local function thirty_two_hex(bytes)
    local at = cast(PAIRS, bytes)
    return bor(eight_hex(at), eight_hex(at + 4), eight_hex(at + 8), eight_hex(at + 12))
end

local function not_key(bytes)
    local at = cast(PAIRS, bytes)
    return bor(
        NOT_KEY[at[0]], NOT_KEY[at[1]], NOT_KEY[at[2]], NOT_KEY[at[3]],
        NOT_KEY[at[4]], NOT_KEY[at[5]], NOT_KEY[at[6]], NOT_KEY[at[7]]
    )
end

local function not_digit(byte)
    return (byte < ZERO or byte > NINE) and 1 or 0
end

local function not_field(bytes, letter)
    return (bytes[0] ~= AMPERSAND or bytes[1] ~= letter or bytes[2] ~= EQUALS) and 1 or 0
end

local P, N, S, U, T, K = string.byte("pnsutk", 1, 6)

-- The key, where in `args` (0-based) the session id is, and whether it is a page view's first request; nil if the string has
-- another form (not that it is wrong).
-- Keys that `heatwake project create` makes have 16 characters.
local function parse(args, size)
    local digits = size - FIXED - KEY_SIZE -- of n
    if digits < 1 or digits > 2 or cast(QUADS, args)[0] ~= HEAD then
        return nil
    end
    local s = 6 + KEY_SIZE
    local p = s + 35
    local n = p + 15
    local u = n + 3 + digits
    local t = u + 35
    local view, clock = cast(PAIRS, args + p + 3), cast(PAIRS, args + t + 3)
    local wrong = bor(
        not_field(args + 3, K), not_field(args + s, S), not_field(args + p, P),
        not_field(args + n, N), not_field(args + u, U), not_field(args + t, T),
        not_key(args + 6), thirty_two_hex(args + s + 3), thirty_two_hex(args + u + 3),
        eight_hex(view), NOT_HEX[view[4]], NOT_HEX[view[5]],
        bor(NOT_DIGITS[clock[0]], NOT_DIGITS[clock[1]], NOT_DIGITS[clock[2]]),
        bor(NOT_DIGITS[clock[3]], NOT_DIGITS[clock[4]], NOT_DIGITS[clock[5]]),
        not_digit(args[size - 1]), not_digit(args[n + 3]), not_digit(args[u - 1])
    )
    if wrong ~= 0 then
        return nil
    end
    return to_string(args + 6, KEY_SIZE), s + 3, digits == 1 and args[n + 3] == ZERO
end

return { parse = parse }
