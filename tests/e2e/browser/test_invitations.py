"""Direct rooms and invitations, with two users in two browsers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.e2e.browser.looks import NEEDS_AXE, check_wide_and_narrow
from tests.e2e.browser.person import MILLISECONDS

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from tests.e2e.browser.person import Person
    from tests.helpers.chat import ChatUser, Row

pytestmark = [pytest.mark.backend, pytest.mark.node, NEEDS_AXE]


@pytest.fixture
async def private(hosts: dict[str, ChatUser], ann: Person, shared: Row) -> Row:  # noqa: ARG001
    """Create and open a private room with Ann as its only member; she knows Ben from another room."""
    room = await hosts["Ann"].create_room(name="Surprise party", visibility="PRIVATE")
    await ann.page.reload()
    await ann.open_room(room["id"])
    return room


async def invite_ben(ann: Person) -> None:
    """Invite Ben to the open room, from its list of members."""
    await ann.page.get_by_role("button", name="Members").click()
    await ann.panel.get_by_role("button", name="Invite people").click()
    await ann.page.get_by_role("button", name="Invite Ben").click()
    await ann.sees(ann.page.get_by_role("status").filter(has_text="Invitation sent"))


def invitation(ben: Person, room: Row) -> Locator:
    """Return the invitation to a room as shown to Ben."""
    return ben.page.get_by_role("listitem").filter(has_text=room["name"]).filter(has_text="Decline")


@pytest.mark.usefixtures("shared")
async def test_direct_room_is_opened_from_the_members_and_appears_for_the_other_user(ann: Person, ben: Person) -> None:
    await ann.page.get_by_role("button", name="Members").click()
    await ann.panel.get_by_role("button", name="Actions for Ben").click()
    await ann.page.get_by_role("menuitem", name="Message").click()
    await ann.sees(ann.room.get_by_role("heading", name="Ben", exact=True))
    await ann.say("Between us")

    await ben.page.get_by_role("link", name=re.compile("Ann.*Between us")).click()

    await ben.sees(ben.room.get_by_role("heading", name="Ann", exact=True))
    await ben.sees(ben.message("Between us"))
    await ben.page.get_by_role("combobox", name="Message to Ann", exact=True).fill("And nobody else")
    await ben.composer.press("Enter")
    await ann.sees(ann.message("And nobody else"))
    await expect(ann.room.get_by_role("button", name="Moderation")).to_have_count(0)
    await check_wide_and_narrow(ann.page, "direct-room")


@pytest.mark.usefixtures("shared")
async def test_opening_a_direct_room_again_opens_the_same_room(ann: Person, ben: Person) -> None:
    await ben.page.get_by_role("button", name="New message", exact=True).click()
    await ben.page.get_by_role("dialog").get_by_role("searchbox").fill("an")
    await ben.page.get_by_role("button", name="Message Ann").click()

    await ben.sees(ben.message("Between us"))
    await ben.say("Once more")
    await expect(ann.page.get_by_role("link", name=re.compile("Once more"))).to_have_count(1, timeout=MILLISECONDS)


async def test_invitation_is_accepted(ann: Person, ben: Person, private: Row) -> None:
    await invite_ben(ann)
    await ben.sees(invitation(ben, private))
    await ben.page.evaluate("location.hash = '/'")
    await ben.sees(ben.page.get_by_text("No room selected."))
    await check_wide_and_narrow(ben.page, "invitation")

    await invitation(ben, private).get_by_role("button", name="Join").click()

    await ben.sees(ben.room.get_by_role("heading", name=private["name"]))
    await ben.misses(invitation(ben, private))
    await ben.say("Who brings the cake?")
    await ann.sees(ann.message("Who brings the cake?").get_by_text("Ben"))


async def test_invitation_is_declined_and_the_room_stays_closed(ann: Person, ben: Person, private: Row) -> None:
    await invite_ben(ann)

    await invitation(ben, private).get_by_role("button", name="Decline").click()

    await ben.misses(invitation(ben, private))
    await ben.page.evaluate("id => { location.hash = `/room/${encodeURIComponent(id)}` }", private["id"])
    await ben.sees(ben.page.get_by_role("alert").filter(has_text="access to this room"))
    await ben.misses(ben.composer)
    await expect(ann.room.locator(".room-title")).to_contain_text("1 member,")
