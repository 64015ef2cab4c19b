"""A user of the web client: actions, and assertions about the page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Locator, Page, ViewportSize, WebSocketRoute

    from tests.helpers.accounts import Account

MILLISECONDS = 60_000
"""Timeout of all assertions, with reserve for busy machines."""
WINDOW: ViewportSize = {"width": 1280, "height": 800}
REALTIME = re.compile(r"/graphql/realtime")


@dataclass
class Network:
    """A browser's WebSocket connections to the subscriptions, which can be interrupted."""

    is_open: bool = True
    _sockets: list[WebSocketRoute] = field(default_factory=list)

    async def carry(self, socket: WebSocketRoute) -> None:
        """Connect a new WebSocket to the server, unless the network is interrupted."""
        if self.is_open:
            self._sockets.append(socket)
            socket.connect_to_server()
        else:
            await socket.close()

    async def cut(self) -> None:
        """Close the current connection, and refuse new connections."""
        self.is_open = False
        for socket in self._sockets:
            await socket.close()
        self._sockets.clear()


@dataclass
class Person:
    """A user with a separate browser window."""

    name: str
    context: BrowserContext
    page: Page
    network: Network
    complaints: list[str] = field(default_factory=list)
    """Errors in the browser's console."""

    @classmethod
    async def at(cls, browser: Browser, url: str, name: str) -> Person:
        """Open the client in a new window."""
        context = await browser.new_context(viewport=WINDOW, reduced_motion="reduce", locale="en-GB")
        context.set_default_timeout(MILLISECONDS)
        network = Network()
        await context.route_web_socket(REALTIME, network.carry)
        page = await context.new_page()
        person = cls(name, context, page, network)
        page.on("pageerror", lambda error: person.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                person.complaints.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        await page.goto(url)
        return person

    async def sign_in(self, account: Account) -> None:
        """Sign in with an existing account."""
        await self.page.get_by_label("Email address").fill(account.username)
        await self.page.get_by_label("Password").fill(account.password)
        await self.page.get_by_role("button", name="Sign in", exact=True).click()
        await self.sees(self.page.get_by_role("navigation", name="Rooms"))

    async def open_room(self, room_id: str) -> None:
        """Open a room of the user, and wait until it is live."""
        await self.page.evaluate("id => { location.hash = `/room/${encodeURIComponent(id)}` }", room_id)
        await self.sees(self.page.locator("main[aria-busy=false]").get_by_role("combobox"))

    async def come_back(self) -> None:
        """Permit connections again, and reconnect at once unless the client is already reconnecting."""
        self.network.is_open = True
        button = self.page.get_by_role("button", name="Try now")
        await button.evaluate_all("buttons => buttons.forEach(button => button.click())")

    async def say(self, text: str) -> None:
        """Write a message and send it."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    @property
    def composer(self) -> Locator:
        """Return the composer of the room."""
        return self.page.get_by_role("combobox", name=re.compile("^Message to "))

    @property
    def room(self) -> Locator:
        """Return the open room."""
        return self.page.get_by_role("main")

    @property
    def panel(self) -> Locator:
        """Return the panel beside the room."""
        return self.page.get_by_role("complementary")

    def message(self, text: str) -> Locator:
        """Return the message with this text in the room."""
        return self.room.get_by_role("article").filter(has_text=text)

    async def act(self, text: str, action: str) -> None:
        """Use one of the message buttons that appear on hover."""
        message = self.message(text)
        await message.hover()
        await message.get_by_role("button", name=action, exact=True).click()

    async def sees(self, what: Locator) -> None:
        """Wait until it is visible."""
        await expect(what).to_be_visible(timeout=MILLISECONDS)

    async def misses(self, what: Locator) -> None:
        """Wait until it is not visible."""
        await expect(what).to_be_hidden(timeout=MILLISECONDS)

    async def texts(self) -> list[str]:
        """Return the texts of the visible messages, in order."""
        return await self.room.get_by_role("article").locator(".text").all_inner_texts()
