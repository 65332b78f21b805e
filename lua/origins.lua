-- Which pages may send: a site's origins, as browsers name them, some with `*.` for every host below a name. `allows` is called
-- in the content phase for every request of a site that names origins; a wildcard's match is remembered with the exact ones.
local ffi = require "ffi"
local raw = require "raw"

local find, match, sub, to_string = string.find, string.match, string.sub, ffi.string
local variable = raw.variable
local REMEMBERED = 1000 -- hosts below wildcards that a site remembers
local LONGEST = 300 -- bytes of an origin

-- A site's list, made ready; nil if it names none.
local function prepared(listed)
    if not listed[1] then
        return nil
    end
    local exact, wild = {}, {}
    for _, origin in ipairs(listed) do
        local scheme, rest = match(origin, "^(https?://)%*(%..+)$")
        if scheme then
            wild[#wild + 1] = { scheme, rest }
        else
            exact[origin] = true
        end
    end
    return { exact = exact, wild = wild[1] and wild, remembered = 0 }
end

local function is_below(origin, wild)
    for index = 1, #wild do
        local scheme, rest = wild[index][1], wild[index][2]
        local host = sub(origin, #scheme + 1, -#rest - 1)
        if host ~= "" and sub(origin, 1, #scheme) == scheme and sub(origin, -#rest) == rest and not find(host, "[^%w%-_.]") then
            return true
        end
    end
    return false
end

-- Whether the page of the request at hand is of one of `origins`.
local function allows(origins)
    local text, size = variable("http_origin")
    if not text or size > LONGEST then
        return false
    end
    local origin = to_string(text, size)
    if origins.exact[origin] then
        return true
    elseif not origins.wild or not is_below(origin, origins.wild) then
        return false
    end
    if origins.remembered < REMEMBERED then
        origins.remembered = origins.remembered + 1
        origins.exact[origin] = true
    end
    return true
end

return { prepared = prepared, allows = allows }
