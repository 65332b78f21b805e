-- What the edge answers when the dashboard does not: a page for people, JSON for programs, both with the request id.
-- error_page in the edge's configuration leads here.
local PAGE = [[
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Heatwake is starting</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { display: grid; place-content: center; min-height: 90vh; margin: 0 1.5rem; max-width: 60ch; margin-inline: auto }
  h1 { font-size: 1.4rem; margin: 0 } code { font-variant-numeric: tabular-nums }
</style>
<h1>The dashboard does not answer just now</h1>
<p>Visits are still being recorded. It is usually back within seconds; this page asks again by itself.</p>
<p>If it stays like this, the operator can run <code>bin/heatwake doctor</code>. Request <code>%s</code></p>
<script>setTimeout(function () { location.reload() }, 5000)</script>
</html>
]]
local ANSWER = '{"error":{"code":"unavailable","message":"The dashboard does not answer just now; try again.","request_id":"%s"}}\n'

local function serve()
    local id, header = ngx.var.hw_request_id, ngx.header
    ngx.status = 503
    header["X-Request-Id"], header["Retry-After"], header["Cache-Control"] = id, 5, "no-store"
    if string.find(ngx.var.uri, "^/api/") then
        header["Content-Type"] = "application/json"
        ngx.print(string.format(ANSWER, id))
    else
        header["Content-Type"] = "text/html; charset=utf-8"
        ngx.print((string.gsub(PAGE, "%%s", id)))
    end
end

return { serve = serve }
