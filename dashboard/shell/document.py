"""The HTML document around the app: what is there before any script has run.

`assets/boot.js` runs in the head, so that the theme is right in the first paint; what stands in `app_entry` until the
app has loaded has the frame's shape, so that nothing jumps.
"""

from __future__ import annotations

from typing import Final

# Not among the scripts that Dash adds at the end of the body.
IGNORED_ASSETS: Final = r"boot\.js"

DOCUMENT: Final = """<!DOCTYPE html>
<html lang="en">
  <head>
    {%metas%}
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{%title%}</title>
    <link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
    <script src="/assets/boot.js"></script>
    {%css%}
  </head>
  <body>
    {%app_entry%}
    <footer>
      {%config%}
      {%scripts%}
      {%renderer%}
    </footer>
  </body>
</html>"""
