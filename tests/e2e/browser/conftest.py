"""Fixtures of the browser tests: a backend with the web client, a browser, and two users.

Each file has its own users, who sign in once. The backend is the shared one, except in the file that kills it.
"""

from __future__ import annotations

import itertools
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import async_playwright

from local.embedded.environment import DataDirectory
from local.web.build import WebBuild
from tests.e2e.browser.person import Person
from tests.helpers.accounts import UserPool
from tests.helpers.chat import ChatUser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

    from tests.helpers.accounts import Account
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import Row

NUMBERS = itertools.count(101)
"""Numbers of rooms; a room is found by its complete name."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="package")
def served() -> None:
    """Skip the tests if there is no browser."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: `make chromium` does it on Debian and Ubuntu")


@pytest.fixture(scope="module")
def web_backend(served: None, backend: LocalBackend) -> LocalBackend:  # noqa: ARG001
    """Return the shared backend, which serves the web client from now on."""
    build = WebBuild(DataDirectory(backend.directory))
    build.start()
    if not build.finish(say=print):
        pytest.skip((backend.directory / "web" / "trouble.txt").read_text(encoding="utf-8"))
    return backend


@pytest.fixture(scope="package")
async def browser(served: None) -> AsyncIterator[Browser]:  # noqa: ARG001
    """Start Chromium without its sandbox, which does not work as root."""
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        await running.close()


@pytest.fixture(scope="module")
def web_pool(web_backend: LocalBackend) -> UserPool:
    """Return the backend's user pool."""
    return UserPool(web_backend)


@pytest.fixture(scope="module")
async def accounts(web_pool: UserPool) -> dict[str, Account]:
    """Create two accounts."""
    return {name: await web_pool.sign_up(name) for name in ("Ann", "Ben")}


@pytest.fixture(scope="module")
async def hosts(web_backend: LocalBackend, web_pool: UserPool, accounts: dict[str, Account]) -> dict[str, ChatUser]:
    """Return clients of both users for steps without a browser."""
    outputs = web_backend.outputs
    return {name: ChatUser.of(account, await web_pool.sign_in(account), outputs) for name, account in accounts.items()}


@pytest.fixture(scope="module")
async def ann(browser: Browser, web_backend: LocalBackend, accounts: dict[str, Account]) -> AsyncIterator[Person]:
    """Return Ann's browser; she creates the rooms."""
    person = await Person.at(browser, web_backend.outputs["WebURL"], "Ann")
    await person.sign_in(accounts["Ann"])
    yield person
    await person.context.close()
    assert person.complaints == []


@pytest.fixture(scope="module")
async def ben(browser: Browser, web_backend: LocalBackend, accounts: dict[str, Account]) -> AsyncIterator[Person]:
    """Return Ben's browser; he joins the rooms."""
    person = await Person.at(browser, web_backend.outputs["WebURL"], "Ben")
    await person.sign_in(accounts["Ben"])
    yield person
    await person.context.close()
    assert person.complaints == []


@pytest.fixture
async def shared(hosts: dict[str, ChatUser], ann: Person, ben: Person) -> Row:
    """Create a room that both users have joined and opened."""
    room = await hosts["Ann"].create_room(name=f"Plot {next(NUMBERS)}")
    await hosts["Ben"].join(room)
    for person in (ann, ben):
        await person.page.reload()
        await person.open_room(room["id"])
    return room
