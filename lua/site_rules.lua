-- What the door needs of a site, made ready once for each answer of the monolith: the beginnings of its records, and its rules
-- in the form in which admission.lua asks for them. A rule that a site does not have is nil. The fields of `site` are those of
-- storage/sites.py, Site; 0 stands for "no limit".
local bit = require "bit"
local ffi = require "ffi"
local origins = require "origins"
local shared = require "shared"

local QUADS = ffi.typeof("const uint32_t *")
local ALL = 4294967296 -- sample_below of a site that keeps every session

local function at_most(limit)
    return limit and limit > 0 and limit or nil
end

local function sampled(site, below)
    if not below or below >= ALL then
        return
    end
    local digits = string.format("%08x", below)
    local words = ffi.cast(QUADS, digits)
    site.sample_high, site.sample_low = bit.bswap(words[0]), bit.bswap(words[1])
end

local function limited(site, known)
    site.rate = at_most(known.requests_per_second)
    site.rate_key = site.rate and shared.rate_of_site(known.site_id)
    site.client_sessions = at_most(known.client_sessions_per_minute)
    site.sessions_per_day = at_most(known.sessions_per_day)
    site.sessions_today, site.sessions_day = known.sessions_today or 0, known.sessions_day
    site.over_until = at_most(known.over_until)
end

-- A site's fields as a layer told them → what the hot path reads.
local function prepared(known)
    local owner = " " .. known.project_id .. " " .. known.site_id .. " "
    local site = {
        project_id = known.project_id,
        e = "e" .. owner,
        r = "r" .. owner,
        tag = known.site_id .. ":",
        origins = origins.prepared(known.origins),
        keeps_do_not_track = known.keep_do_not_track ~= false,
        filters_bots = known.filter_bots ~= false,
    }
    if known.salts and known.salts[1] then
        site.salts = {}
        for _, told in ipairs(known.salts) do
            site.salts[told[1]] = told[2]
        end
    end
    sampled(site, known.sample_below)
    limited(site, known)
    return site
end

return { prepared = prepared }
