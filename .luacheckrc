-- luacheck lua/: the hot path runs in nginx's LuaJIT.
std = "ngx_lua"
max_line_length = 140
