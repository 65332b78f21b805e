"""Two hundred secrets are planted on a customer's page, typed and shown; none is sent, none is kept anywhere."""

from __future__ import annotations

import re
import secrets

from collecting_site import CollectingSite
from door import until
from everywhere import holding, opened
from planted import COPIES, plant
from playwright.sync_api import BrowserContext, Request
from public_api import PublicApi
from running_stack import Stack


def test_none_of_two_hundred_planted_secrets_is_sent_or_kept(
    stack: Stack, site: CollectingSite, visitor: BrowserContext
) -> None:
    planted = plant()
    wanted = [one.encode() for one in planted.secrets]
    assert len(set(wanted)) == 200
    project = stack.new_project(f"Planted {secrets.token_hex(4)}", site.address)
    sent: list[bytes] = []

    def keep(request: Request) -> None:
        if request.url.startswith(f"{stack.edge}/c/"):
            sent.append(request.url.encode())
            sent.extend(opened(request.post_data_buffer or b""))

    visitor.on("request", keep)
    page = visitor.new_page()
    tag = f"<script async src='{stack.edge}/h/{project['site_key']}.js'></script>"
    body = "<h1>Everything</h1>" + "".join(planted.html) + COPIES + "<button id=last>Last</button>"
    with page.expect_response(lambda response: "/c/r?" in response.url):
        page.goto(site.page("/all", body, snippet=tag) + "?" + "&".join(planted.query))
    assert all(secret in page.content().lower() for secret in planted.secrets[60:75]), "they are on the page"
    for selector, text in planted.typed:
        page.locator(selector).press_sequentially(text)
    for button in page.locator("button.told").all():
        button.click()
    page.click("#mirror", force=True)
    for script in planted.scripts:
        page.evaluate(script)
        page.wait_for_timeout(300)  # a page view of its own, with a snapshot of its own
    page.click("#last")
    with page.expect_response(lambda response: "/c/r?" in response.url):
        page.wait_for_timeout(4_500)
    page.close(run_before_unload=True)

    api = PublicApi(stack, project["project_id"], project["api_key"])
    until(
        lambda: [row for row in api.get("/recordings")["items"] if row["pages"] == 4 and row["recorded"]], "the visit"
    )
    texts = [element["text"] for element in api.get("/heatmaps", page=f"{site.address}/all", kind="click")["elements"]]
    assert any(text.startswith("Call ***") for text in texts), "what is no secret is there"
    assert len(sent) > 20
    found = re.compile(b"|".join(map(re.escape, wanted)))
    assert {one[0] for body in sent for one in found.finditer(body.lower())} == set(), "sent by the browser"
    assert holding(stack, wanted) == {}
    print("200 of 200 planted secrets absent")
