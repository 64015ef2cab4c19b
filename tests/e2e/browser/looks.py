"""Checks a screen for clipped and unnamed elements and for contrast, in both color schemes, wide and narrow.

Screenshots are written to the folder in CHAT_TEST_SCREENSHOTS: `make screenshots` updates those of the documentation.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.web.build import SOURCES
from tests.e2e.browser.person import WINDOW

if TYPE_CHECKING:
    from playwright.async_api import Page, ViewportSize

AXE = SOURCES / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("CHAT_TEST_SCREENSHOTS")
KEPT = {
    "sign-in": "light",
    "room": "dark",
    "thread": "light",
    "members": "dark",
    "settings": "light",
    "notifications": "dark",
    "narrow-room": "dark",
    "narrow-rooms": "light",
    "log": "light",
    "narrow-invitation": "dark",
}
"""The screenshots to write: each screen in one color scheme."""
NARROW: ViewportSize = {"width": 360, "height": 720}
STICKING_OUT = """() => {
  const isCut = (element) => element.parentElement !== null && element !== document.body &&
    (getComputedStyle(element).overflowX !== 'visible' || isCut(element.parentElement));
  return [...document.querySelectorAll('#root *')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && element.checkVisibility())
    .filter((element) => !isCut(element.parentElement))
    .map((element) => element.outerHTML.slice(0, 120));
}"""
"""Elements that overflow the right edge of the window and are not clipped by an ancestor."""
NEEDS_AXE = pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: `make bootstrap-all` does it")


async def check(page: Page, name: str) -> None:
    """Check accessibility rules in both color schemes, and that no element overflows the window.

    Axe is loaded as a script of the test, which bypasses the page's Content-Security-Policy.
    """
    await page.mouse.move(0, 0)
    for theme in ("light", "dark"):
        await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        result: dict[str, Any] = await page.evaluate(f"async () => {{ {AXE.read_text('utf-8')}; return axe.run(); }}")
        serious = [
            (violation["id"], [node["html"][:160] + " " + node["failureSummary"] for node in violation["nodes"]])
            for violation in result["violations"]
            if violation["impact"] in {"serious", "critical"}
        ]
        assert serious == [], f"{name}, {theme}"
        assert await page.evaluate(STICKING_OUT) == [], f"{name}, {theme}"
        if PICTURES and KEPT.get(name) == theme:
            await page.screenshot(path=Path(PICTURES) / f"{name}-{theme}.png", animations="disabled")
    await page.evaluate("document.documentElement.dataset.theme = 'light'")


async def check_wide_and_narrow(page: Page, name: str) -> None:
    """Check the same screen in a wide window and in the window of a phone."""
    await check(page, name)
    await page.set_viewport_size(NARROW)
    await check(page, f"narrow-{name}")
    await page.set_viewport_size(WINDOW)
