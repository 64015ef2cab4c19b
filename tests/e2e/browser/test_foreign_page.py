"""A page of another origin can neither read nor change anything in the local AWS."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import async_playwright

from tests.e2e.browser.conftest import CHROMIUM
from tests.e2e.browser.foreign_page import ATTEMPTS, FOREIGN, REBOUND, RESOLVER, OpenServer, Victim
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Page, Route


OWN_PROTECTION = (
    "LocalNetworkAccessChecks",
    "BlockInsecurePrivateNetworkRequests",
    "PrivateNetworkAccessSendPreflights",
)
"""Disables protection of newer Chromium versions against such pages, because other browsers do not have it."""


@asynccontextmanager
async def foreign_pages(port: str) -> AsyncIterator[dict[bool, Page]]:
    """Open two pages in a browser that resolves two more names to this machine, by whether the name was rebound."""

    async def answer(route: Route) -> None:
        await route.fulfill(body="<!doctype html><body></body>", content_type="text/html")

    async with async_playwright() as playwright:
        arguments = [
            f"--host-resolver-rules={RESOLVER}",
            f"--disable-features={','.join(OWN_PROTECTION)}",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
        ]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        pages = {}
        for rebound, place in ((False, f"{FOREIGN}/page"), (True, f"{REBOUND}:{port}/page")):
            pages[rebound] = await browser.new_page()
            await pages[rebound].route(place, answer)
            await pages[rebound].goto(place)
        yield pages
        await browser.close()


async def succeeding(server: ServerProcess, marks: Path) -> set[str]:
    """Make every attempt; return the names of those that read or changed anything."""
    victim, port = Victim(server, marks), server.url.rpartition(":")[2]
    found = set()
    async with foreign_pages(port) as pages:
        victim.furnish()
        for attempt in ATTEMPTS:
            aws = f"{REBOUND}:{port}" if attempt.rebound else server.url
            if await victim.suffer(pages[attempt.rebound], attempt, aws):
                found.add(attempt.name)
                victim.furnish()
    return found


@pytest.mark.usefixtures("served")
async def test_no_attempt_reads_or_changes_anything(tmp_path: Path) -> None:
    (tmp_path / "marks").mkdir()
    with ServerProcess(tmp_path / "data") as server:
        assert await succeeding(server, tmp_path / "marks") == set()
    assert len(ATTEMPTS) >= 20


@pytest.mark.usefixtures("served")
async def test_the_same_attempts_succeed_without_the_protection(tmp_path: Path) -> None:
    (tmp_path / "marks").mkdir()
    with OpenServer(tmp_path / "data") as server:
        assert await succeeding(server, tmp_path / "marks") == {
            attempt.name for attempt in ATTEMPTS if not attempt.harmless
        }
