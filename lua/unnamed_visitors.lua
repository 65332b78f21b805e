-- Visitors of whom nothing is kept in the browser: the tracker says zeros for their session and visitor ids, and the door puts a
-- name in their place, the same all day for one address and browser on one site. It is made with the day's salt, which the
-- monolith makes and deletes when the day is over (storage/visitor_salts.py). Content phase, only for such requests.
local ffi = require "ffi"
local hex = require "hex"
local raw = require "raw"

local cast, floor, now, to_string = ffi.cast, math.floor, ngx.now, ffi.string
local gsub, sub = string.gsub, string.sub
local variable = raw.variable
local BYTES = ffi.typeof("const uint8_t *")
local HALVES = ffi.typeof("const uint64_t *")
local ZEROS = ("0"):rep(32)
local IDS = "%f[%w]([su]=)" .. ZEROS .. "%f[^%w]"
local NOBODY = cast(HALVES, ZEROS)[0]
local DAY_S = 86400

-- Whether the session id at `session` is the one that stands for none.
local function is_unnamed(session)
    local halves = cast(HALVES, session)
    return halves[0] == NOBODY and halves[1] == NOBODY and halves[2] == NOBODY and halves[3] == NOBODY
end

-- The query string with a name in the place of the zeros, as a pointer (valid until the request ends) and its size; nil while
-- today's salt is not known.
local function named(site, args, size, ua, ua_size)
    local salt = site.salts and site.salts[floor(now() / DAY_S)]
    if not salt then
        return nil
    end
    local address, address_size = variable("binary_remote_addr")
    local seen = to_string(address, address_size) .. "\0" .. (ua and to_string(ua, ua_size) or "")
    local name = sub(hex(ngx.hmac_sha1(salt, site.tag .. seen)), 1, 32)
    local text = gsub(to_string(args, size), IDS, "%1" .. name)
    ngx.ctx.named = text -- a pointer alone would not keep it from the collector
    return cast(BYTES, text), #text
end

return { is_unnamed = is_unnamed, named = named }
