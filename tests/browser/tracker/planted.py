"""A page full of secrets: typed, filled in, in marked places, and such as look personal wherever they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Final
from urllib.parse import quote

TYPES: Final = ("text", "password", "email", "tel", "number", "search", "url", "date", "time", "month", "week", "color")
PERSONAL: Final = ("email", "card", "plain card", "phone", "iban")  # recognised wherever they stand
PICTURE: Final = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
SHADOW: Final = (
    "<div id=host№></div><script>document.querySelector('#host№').attachShadow({mode: 'open'})"
    ".innerHTML = 'INSIDE'</script>"
)
CANVAS: Final = (
    "<canvas width=300 height=40></canvas><script>document.currentScript.previousSibling"
    ".getContext('2d').fillText('@', 5, 20)</script>"
)
COPIES: Final = """
<output id=mirror></output><div id=wrap></div>
<script>
  addEventListener('input', (event) => {
    const field = event.composedPath()[0], text = field.value ?? field.textContent;
    if (field.matches('input[type=text], textarea')) field.setAttribute('value', text);
    document.querySelector('#mirror').textContent = 'Hello ' + text;
    document.querySelector('#wrap').dataset.copy = document.querySelector('#wrap').title = text;
    document.title = 'Order of ' + text;
  });
</script>"""


def luhn(stem: str) -> str:
    """A card's number: 15 digits and their check digit (ISO/IEC 7812-1)."""
    total = sum(int(one) if place % 2 else int(one) * 2 - 9 * (int(one) > 4) for place, one in enumerate(stem))
    return stem + str(-total % 10)


def iban(number: int) -> str:
    """A German IBAN with its check digits (ISO 13616)."""
    bank = f"{37_040_044_000_000_000_0 + number:018d}"
    return f"DE{98 - int(bank + '131400') % 97:02d}{bank}"


def grouped(number: str, size: int = 4) -> str:
    return " ".join(number[at : at + size] for at in range(0, len(number), size))


@dataclass
class Planted:
    """`secrets`: in lower case, one each, as they would be found. `typed`: (selector, text) to type by hand."""

    secrets: list[str] = field(default_factory=list)
    typed: list[tuple[str, str]] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    query: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    _numbers: count = field(default_factory=lambda: count(1))

    def secret(self, form: str = "word") -> str:
        """A new one, which is remembered."""
        number = next(self._numbers)
        word = f"zq{number:03d}xanthe{number * 7919 % 1000:03d}"
        made = {
            "word": lambda: (word, word),
            "email": lambda: (f"{word}@mail.example", word),
            "card": lambda: (grouped(luhn(f"41111{number:010d}")), grouped(luhn(f"41111{number:010d}"))),
            "plain card": lambda: (luhn(f"52222{number:010d}"), luhn(f"52222{number:010d}")),
            # Long enough not to stand in a busy stack's log by chance.
            "phone": lambda: (f"+49 {15_180_000_000 + number * 731}", f"{15_180_000_000 + number * 731}"),
            "iban": lambda: (grouped(iban(number)), grouped(iban(number))),
            "number": lambda: (f"{777_000_000_000 + number * 7_919}",) * 2,
            "token": lambda: (f"tk{number:03d}a8f3e91b7c55d2",) * 2,
        }[form]()
        self.secrets.append(made[1].lower())
        return made[0]

    def put(self, times: int, html: str, form: str = "word") -> None:
        """Add so many pieces; in each `@` becomes a new secret, `№` the piece's number.

        The form `personal` stands for those of PERSONAL in turn.
        """
        for at in range(times):
            self.html.append(self._filled(html, PERSONAL[at % len(PERSONAL)] if form == "personal" else form, at))

    def field(self, times: int, html: str, selector: str) -> None:
        """Add so many fields, `№` their number, each with a secret to be typed into it."""
        for at in range(times):
            self.html.append(html.replace("№", str(at)))
            self.typed.append((selector.replace("№", str(at)), self.secret()))

    def run(self, times: int, script: str, form: str) -> None:
        """Add so many scripts, in the same way as `put`."""
        self.scripts += [self._filled(script, form, at) for at in range(times)]

    def _filled(self, text: str, form: str, at: int) -> str:
        first, *others = text.replace("№", str(at)).split("@")
        return first + "".join(self.secret(form) + other for other in others)


def plant() -> Planted:
    """Two hundred of them."""
    page = Planted()
    _typed(page)
    _marked(page)
    _personal(page)
    _addresses(page)
    return page


def _typed(page: Planted) -> None:
    """Sixty that a visitor types, each in a field of its own."""
    text = [kind for kind in TYPES if kind not in ("date", "time", "month", "week", "color")]
    for at in range(35):
        kind = text[at % len(text)]
        form = {"number": "number", "tel": "phone", "email": "email"}.get(kind, "word")
        page.html.append(f"<input id=f{at} type={kind} aria-label='Field {at}'>")
        page.typed.append((f"#f{at}", page.secret(form)))
    page.field(5, "<textarea id=area№></textarea>", "#area№")
    page.field(5, "<div id=edit№ contenteditable></div>", "#edit№")
    page.field(5, "<div id=role№ role=textbox contenteditable=plaintext-only></div>", "#role№")
    page.field(5, SHADOW.replace("INSIDE", "<input id=deep№>"), "#deep№")
    page.field(5, '<form autocomplete=on><input id=auto№ name=email№ autocomplete="street-address"></form>', "#auto№")


def _marked(page: Planted) -> None:
    """Fifty in fields and places whose text is never sent."""
    for at in range(12):
        page.html.append(f"<input type={TYPES[at % 7]} value='{page.secret('number')}' aria-label=Filled>")
    page.put(5, "<input type=hidden name=csrf value='@'>")
    page.put(10, "<p data-hw-mask>Dear <b>@</b></p>")
    page.put(5, "<div data-hw-mask><i title='@' aria-label='@'>x</i></div>")
    page.put(5, "<section data-hw-block>@<img alt='x' src='/none.png?n'></section>")
    page.put(4, CANVAS)
    page.put(4, "<select data-hw-mask><option>@</option></select><!-- x -->")


def _personal(page: Planted) -> None:
    """Sixty that look personal, in the page's own words."""
    page.put(20, "<p>Ask @, please</p>", "personal")
    page.put(5, "<button class=told>Call @</button>", "personal")
    page.put(5, "<span title='@'>a</span>", "personal")
    page.put(5, f"<img alt='@' src='{PICTURE}'>", "personal")
    page.put(5, "<button class=told aria-label='@'>b</button>", "personal")
    page.put(5, "<div data-user='@'>c</div>", "personal")
    page.put(5, "<input placeholder='@'>", "personal")
    page.put(3, "<style>.s№::after { content: 'Write to @' }</style><b class=s№></b>", "email")
    page.put(2, "<b style=\"--who: '@'\">№</b>", "email")
    page.put(5, SHADOW.replace("host", "open").replace("INSIDE", "<p>Ask @</p>"), "personal")


def _addresses(page: Planted) -> None:
    """Thirty in addresses, titles and errors."""
    page.query += [f"{name}={quote(page.secret())}" for name in ("q", "name", "token", "email", "session", "sort")]
    page.put(6, "<a href='/account?who=@'>Account</a>")
    page.put(3, "<a href='mailto:@'>Mail</a>", "email")
    page.put(3, "<a href='/orders/@'>Order</a>", "token")
    page.put(2, "<form action='/search?for=@'></form>")
    for at in range(3):
        page.scripts.append(f"history.pushState({{}}, '', '/next{at}/{page.secret('token')}?for={page.secret()}')")
    page.run(2, "document.title = 'Basket of @'", "email")
    page.run(2, 'setTimeout(() => { throw new Error("the page\'s own: no user @") })', "email")
