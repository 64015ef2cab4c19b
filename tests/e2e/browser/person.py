"""Somebody at the web client: what a person does there, and what a person sees."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Locator, Page, ViewportSize, WebSocketRoute

    from tests.helpers.accounts import Account

MILLISECONDS = 60_000
"""How long anything may take: far more than it does, for machines that are busy with something else."""
WINDOW: ViewportSize = {"width": 1280, "height": 800}
REALTIME = re.compile(r"/graphql/realtime")


@dataclass
class Network:
    """The way of one browser to the subscriptions, which can be cut."""

    is_open: bool = True
    _sockets: list[WebSocketRoute] = field(default_factory=list)

    async def carry(self, socket: WebSocketRoute) -> None:
        """Connect a new WebSocket to the server, or not."""
        if self.is_open:
            self._sockets.append(socket)
            socket.connect_to_server()
        else:
            await socket.close()

    async def cut(self) -> None:
        """Break the connection there is, and let no other one come about."""
        self.is_open = False
        for socket in self._sockets:
            await socket.close()
        self._sockets.clear()


@dataclass
class Person:
    """Somebody with a browser window of their own."""

    name: str
    context: BrowserContext
    page: Page
    network: Network
    complaints: list[str] = field(default_factory=list)
    """What the browser's console said of errors."""

    @classmethod
    async def at(cls, browser: Browser, url: str, name: str) -> Person:
        """Open the client in a window of its own."""
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
        """Come in with an account that exists."""
        await self.page.get_by_label("Email address").fill(account.username)
        await self.page.get_by_label("Password").fill(account.password)
        await self.page.get_by_role("button", name="Sign in", exact=True).click()
        await self.sees(self.page.get_by_role("navigation", name="Rooms"))

    async def open_room(self, room_id: str) -> None:
        """Look at a room that the person is in, and wait until it is live."""
        await self.page.evaluate("id => { location.hash = `/room/${encodeURIComponent(id)}` }", room_id)
        await self.sees(self.page.locator("main[aria-busy=false]").get_by_role("combobox"))

    async def come_back(self) -> None:
        """Let the connection come about again, at once unless the client tries just now by itself."""
        self.network.is_open = True
        button = self.page.get_by_role("button", name="Try now")
        await button.evaluate_all("buttons => buttons.forEach(button => button.click())")

    async def say(self, text: str) -> None:
        """Write a message and send it."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    @property
    def composer(self) -> Locator:
        """Where messages to the room are written."""
        return self.page.get_by_role("combobox", name=re.compile("^Message to "))

    @property
    def room(self) -> Locator:
        """The open room."""
        return self.page.get_by_role("main")

    @property
    def panel(self) -> Locator:
        """What is open beside it."""
        return self.page.get_by_role("complementary")

    def message(self, text: str) -> Locator:
        """The message in the room that says this."""
        return self.room.get_by_role("article").filter(has_text=text)

    async def act(self, text: str, action: str) -> None:
        """Do something with a message, by the buttons that pointing at it shows."""
        message = self.message(text)
        await message.hover()
        await message.get_by_role("button", name=action, exact=True).click()

    async def sees(self, what: Locator) -> None:
        """Wait until it is to be seen."""
        await expect(what).to_be_visible(timeout=MILLISECONDS)

    async def misses(self, what: Locator) -> None:
        """Wait until it is not to be seen."""
        await expect(what).to_be_hidden(timeout=MILLISECONDS)

    async def texts(self) -> list[str]:
        """What the messages in view say, in order."""
        return await self.room.get_by_role("article").locator(".text").all_inner_texts()
