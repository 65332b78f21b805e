-- A variable of the request as a pointer into nginx's memory, valid until the request ends; some 60 ns.
-- ngx.var would make a Lua string of it: copied, hashed and collected. Worse, LuaJIT hashes a long string by 16 of its
-- bytes only, and bodies of one page look alike there: with many of them alive a lookup compares them all (measured: 35 µs
-- a request instead of 10). So what visitors send never becomes a Lua string on the hot path.
-- Rests on resty.core's own C function (its `var.lua` declares it), the same from lua-resty-core 0.1.18 to today.
local base = require "resty.core.base"
local ffi = require "ffi"
require "resty.core.hash"
require "resty.core.var"

local C = ffi.C
local get_request, get_string_buf, get_size_ptr = base.get_request, base.get_string_buf, base.get_size_ptr
local errmsg = base.get_errmsg_ptr()
local value = ffi.new("unsigned char *[1]")
local BYTES = ffi.typeof("const uint8_t *")

-- The variable's bytes and how many they are; nil if it is not there. `name` in lower case.
local function variable(name)
    local size = get_size_ptr()
    local name_size = #name
    local found = C.ngx_http_lua_ffi_var_get(get_request(), name, name_size, get_string_buf(name_size), 0, value, size, errmsg)
    if found ~= 0 then
        return nil, 0
    end
    return ffi.cast(BYTES, value[0]), tonumber(size[0])
end

-- CRC-32 of a few bytes.
local function crc32(bytes, size)
    return C.ngx_http_lua_ffi_crc32_short(bytes, size)
end

return { variable = variable, crc32 = crc32 }
