-- Which of several memcached nodes has a key: the same choice as pymemcache's HashClient makes in storage/cache (rendezvous
-- hashing: the node with the highest MurmurHash3 of "<node>-<key>"). Only asked when a site is in no memory of this nginx.
local bit = require "bit"

local band, bor, bxor, lshift, rshift, rol = bit.band, bit.bor, bit.bxor, bit.lshift, bit.rshift, bit.rol
local byte = string.byte

-- The low 32 bits of a product; a double holds 53 bits, so one factor is taken in halves.
local function multiply(a, b)
    local low, high = band(a, 0xffff), rshift(a, 16)
    return bit.tobit(low * b % 4294967296 + lshift(bit.tobit(high * b % 4294967296), 16))
end

local C1, C2 = 0xcc9e2d51, 0x1b873593

local function scramble(word)
    return multiply(rol(multiply(word, C1), 15), C2)
end

-- MurmurHash3, 32 bits, seed 0, of a string: 0 to 2^32 - 1.
local function murmur3(data)
    local size = #data
    local hash = 0
    local whole = size - size % 4
    for at = 1, whole, 4 do
        local a, b, c, d = byte(data, at, at + 3)
        hash = bxor(hash, scramble(bor(a, lshift(b, 8), lshift(c, 16), lshift(d, 24))))
        hash = bit.tobit(multiply(rol(hash, 13), 5) + 0xe6546b64)
    end
    if whole < size then
        local a, b, c = byte(data, whole + 1, size)
        hash = bxor(hash, scramble(bor(a, lshift(b or 0, 8), lshift(c or 0, 16))))
    end
    hash = bxor(hash, size)
    hash = multiply(bxor(hash, rshift(hash, 16)), 0x85ebca6b)
    hash = multiply(bxor(hash, rshift(hash, 13)), 0xc2b2ae35)
    return bxor(hash, rshift(hash, 16)) % 4294967296
end

-- The node of `nodes` ({name = "host:port", …} each) that keeps `key`.
local function choose(nodes, key)
    local best, highest = nodes[1], -1
    for index = 1, #nodes do
        local score = murmur3(nodes[index].name .. "-" .. key)
        if score > highest then
            best, highest = nodes[index], score
        end
    end
    return best
end

return { choose = choose, murmur3 = murmur3 }
