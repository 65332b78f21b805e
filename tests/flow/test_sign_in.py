"""Signing in and out: only from our own form, the same for all that is wrong, and ended when it is ended."""

from __future__ import annotations

import secrets

import pytest
from askers import PASSWORD, Asker, new_user, signed_in
from running_stack import Stack
from two_projects import World

from dashboard.auth.sign_in import safe_next


def test_sign_in_needs_the_form_of_the_same_browser(stack: Stack) -> None:
    email = new_user(stack)
    form = {"email": email, "password": PASSWORD, "csrf": "made-up"}
    assert Asker(stack).ask("POST", "/auth/sign-in", form=form).code == "foreign_origin"
    other = Asker(stack).ask("GET", "/auth/form").json["csrf"]
    browser = Asker(stack)
    browser.ask("GET", "/auth/form")
    assert browser.ask("POST", "/auth/sign-in", form={**form, "csrf": other}).code == "foreign_origin"


def test_wrong_password_and_unknown_address_look_the_same(stack: Stack) -> None:
    answers = []
    for email in (new_user(stack), "nobody@people.example"):
        browser = Asker(stack)
        token = browser.ask("GET", "/auth/form").json["csrf"]
        form = {"email": email, "password": "wrong horse battery", "csrf": token}
        reply = browser.ask("POST", "/auth/sign-in", form=form)
        answers.append((reply.status, reply.code, reply.json["error"]["message"]))
        page = browser.ask("POST", "/auth/sign-in", form={**form, "next": "/funnels"}, Accept="text/html")
        assert page.headers["Location"] == "/sign-in?error=wrong&next=%2Ffunnels"
    assert answers[0] == answers[1]
    assert answers[0][:2] == (401, "wrong_sign_in")


def test_too_many_wrong_passwords_have_to_wait(stack: Stack) -> None:
    browser, email = Asker(stack), new_user(stack)
    token = browser.ask("GET", "/auth/form").json["csrf"]
    form = {"email": email, "password": "wrong horse battery", "csrf": token}
    codes = [browser.ask("POST", "/auth/sign-in", form=form).code for _ in range(7)]
    assert codes == ["wrong_sign_in"] * 6 + ["too_many_attempts"]
    right = browser.ask("POST", "/auth/sign-in", form={**form, "password": PASSWORD})
    assert (right.status, right.headers["Retry-After"]) == (429, "900")


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/funnels?p=1", "/funnels?p=1"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/auth/sign-out", "/"),
        ("", "/"),
    ],
)
def test_sign_in_leads_only_to_our_own_pages(wanted: str, leads_to: str) -> None:
    assert safe_next(wanted) == leads_to


def test_cookie_is_closed_to_scripts_and_other_sites(stack: Stack) -> None:
    browser = Asker(stack)
    token = browser.ask("GET", "/auth/form").json["csrf"]
    form = {"email": new_user(stack), "password": PASSWORD, "csrf": token}
    cookies = browser.ask("POST", "/auth/sign-in", form=form).headers.get_all("Set-Cookie") or []
    [cookie] = [each for each in cookies if "sign_in" in each]
    assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


def test_forged_cookie_is_nobody(stack: Stack) -> None:
    browser = signed_in(stack, new_user(stack))
    [name] = [name for name in browser.cookies if "sign_in" in name]
    good = browser.cookies[name]
    payload, _, rest = good.partition(".")
    for forged in ("", "x", good[:-2] + "xx", f"WzEsMV0.{rest}", good + "x"):
        browser.cookies[name] = forged
        assert browser.get("/projects").status == (200 if forged == good else 401), forged
    assert payload != "WzEsMV0"


def test_signing_out_everywhere_ends_every_sign_in(stack: Stack) -> None:
    email = new_user(stack)
    here, there = signed_in(stack, email), signed_in(stack, email)
    assert here.ask("POST", "/auth/sign-out").status == 303
    assert (here.get("/projects").status, there.get("/projects").status) == (401, 200)
    again = signed_in(stack, email)
    again.ask("POST", "/auth/sign-out", form={"everywhere": "1"})
    assert there.get("/projects").status == 401


def test_another_origins_page_changes_nothing(world: World) -> None:
    member = world.askers["member"]
    path = f"/api/v1/projects/{world.a}/deploys"
    body = {"name": "by the shop"}
    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}, {"Origin": world.stack.shop}):
        assert member.ask("POST", path, body, **headers).code == "foreign_origin"
    assert member.ask("POST", path, body, Origin=world.stack.edge).status == 201
    assert member.ask("POST", "/auth/sign-out", Origin="https://evil.example").status == 403


def test_who_sees_no_project_is_led_to_make_one_or_to_what_was_shared(stack: Stack) -> None:
    admin = signed_in(stack, new_user(stack, f"Empty {secrets.token_hex(4)}", "owner"))
    assert admin.ask("GET", "/").headers["Location"] == "/settings/new-project"
    guest = signed_in(stack, new_user(stack))
    assert guest.ask("GET", "/recordings").headers["Location"] == "/shared"
    assert guest.ask("GET", "/shared").status == 200
