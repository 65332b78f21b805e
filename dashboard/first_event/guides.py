"""How to put the snippet on a site, by what the site is made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Guide:
    """A guide: steps in plain words and what to paste. `{snippet}`, `{src}`, `{origin}` stand for the site's own."""

    name: str
    steps: tuple[str, ...]
    paste: str


GUIDES: Final = (
    Guide(
        "Plain HTML",
        (
            "Paste the lines into the <head> of every page, or into the template that all pages share.",
            "Publish the page and open it once; the first event shows here within seconds.",
        ),
        "{snippet}",
    ),
    Guide(
        "React and Next.js",
        (
            "Next.js: put this into app/layout.tsx, inside <body>. Navigation within the app is followed by itself.",
            "Any other React app: paste the plain line into the <head> of index.html.",
        ),
        'import Script from "next/script";\n\n<Script src="{src}" strategy="afterInteractive" />',
    ),
    Guide(
        "WordPress",
        (
            "Appearance → Theme File Editor → functions.php of your (child) theme, or a plugin for header scripts.",
            "Paste this at the end, then empty the page cache if a caching plugin is in use.",
        ),
        "add_action('wp_head', function () {{\n    echo '{snippet}';\n}});",
    ),
    Guide(
        "Shopify",
        (
            "Online Store → Themes → … → Edit code → layout/theme.liquid.",
            "Paste the lines right before </head> and save. It covers every page of the shop but the checkout.",
        ),
        "{snippet}",
    ),
    Guide(
        "Tag manager",
        (
            "New tag → Custom HTML, trigger All Pages.",
            "Paste this; a tag manager drops the async attribute of a plain line, so the script is added by hand.",
        ),
        "<script>\n  var tag = document.createElement('script');\n  tag.async = true;\n  tag.src = '{src}';\n"
        "  document.head.appendChild(tag);\n</script>",
    ),
    Guide(
        "CSP header",
        (
            "Only if your site sends a Content-Security-Policy: let the script load and its events go out.",
            "Add the address to both directives that you have already.",
        ),
        "script-src  {origin};\nconnect-src {origin};",
    ),
)


def filled(guide: Guide, snippet: str, src: str) -> str:
    """What to paste for a site whose script is at `src`."""
    parts = urlsplit(src)
    return guide.paste.format(snippet=snippet, src=src, origin=f"{parts.scheme}://{parts.netloc}")
