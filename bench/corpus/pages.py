"""Which pages the corpus has: landing pages, blogs, shops, dashboards, slides and small applications."""

from __future__ import annotations

from typing import Final, NamedTuple


class CorpusPage(NamedTuple):
    """A page of a package: `path` is below the package's folder."""

    package: str
    path: str

    @property
    def name(self) -> str:
        return f"{self.package}/{self.path}"


def _pages(package: str, folder: str, *names: str) -> list[CorpusPage]:
    return [CorpusPage(package, f"{folder}{name}.html") for name in names]


SB_ADMIN_2: Final = _pages(
    "startbootstrap-sb-admin-2", "", "index", "tables", "buttons", "cards", "charts", "forgot-password",
    "utilities-color", "register",
)  # fmt: skip
SB_ADMIN: Final = _pages(
    "startbootstrap-sb-admin", "dist/", "index", "tables", "charts", "layout-static", "login", "register", "401"
)
SITES: Final[dict[str, list[CorpusPage]]] = {"sb-admin-2": SB_ADMIN_2, "sb-admin": SB_ADMIN}

# What these pages need is in their packages (`site` serves nothing from elsewhere).
PAGES: Final = [
    *SB_ADMIN_2[:5],
    *_pages("startbootstrap-clean-blog", "dist/", "index", "post"),
    *_pages("startbootstrap-freelancer", "dist/", "index"),
    *_pages("startbootstrap-agency", "dist/", "index"),
    *_pages("startbootstrap-creative", "dist/", "index"),
    *_pages("startbootstrap-shop-homepage", "dist/", "index"),
    *_pages("startbootstrap-resume", "dist/", "index"),
    *_pages("startbootstrap-modern-business", "dist/", "index"),
    *_pages(
        "gentelella",
        "dist/production/",
        "profile",
        "landing",
        "form",
        "typography",
        "pricing_tables",
        "login",
        "invoice",
    ),
    *_pages("reveal.js", "", "demo"),
    *_pages("todomvc", "examples/", "jquery/index", "knockoutjs/index"),
]
