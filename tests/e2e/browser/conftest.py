"""A backend with the web client, a browser, and two people in it.

Each file has people of its own, who sign in once. The backend is the shared one, except for the file that kills it.
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
"""Of rooms, whose names are told apart by all of their letters."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="package")
def served() -> None:
    """Skip where there is no browser."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: `make chromium` does it on Debian and Ubuntu")


@pytest.fixture(scope="module")
def web_backend(served: None, backend: LocalBackend) -> LocalBackend:  # noqa: ARG001
    """The shared backend, which serves the web client from now on."""
    build = WebBuild(DataDirectory(backend.directory))
    build.start()
    if not build.finish(say=print):
        pytest.skip((backend.directory / "web" / "trouble.txt").read_text(encoding="utf-8"))
    return backend


@pytest.fixture(scope="package")
async def browser(served: None) -> AsyncIterator[Browser]:  # noqa: ARG001
    """Debian's Chromium, which has no sandbox for root."""
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        await running.close()


@pytest.fixture(scope="module")
def web_pool(web_backend: LocalBackend) -> UserPool:
    """The backend's user pool."""
    return UserPool(web_backend)


@pytest.fixture(scope="module")
async def accounts(web_pool: UserPool) -> dict[str, Account]:
    """Two people who have signed up."""
    return {name: await web_pool.sign_up(name) for name in ("Ann", "Ben")}


@pytest.fixture(scope="module")
async def hosts(web_backend: LocalBackend, web_pool: UserPool, accounts: dict[str, Account]) -> dict[str, ChatUser]:
    """The same two people, at a client that does at once what it is told."""
    outputs = web_backend.outputs
    return {name: ChatUser.of(account, await web_pool.sign_in(account), outputs) for name, account in accounts.items()}


@pytest.fixture(scope="module")
async def ann(browser: Browser, web_backend: LocalBackend, accounts: dict[str, Account]) -> AsyncIterator[Person]:
    """Ann at her browser: she opens the rooms."""
    person = await Person.at(browser, web_backend.outputs["WebURL"], "Ann")
    await person.sign_in(accounts["Ann"])
    yield person
    await person.context.close()
    assert person.complaints == []


@pytest.fixture(scope="module")
async def ben(browser: Browser, web_backend: LocalBackend, accounts: dict[str, Account]) -> AsyncIterator[Person]:
    """Ben at his browser: he joins them."""
    person = await Person.at(browser, web_backend.outputs["WebURL"], "Ben")
    await person.sign_in(accounts["Ben"])
    yield person
    await person.context.close()
    assert person.complaints == []


@pytest.fixture
async def shared(hosts: dict[str, ChatUser], ann: Person, ben: Person) -> Row:
    """A new room, with both in it and looking at it."""
    room = await hosts["Ann"].create_room(name=f"Plot {next(NUMBERS)}")
    await hosts["Ben"].join(room)
    for person in (ann, ben):
        await person.page.reload()
        await person.open_room(room["id"])
    return room
