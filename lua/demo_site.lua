-- The demo project's site key for the shop's pages, read once when nginx starts (bin/up has made the project by then).
local cjson = require "cjson.safe"
local settings = require "settings"

local function read()
    local file = io.open(settings.demo_file, "rb")
    if not file then
        return ""
    end
    local demo = cjson.decode(file:read("*a"))
    file:close()
    return type(demo) == "table" and demo.site_key or ""
end

local key = read()

return {
    key = function()
        return key
    end,
}
