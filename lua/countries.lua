-- In which country a visitor's address is: two letters, which go with the first request of a page view; the address itself goes
-- nowhere. The tables are made by collector/countries and read once before the workers start, which share their memory.
-- A search without a branch that depends on what it finds, so that LuaJIT compiles it into the way of a request as it is.
local ffi = require "ffi"
local raw = require "raw"
local settings = require "settings"

local variable = raw.variable
local floor = math.floor
local ENTRY = 10 -- bytes: where a range begins, and its country
local SPAN = 2 ^ 49 -- more than any address

-- A function (starts, key) → the last place of `size` ascending starts, the first of them 0, that is not beyond `key`.
local function search_of(size)
    local steps = {}
    local half = size / 2
    while half >= 1 do
        steps[#steps + 1] = ("at = at + %d * (1 + floor((key - starts[at + %d]) / span))"):format(half, half)
        half = half / 2
    end
    local text = "local floor, span = ...\nreturn function(starts, key)\nlocal at = 0\n%s\nreturn at\nend"
    return loadstring(text:format(table.concat(steps, "\n")))(floor, SPAN)
end

-- A function: key → a pointer to its country's two letters; nil where none is known. Without the table it always gives nil.
local function lookup_of(name)
    local file = io.open(settings.countries .. "/" .. name, "rb")
    local data = file and file:read("*a")
    if file then
        file:close()
    end
    if not data or #data < ENTRY then
        return function()
            return nil
        end
    end
    local size = #data / ENTRY
    local starts, letters = ffi.new("double[?]", size), ffi.new("uint8_t[?]", size * 2)
    ffi.copy(starts, data, size * 8)
    ffi.copy(letters, data:sub(size * 8 + 1), size * 2)
    local search = search_of(size)
    return function(key)
        local found = letters + 2 * search(starts, key)
        return found[0] ~= 0 and found or nil
    end
end

local ipv4, ipv6 = lookup_of("ipv4.bin"), lookup_of("ipv6.bin")

local function number_of(bytes)
    return ((bytes[0] * 256 + bytes[1]) * 256 + bytes[2]) * 256 + bytes[3]
end

-- Two letters, as a pointer; nil where it isn't known.
local function of_visitor()
    local address, size = variable("binary_remote_addr")
    if size == 4 then
        return ipv4(number_of(address))
    elseif size == 16 then
        return ipv6((number_of(address) * 256 + address[4]) * 256 + address[5])
    end
    return nil
end

return { of_visitor = of_visitor }
