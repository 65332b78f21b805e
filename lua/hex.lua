-- Bytes as hex digits, two for each; not for the hot path.
local function digits(byte)
    return ("%02x"):format(byte:byte())
end

return function(bytes)
    return (bytes:gsub(".", digits))
end
