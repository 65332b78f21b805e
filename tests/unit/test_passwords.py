"""Passwords: what is kept of them, and what is let in."""

from __future__ import annotations

import pytest

from dashboard.auth.passwords import LONGEST, SHORTEST, WeakPassword, hash_password, verify

KEPT = hash_password("correct horse battery")


def test_only_the_right_password_is_let_in() -> None:
    assert verify("correct horse battery", KEPT)
    assert not verify("correct horse batterY", KEPT)


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert hash_password("correct horse battery") != KEPT
    assert "correct" not in KEPT


def test_no_such_user_is_never_let_in() -> None:
    assert not verify("correct horse battery", None)


@pytest.mark.parametrize("password", ["", "x" * (SHORTEST - 1), "x" * (LONGEST + 1)])
def test_too_short_and_too_long_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        hash_password(password)


def test_a_very_long_try_is_wrong_and_no_work() -> None:
    assert not verify("x" * 1_000_000, KEPT)
