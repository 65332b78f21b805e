-- luacheck lua/: the hot path runs in nginx's LuaJIT.
std = "ngx_lua"
max_line_length = 140
-- bench/visitors.lua runs in wrk, which calls these.
files["bench"] = { globals = { "setup", "init", "delay", "request", "done", "issued", "thread_id" } }
