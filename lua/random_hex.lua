-- Random hex digits that nobody outside can foresee, for names and marks; not for the hot path.
local hex = require "hex"

-- Two digits for each of so many bytes; nil where the system has none to give.
local function random_hex(bytes)
    local source = io.open("/dev/urandom", "rb")
    local found = source and source:read(bytes)
    if source then
        source:close()
    end
    return found and #found == bytes and hex(found) or nil
end

return random_hex
