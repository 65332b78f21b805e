-- What nginx's configuration tells the hot path, read once in init_by_lua (the workers inherit it); never changed later.
-- Made by collector/nginx from the settings; the fields are described there.
local settings = {}

local function set(values)
    for name, value in pairs(values) do
        settings[name] = value
    end
end

return setmetatable(settings, {
    __call = function(_, values)
        set(values)
    end,
    __index = function(_, name)
        error("the hot path was not told the setting " .. name)
    end,
})
