"""Device, browser and system of User-Agents as browsers send them."""

# ruff: noqa: E501 - headers as browsers send them

from __future__ import annotations

import pytest

from collector.worker.user_agents import DESKTOP, MOBILE, TABLET, agent

SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("header", "device", "browser", "system"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} Chrome/131.0.0.0 Safari/537.36", DESKTOP, "Chrome", "Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", DESKTOP, "Edge", "Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0", DESKTOP, "Opera", "Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", DESKTOP, "Firefox", "Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", DESKTOP, "Internet Explorer", "Windows"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Version/18.1 Safari/605.1.15", DESKTOP, "Safari", "macOS"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {BLINK} HeadlessChrome/131.0.0.0 Safari/537.36", DESKTOP, "Chrome", "Linux"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {BLINK} Chrome/131.0.0.0 Safari/537.36", DESKTOP, "Chrome", "ChromeOS"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {SAFARI} Version/18.1 Mobile/15E148 Safari/604.1", MOBILE, "Safari", "iOS"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {SAFARI} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1", MOBILE, "Chrome", "iOS"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {SAFARI} FxiOS/133.0 Mobile/15E148 Safari/605.1.15", MOBILE, "Firefox", "iOS"),
        (f"Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) {SAFARI} Version/17.7 Mobile/15E148 Safari/604.1", TABLET, "Safari", "iPadOS"),
        (f"Mozilla/5.0 (Linux; Android 10; K) {BLINK} Chrome/131.0.0.0 Mobile Safari/537.36", MOBILE, "Chrome", "Android"),
        (f"Mozilla/5.0 (Linux; Android 10; K) {BLINK} Chrome/131.0.0.0 Safari/537.36", TABLET, "Chrome", "Android"),
        (f"Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S928B) {BLINK} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36", MOBILE, "Samsung Internet", "Android"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", MOBILE, "Firefox", "Android"),
        ("Mozilla/5.0 (Android 14; Tablet; rv:133.0) Gecko/133.0 Firefox/133.0", TABLET, "Firefox", "Android"),
        (f"Mozilla/5.0 (Linux; U; Android 4.0.3; de-de) {SAFARI} Version/4.0 Mobile Safari/534.30", MOBILE, "Android Browser", "Android"),
        ("curl/8.5.0", DESKTOP, "", ""),
        ("", DESKTOP, "", ""),
    ],
)  # fmt: skip
def test_user_agent_is_told(header: str, device: int, browser: str, system: str) -> None:
    assert agent(header.encode()) == (device, browser, system)


def test_bytes_that_are_no_text_are_no_error() -> None:
    assert agent(b"\xff\xfe\x00Firefox/1.0 \xe9").browser == "Firefox"
