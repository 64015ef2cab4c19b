"""The main screens: no clipped or unnamed elements, sufficient contrast, in light and dark, wide and narrow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.browser.looks import NARROW, NEEDS_AXE, check
from tests.e2e.browser.person import WINDOW
from tests.e2e.browser.picture import landscape

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.e2e.browser.person import Person
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

pytestmark = [pytest.mark.backend, pytest.mark.node, NEEDS_AXE]


@pytest.fixture(scope="module")
async def scene(hosts: dict[str, ChatUser], ann: Person, ben: Person) -> Row:
    """Create a room with messages of all kinds."""
    host, guest = hosts["Ann"], hosts["Ben"]
    room = await host.create_room(name="Garden club", description="Beds, seeds and what came of them")
    await guest.join(room)
    other = await guest.create_room(name="Bicycle repair", description="Bring your own tubes")
    await host.join(other)
    first = await host.send(room, "Good morning! The beans have come up overnight, all two rows of them.")
    await guest.react(first, "🎉")
    await host.react(first, "🎉")
    await guest.send(room, "Mine too. I kept notes this year: https://example.com/garden/beans")
    question = await guest.send(room, "@Ann, would you water mine on Friday?", mentions=[host.id])
    await host.send(room, "Gladly. Before work or after?", replyToId=question["id"])
    await host.send(room, "I can do both.", replyToId=question["id"])
    for person in (ann, ben):
        await person.page.reload()
        await person.open_room(room["id"])
    await ben.page.get_by_label("Files to attach").set_input_files(
        {"name": "beans.png", "mimeType": "image/png", "buffer": landscape(640, 360)}
    )
    await ben.sees(ben.page.get_by_role("list", name="Files to send").get_by_text("KB"))
    await ben.say("And this is the third row")
    picture = ann.message("third row").get_by_role("img", name="beans.png")
    await ann.sees(picture)
    await guest.send(other, "The stand is free on Saturday.")
    await guest.send(other, "@Ann, your wheel is true again.", mentions=[host.id])
    await ann.sees(ann.page.get_by_role("link", name=re.compile("Bicycle repair.*@1 mentions.*2 unread")))
    return room


async def test_sign_in(browser: Browser, web_backend: LocalBackend) -> None:
    page = await browser.new_page(viewport=WINDOW)
    await page.goto(web_backend.outputs["WebURL"])
    await page.get_by_role("heading", name="Or sign in as a demo user").wait_for()

    await check(page, "sign-in")

    await page.close()


@pytest.mark.usefixtures("scene")
async def test_room(ann: Person) -> None:
    await check(ann.page, "room")


@pytest.mark.usefixtures("scene")
async def test_thread(ann: Person) -> None:
    await ann.room.get_by_role("button", name="2 replies").click()
    await ann.sees(ann.panel.get_by_role("article").filter(has_text="I can do both."))

    await check(ann.page, "thread")

    await ann.panel.get_by_role("button", name="Close thread").click()


@pytest.mark.usefixtures("scene")
async def test_panels(ann: Person) -> None:
    for button, name, text in (
        ("Members", "members", "Ben"),
        ("Room settings", "settings", "Slow mode"),
        ("Moderation", "moderation", "No open reports."),
        ("Notifications", "notifications", "your wheel is true again"),
    ):
        await ann.page.get_by_role("button", name=button).first.click()
        await ann.sees(ann.panel.get_by_text(text).first)
        await check(ann.page, name)
        await ann.panel.get_by_role("button", name="Close").click()


@pytest.mark.usefixtures("scene")
async def test_dialogs(ann: Person) -> None:
    for button, name in (
        ("New room", "new-room"),
        ("Browse public rooms", "public-rooms"),
        ("Profile of Ann", "profile"),
    ):
        await ann.page.get_by_role("button", name=button).click()
        await ann.sees(ann.page.get_by_role("dialog"))
        await check(ann.page, name)
        await ann.page.keyboard.press("Escape")
        await ann.misses(ann.page.get_by_role("dialog"))


@pytest.mark.usefixtures("scene")
async def test_narrow_window(ann: Person) -> None:
    await ann.page.set_viewport_size(NARROW)
    await check(ann.page, "narrow-room")

    await ann.room.get_by_role("button", name="Back to rooms").click()
    await ann.sees(ann.page.get_by_role("link", name="Garden club"))
    await check(ann.page, "narrow-rooms")

    await ann.page.set_viewport_size(WINDOW)
