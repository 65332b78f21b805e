-- Who sends a request, as far as limits need to know: an address that is never kept. What stands in the shared dictionary is six
-- bytes of a digest with a salt that lives as long as this nginx, for a minute. Behind proxies nginx has put the visitor's
-- address in the place of theirs (main.conf, set_real_ip_from). Content phase.
local bit = require "bit"
local ffi = require "ffi"
local raw = require "raw"

local band, to_string, sub, md5 = bit.band, ffi.string, string.sub, ngx.md5_bin
local variable = raw.variable

local function random_salt()
    local file = io.open("/dev/urandom", "rb")
    local bytes = file and file:read(16)
    if file then
        file:close()
    end
    return bytes or tostring(ngx.now() * 1000) .. tostring({})
end

local SALT = random_salt() -- made before the workers start, so that all have the same

-- Whether an IPv4 address is of this machine or a private network: programs of the site's own, not one visitor among many.
local function is_private_4(address)
    local a, b = address[0], address[1]
    return a == 127 or a == 10 or a == 192 and b == 168 or a == 172 and band(b, 0xf0) == 16 or a == 169 and b == 254
end

-- The same for IPv6: ::1 (and what else begins with zeros), fc00::/7, fe80::/10.
local function is_private_6(address)
    local a, b = address[0], address[1]
    return a == 0 and b == 0 or band(a, 0xfe) == 0xfc or a == 0xfe and band(b, 0xc0) == 0x80
end

-- The bytes of the client's address that tell it from others (of IPv6 the network, /64) and how many; nil for whoever is not limited.
local function address()
    local bytes, size = variable("binary_remote_addr")
    if size == 4 and not is_private_4(bytes) then
        return bytes, 4
    elseif size == 16 and not is_private_6(bytes) then
        return bytes, 8
    end
    return nil, 0
end

-- A short name for the address, that nobody can turn back.
local function name(bytes, size)
    return sub(md5(SALT .. to_string(bytes, size)), 1, 6)
end

return { address = address, name = name }
