"""Moderation of a room, as seen by its owner and by the members."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.e2e.browser.looks import NEEDS_AXE, check, check_wide_and_narrow
from tests.e2e.browser.person import MILLISECONDS
from tests.helpers.chat import ChatUser

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from tests.e2e.browser.person import Person
    from tests.helpers.accounts import UserPool
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import Row

pytestmark = [pytest.mark.backend, pytest.mark.node, NEEDS_AXE]


@pytest.fixture(scope="module")
async def cleo(web_pool: UserPool, web_backend: LocalBackend) -> ChatUser:
    """Return a third user without a browser."""
    account = await web_pool.sign_up("Cleo")
    return ChatUser.of(account, await web_pool.sign_in(account), web_backend.outputs)


async def act_on_ben(ann: Person, action: str) -> None:
    """Choose a moderation action for Ben."""
    if not await ann.panel.get_by_role("heading", name="Members").is_visible():
        await ann.page.get_by_role("button", name="Members").click()
    await ann.panel.get_by_role("button", name="Actions for Ben").click()
    await ann.page.get_by_role("menuitem", name=action).click()


async def give_reason(person: Person, reason: str, action: str) -> None:
    """Fill in the dialog that asks for a reason."""
    await person.page.get_by_role("dialog").get_by_label("Reason").fill(reason)
    await person.page.get_by_role("dialog").get_by_role("button", name=action, exact=True).click()
    await person.misses(person.page.get_by_role("dialog"))


async def open_moderation(ann: Person, tab: str) -> Locator:
    """Open a tab of the moderation panel and reload it."""
    if not await ann.panel.get_by_role("heading", name="Moderation").is_visible():
        await ann.page.get_by_role("button", name="Moderation").click()
    await ann.panel.get_by_role("tab", name="Log" if tab != "Log" else "Reports").click()
    await ann.panel.get_by_role("tab", name=tab).click()
    return ann.panel.get_by_role("tabpanel")


@pytest.mark.usefixtures("shared")
async def test_muted_member_can_read_but_not_write(ann: Person, ben: Person) -> None:
    await act_on_ben(ann, "Mute for 1 hour")
    await check_wide_and_narrow(ann.page, "reason")
    await give_reason(ann, "Shouting", "Mute")

    await ben.sees(ben.room.get_by_text("You are muted until"))
    await ben.misses(ben.composer)
    await ann.say("A quiet hour")
    await ben.sees(ben.message("A quiet hour"))
    await check_wide_and_narrow(ben.page, "muted")
    await ann.sees(ann.panel.get_by_role("listitem").filter(has_text="Ben").get_by_text("muted"))

    await act_on_ben(ann, "Unmute")

    await ben.sees(ben.composer)
    await ben.say("Thank you")
    await ann.sees(ann.message("Thank you"))


async def test_banned_member_cannot_join_until_the_ban_is_lifted(ann: Person, ben: Person, shared: Row) -> None:
    await act_on_ben(ann, "Ban")
    await give_reason(ann, "Selling watches", "Ban")

    await ben.sees(ben.page.get_by_role("alert").filter(has_text="Selling watches"))
    await ben.misses(ben.composer)
    await ben.page.evaluate("id => { location.hash = `/room/${encodeURIComponent(id)}` }", shared["id"])
    await ben.page.get_by_role("button", name="Join").click()
    await ben.sees(ben.page.get_by_role("alert").filter(has_text="banned"))
    banned = await open_moderation(ann, "Banned")
    await ann.sees(banned.get_by_text("Ben"))
    await check_wide_and_narrow(ann.page, "banned")

    await banned.get_by_role("button", name="Unban").click()

    await ann.sees(banned.get_by_text("No banned members."))
    await ben.page.get_by_role("button", name="Join").click()
    await ben.sees(ben.composer)


@pytest.mark.usefixtures("shared")
async def test_frozen_room_is_read_only(ann: Person, ben: Person) -> None:
    await ann.page.get_by_role("button", name="Room settings").click()
    await ann.panel.get_by_label("Frozen").check()
    await ann.sees(ann.room.get_by_text("This room is frozen. You can unfreeze it"))
    await ben.say("Too late")

    await ben.sees(ben.message("Too late").get_by_text("Not sent"))
    await ben.sees(ben.room.get_by_text("This room is frozen. Only a moderator can unfreeze it."))
    await ben.misses(ben.composer)
    await check_wide_and_narrow(ben.page, "frozen")

    await ann.panel.get_by_label("Frozen").uncheck()
    await ann.say("Open again")

    await ben.sees(ben.composer)
    await ben.message("Too late").get_by_role("button", name="Retry").click()
    await ann.sees(ann.message("Too late"))


@pytest.mark.usefixtures("shared")
async def test_slow_mode_delays_the_second_message(ann: Person, ben: Person) -> None:
    await ann.page.get_by_role("button", name="Room settings").click()
    await ann.panel.get_by_label("Slow mode").select_option("1 hour")
    await ann.sees(ann.room.get_by_text("slow mode: 1 hour"))

    await ben.say("The first")
    await ann.sees(ann.message("The first"))
    await ben.say("The second")

    await ben.sees(ben.message("The second").get_by_text("Not sent"))
    await ben.sees(ben.room.get_by_text("slow mode: 1 hour"))
    await check(ben.page, "slow-mode")
    await ann.say("Slow mode is for members")
    await ben.sees(ben.message("Slow mode is for members"))
    await expect(ann.message("The second")).to_have_count(0)
    await ben.message("The second").get_by_role("button", name="Discard").click()
    await ben.misses(ben.message("The second"))


async def test_report_is_resolved_and_all_actions_are_logged(
    ann: Person, ben: Person, cleo: ChatUser, shared: Row
) -> None:
    await cleo.join(shared)
    await cleo.send(shared, "Cheap watches here")
    await ben.act("Cheap watches here", "More")
    await ben.page.get_by_role("menuitem", name="Report message").click()
    await give_reason(ben, "Spam", "Report")
    reports = await open_moderation(ann, "Reports")
    await ann.sees(reports.get_by_text("Ben reported a message: “Spam”"))
    await check_wide_and_narrow(ann.page, "reports")

    await reports.get_by_role("button", name="Remove message").click()

    await ben.sees(ben.room.get_by_text("This message was removed by a moderator."))
    await ann.sees(reports.get_by_text("No open reports."))

    await ben.say("Good riddance, you crook")
    await ann.act("Good riddance", "More")
    await ann.page.get_by_role("menuitem", name="Remove message").click()
    await give_reason(ann, "No names, please", "Remove")

    removed = ben.room.get_by_text("This message was removed by a moderator.")
    await expect(removed).to_have_count(2, timeout=MILLISECONDS)
    log = await open_moderation(ann, "Log")
    await ann.sees(log.get_by_text("Ann removed a message from Cleo: “Spam”"))
    await ann.sees(log.get_by_text("Ann resolved a report about Cleo"))
    await ann.sees(log.get_by_text("Ann removed a message from Ben: “No names, please”"))
    await ann.sees(log.get_by_text("resolution: acted on"))
    await ann.sees(ann.page.get_by_role("link", name=re.compile(f"^.*{shared['name']}.*Deleted message")))
    await check_wide_and_narrow(ann.page, "log")
