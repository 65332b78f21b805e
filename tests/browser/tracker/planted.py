"""A page full of secrets: typed, filled in, in marked places, and such as look personal wherever they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Final
from urllib.parse import quote

TYPES: Final = ("text", "password", "email", "tel", "number", "search", "url", "date", "time", "month", "week", "color")
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
            "phone": lambda: (f"+49 151 {8_000_000 + number * 731}", f"{8_000_000 + number * 731}"),
            "iban": lambda: (grouped(iban(number)), grouped(iban(number))),
            "number": lambda: (f"{777_000_000_000 + number * 7_919}",) * 2,
            "token": lambda: (f"tk{number:03d}a8f3e91b7c55d2",) * 2,
        }[form]()
        self.secrets.append(made[1].lower())
        return made[0]

    def personal(self, at: int) -> str:
        """A new one of the forms that are recognised wherever they stand."""
        return self.secret(("email", "card", "plain card", "phone", "iban")[at % 5])


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
    for at in range(5):
        page.html.append(f"<textarea id=area{at}></textarea>")
        page.typed.append((f"#area{at}", page.secret()))
    for at in range(5):
        page.html.append(f"<div id=edit{at} contenteditable></div>")
        page.typed.append((f"#edit{at}", page.secret()))
    for at in range(5):
        page.html.append(f"<div id=role{at} role=textbox contenteditable=plaintext-only></div>")
        page.typed.append((f"#role{at}", page.secret()))
    for at in range(5):
        page.html.append(
            f"<div id=host{at}></div><script>document.querySelector('#host{at}').attachShadow({{mode: 'open'}})"
            f".innerHTML = '<input id=deep{at}>'</script>"
        )
        page.typed.append((f"#deep{at}", page.secret()))
    for at in range(5):
        page.html.append(
            f'<form autocomplete=on><input id=auto{at} name=email{at} autocomplete="street-address"></form>'
        )
        page.typed.append((f"#auto{at}", page.secret()))


def _marked(page: Planted) -> None:
    """Fifty in fields and places whose text is never sent."""
    for at in range(12):
        page.html.append(f"<input type={TYPES[at % 7]} value='{page.secret('number')}' aria-label=Filled>")
    for _ in range(5):
        page.html.append(f"<input type=hidden name=csrf value='{page.secret()}'>")
    for _ in range(10):
        page.html.append(f"<p data-hw-mask>Dear <b>{page.secret()}</b></p>")
    for _ in range(5):
        page.html.append(f"<div data-hw-mask><i title='{page.secret()}' aria-label='{page.secret()}'>x</i></div>")
    for _ in range(5):
        page.html.append(f"<section data-hw-block>{page.secret()}<img alt='x' src='/none.png?{'n'}'></section>")
    for _ in range(4):
        page.html.append(f"<canvas width=300 height=40></canvas><script>document.currentScript.previousSibling"
                         f".getContext('2d').fillText('{page.secret()}', 5, 20)</script>")  # fmt: skip
    for _ in range(4):
        page.html.append(f"<select data-hw-mask><option>{page.secret()}</option></select><!-- {'x'} -->")


def _personal(page: Planted) -> None:
    """Sixty that look personal, in the page's own words."""
    for at in range(20):
        page.html.append(f"<p>Ask {page.personal(at)}, please</p>")
    for at in range(5):
        page.html.append(f"<button class=told>Call {page.personal(at)}</button>")
    for at in range(5):
        page.html.append(f"<span title='{page.personal(at)}'>a</span>")
    for at in range(5):
        page.html.append(
            f"<img alt='{page.personal(at)}' src='data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='>"
        )
    for at in range(5):
        page.html.append(f"<button class=told aria-label='{page.personal(at)}'>b</button>")
    for at in range(5):
        page.html.append(f"<div data-user='{page.personal(at)}'>c</div>")
    for at in range(5):
        page.html.append(f"<input placeholder='{page.personal(at)}'>")
    for at in range(3):
        page.html.append(
            f"<style>.s{at}::after {{ content: 'Write to {page.secret('email')}' }}</style><b class=s{at}></b>"
        )
    for at in range(2):
        page.html.append(f"<b style=\"--who: '{page.secret('email')}'\">{at}</b>")
    for at in range(5):
        page.html.append(
            f"<div id=open{at}></div><script>document.querySelector('#open{at}').attachShadow({{mode: 'open'}})"
            f".innerHTML = '<p>Ask {page.personal(at)}</p>'</script>"
        )


def _addresses(page: Planted) -> None:
    """Thirty in addresses, titles and errors."""
    for at in range(6):
        page.query.append(f"{('q', 'name', 'token', 'email', 'session', 'sort')[at]}={quote(page.secret())}")
    for _ in range(6):
        page.html.append(f"<a href='/account?who={page.secret()}'>Account</a>")
    for _ in range(3):
        page.html.append(f"<a href='mailto:{page.secret('email')}'>Mail</a>")
    for _ in range(3):
        page.html.append(f"<a href='/orders/{page.secret('token')}'>Order</a>")
    for _ in range(2):
        page.html.append(f"<form action='/search?for={page.secret()}'></form>")
    for at in range(3):
        page.scripts.append(f"history.pushState({{}}, '', '/next{at}/{page.secret('token')}?for={page.secret()}')")
    for _ in range(2):
        page.scripts.append(f"document.title = 'Basket of {page.secret('email')}'")
    for _ in range(2):
        page.scripts.append(
            f'setTimeout(() => {{ throw new Error("the page\'s own: no user {page.secret("email")}") }})'
        )
