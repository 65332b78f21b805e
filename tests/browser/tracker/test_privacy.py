"""What visitors type never leaves their browser, and what the site keeps back stays there."""

from __future__ import annotations

from urllib.parse import quote

from collecting_site import CollectingSite, Event
from playwright.sync_api import Page

SECRETS = {
    "text": "Zanzibar-one",
    "password": "Zanzibar-two",
    "email": "zanzibar3@example.com",
    "tel": "+4915112345678",
    "number": "98765432123",
    "search": "Zanzibar-four",
    "url": "https://zanzibar5.example/",
    "textarea": "Zanzibar-six\nand more",
    "card": "4111 1111 1111 1111",
    "editable": "Zanzibar-seven",
    "role": "Zanzibar-eight",
    "shadow": "Zanzibar-nine",
    "frame": "Zanzibar-ten",
    "prefilled": "Zanzibar-eleven",
    "hidden": "Zanzibar-twelve",
    "design": "Zanzibar-thirteen",
}
FORM = f"""
<form action="/sent">
  <input name=text aria-label=Text><input name=password type=password><input name=email type=email>
  <input name=tel type=tel><input name=number type=number><input name=search type=search><input name=url type=url>
  <textarea name=textarea></textarea><input name=card autocomplete=cc-number>
  <select name=choice><option value=a>Apples</option><option value=b>Bananas</option></select>
  <input name=prefilled value="{SECRETS["prefilled"]}"><input type=hidden name=hidden value="{SECRETS["hidden"]}">
  <input type=submit value="Send it">
</form>
<div id=editable contenteditable></div>
<div id=role role=textbox contenteditable=plaintext-only></div>
<div id=host></div>
<iframe srcdoc="<input id=inner>"></iframe>
<output id=mirror></output><div id=wrap></div>
<button id=last>Last</button>
<script>
  document.querySelector('#host').attachShadow({{mode: 'open'}}).innerHTML = '<input id=shadowed>';
  // What frameworks do: the typed text in attributes, a preview, the title, a variable of a stylesheet.
  addEventListener('input', (event) => {{
    const field = event.composedPath()[0], text = field.value ?? field.textContent;
    if (field.matches('input, textarea') && field.type !== 'email') field.setAttribute('value', text);
    document.querySelector('#mirror').textContent = 'Hello ' + text;
    document.querySelector('#wrap').dataset.replicatedValue = text;
    document.querySelector('#wrap').title = text;
    document.title = 'Order of ' + text;
  }});
</script>"""


def everything_sent(site: CollectingSite) -> bytes:
    """All that has left the browser: addresses and opened bodies."""
    return b"\n".join(str(one.query).encode() + b"\n" + one.opened for one in site.sent)


def leaked(site: CollectingSite) -> list[str]:
    """Secrets, or parts of them, that are in anything that was sent."""
    sent = everything_sent(site).decode(errors="replace").lower()
    forms = {form for secret in SECRETS.values() for line in secret.splitlines() for form in (line, quote(line))}
    return [form for form in forms if form.lower() in sent] + (["zanzibar"] if "zanzibar" in sent else [])


def inputs(site: CollectingSite) -> list[Event]:
    """What the recording says of fields."""
    return [event for event in site.recording() if event["type"] == 3 and event["data"]["source"] == 5]


def type_everywhere(page: Page) -> None:
    for name in ("text", "password", "email", "tel", "number", "search", "url", "textarea", "card"):
        page.type(f"[name={name}]", SECRETS[name])
    page.select_option("select", "b")
    page.type("#editable", SECRETS["editable"])
    page.type("#role", SECRETS["role"])
    page.type("#shadowed", SECRETS["shadow"])
    page.frame_locator("iframe").locator("#inner").type(SECRETS["frame"])
    page.fill("[name=prefilled]", "")


def test_nothing_that_is_typed_is_sent(site: CollectingSite, page: Page) -> None:
    site.record = True
    site.page("/sent", "<h1>Sent</h1>")
    page.goto(site.page("/form", FORM))
    site.wait(lambda: site.recording())
    type_everywhere(page)
    for target in ("#mirror", "#editable", "[name=text]"):
        page.click(target, force=True)
    page.evaluate(
        "history.pushState({}, '', '/form/2?name=' + encodeURIComponent(document.querySelector('[name=text]').value))"
    )
    page.click("#last")
    # The recorder starts anew with everything filled in.
    site.wait(lambda: len([event for event in site.recording() if event["type"] == 2]) >= 2)
    page.click("[type=submit]")
    page.wait_for_url("**/sent?*")
    site.wait_for("leave", 2)
    site.wait_for("click", 5)
    assert len(inputs(site)) >= 10
    assert leaked(site) == []
    assert "Send it" in {click["text"] for click in site.events("click")}


def test_nothing_of_a_document_that_is_edited_as_a_whole_is_sent(site: CollectingSite, page: Page) -> None:
    site.record = True
    page.goto(site.page("/", "<p>Letter</p><script>document.designMode = 'on'</script>"))
    site.wait(lambda: site.recording())
    page.click("p")
    page.keyboard.type(SECRETS["design"])
    site.wait_for("click")
    page.goto("about:blank")
    site.wait(lambda: [event for event in site.recording() if event["type"] == 3 and event["data"]["source"] == 0])
    assert leaked(site) == []


def test_password_that_is_shown_stays_masked(site: CollectingSite, page: Page) -> None:
    site.record = True
    page.goto(site.page("/", "<div data-hw-unmask><input id=p type=password><button>Show</button></div>"))
    site.wait(lambda: site.recording())
    page.evaluate("document.querySelector('button').onclick = () => { document.querySelector('#p').type = 'text' }")
    page.type("#p", SECRETS["password"])
    page.click("button")
    page.type("#p", SECRETS["text"])
    page.click("button")
    site.wait_for("click", 2)
    page.goto("about:blank")
    site.wait(lambda: len([event for event in site.recording() if event["type"] == 3]) > 3)
    assert leaked(site) == []


def test_masked_parts_are_stars_also_in_shadow_roots_and_what_comes_later(site: CollectingSite, page: Page) -> None:
    site.record = True
    body = """<div data-hw-mask id=masked>Balance 1234 EUR<b title='Gold customer'>Ottilie</b><div id=host></div></div>
      <p>Public text</p><button>More</button>
      <script>
        const root = document.querySelector('#host').attachShadow({mode: 'open'});
        root.innerHTML = 'Iban one <i>Iban two</i>';
        document.querySelector('button').onclick = () => {
          document.querySelector('b').firstChild.data = 'Grace';
          document.querySelector('#masked').insertAdjacentHTML('beforeend', '<p>Iban three</p>');
          root.append('Iban four');
          root.firstChild.data = 'Iban five';
        };
      </script>"""
    page.goto(site.page("/", body))
    site.wait(lambda: site.recording())
    page.click("button")
    page.click("b")
    page.evaluate("history.pushState({}, '', '/two')")
    site.wait(lambda: len([event for event in site.recording() if event["type"] == 2]) >= 2)
    site.wait_for("click", 2)
    page.goto("about:blank")
    site.wait_for("leave", 2)
    sent = everything_sent(site).decode()
    assert [word for word in ("Balance", "Ottilie", "Grace", "Iban", "Gold customer") if word in sent] == []
    assert "Public text" in sent


def test_blocked_parts_are_an_empty_box_of_the_same_size(site: CollectingSite, page: Page) -> None:
    site.record = True
    body = """<div data-hw-block id=out style='width: 300px; height: 120px'>Private <div id=host></div>
      <iframe srcdoc='Private frame'></iframe></div><button>More</button>
      <script>
        const root = document.querySelector('#host').attachShadow({mode: 'open'});
        root.innerHTML = '<i>Private shadow</i>';
        document.querySelector('button').onclick = () => {
          document.querySelector('#out').append('Private more');
          document.querySelector('#out').title = 'Private title';
          root.append(Object.assign(document.createElement('b'), {textContent: 'Private later'}));
          root.querySelector('i').firstChild.data = 'Private text';
        };
      </script>"""
    page.goto(site.page("/", body))
    site.wait(lambda: site.recording())
    page.click("button")
    site.wait_for("click")
    page.wait_for_timeout(200)
    page.goto("about:blank")
    site.wait_for("leave")
    sent = everything_sent(site).decode()
    assert "Private" not in sent
    assert '"rr_width":"300px","rr_height":"120px"' in sent


def test_ignored_fields_leave_no_trace_of_being_filled(site: CollectingSite, page: Page) -> None:
    site.record = True
    page.goto(site.page("/", "<div data-hw-ignore><input id=a><input type=checkbox id=b></div><input id=c>"))
    site.wait(lambda: site.recording())
    page.fill("#a", "one")
    page.check("#b")
    page.fill("#c", "two")
    page.keyboard.press("Tab")
    site.wait(lambda: inputs(site))
    assert len(inputs(site)) == 1


FIELDS = {
    "<input id=f0 data-hw-unmask>": ("Red socks", True),
    "<div data-hw-unmask><textarea id=f1></textarea></div>": ("Blue shirt", True),
    "<div data-hw-unmask><div data-hw-mask><input id=f2></div></div>": ("Green coat", False),
    "<input id=f3 data-hw-unmask type=password>": ("Pink scarf", False),
    "<input id=f4 data-hw-unmask name=card-number>": ("Grey gloves", False),
    "<input id=f5 data-hw-unmask autocomplete=cc-csc>": ("Black hat", False),
    "<input id=f6 data-hw-unmask>": ("ada@example.com", False),
    "<input id=f7 data-hw-unmask>": ("4111 1111 1111 1111", False),
    "<input id=f8>": ("White belt", False),
}


def test_fields_are_recorded_only_where_the_site_unmasks_them_and_they_are_not_sensitive(
    site: CollectingSite, page: Page
) -> None:
    site.record = True
    page.goto(site.page("/", "".join(FIELDS) + "<button>Done</button>"))
    site.wait(lambda: site.recording())
    for number, (value, _) in enumerate(FIELDS.values()):
        page.type(f"#f{number}", value)
    page.click("button")
    site.wait(lambda: len(inputs(site)) >= len(FIELDS))
    texts = {event["data"]["text"] for event in inputs(site)}
    assert {value for value, _ in FIELDS.values()} & texts == {value for value, shown in FIELDS.values() if shown}
    sent = everything_sent(site).decode()
    assert [value for value, shown in FIELDS.values() if value in sent and not shown] == []


def test_labels_say_what_the_site_wrote_without_addresses_and_numbers(site: CollectingSite, page: Page) -> None:
    body = """<button id=a>Write to ada@example.com or call 0151 2345 6789</button>
      <a id=b href=#>See <span data-hw-mask>Ada's order</span> again</a><input id=c type=button value=Buy>
      <label id=d>Name <input value=Ada></label><img id=e alt='A red sock'><button id=f aria-label=Close>x</button>
      <div id=g data-hw-mask><button id=h>Ada</button></div>"""
    page.goto(site.page("/", body))
    for name in "abcdefh":
        page.click(f"#{name}", position={"x": 3, "y": 3}, force=True)
    labels = {click["el"]: click["text"] for click in site.wait_for("click", 7)}
    assert labels["#a"] == "Write to *** or call ***"
    assert labels["#b"] == "See again"
    assert (labels["#c"], labels["#d"], labels["#e"], labels["#f"]) == ("Buy", "Name", "A red sock", "Close")
    assert labels["#h"] == ""


def test_links_with_secrets_in_them_are_recorded_without(site: CollectingSite, page: Page) -> None:
    site.record = True
    body = "<a href='/reset?token=Zanzibar'>Reset</a><a href='mailto:zanzibar@example.com'>Mail</a>"
    page.goto(site.page("/", body + "<form action='/go?key=Zanzibar'></form>"))
    site.wait(lambda: site.recording())
    sent = everything_sent(site).decode()
    assert "anzibar" not in sent
    assert f"{site.address}/reset" in sent
