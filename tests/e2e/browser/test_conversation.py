"""Two users in two browsers: each sees the other's actions, also when the server is killed in between."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from playwright.async_api import TimeoutError, expect  # noqa: A004 - its own name for it

from tests.e2e.browser.person import MILLISECONDS, Person
from tests.e2e.browser.picture import landscape
from tests.helpers.accounts import CONFIRMATION_CODE
from tests.helpers.deployed import deployed_backend
from tests.helpers.system_messages import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.async_api import Browser, Locator

    from tests.helpers.accounts import UserPool
    from tests.helpers.backend import LocalBackend
    from tests.helpers.chat import ChatUser, Row

EDITS_AND_TYPES_AT_ONCE = """async (field, text) => {
  const ofTheField = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value');
  field.focus();
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }));
  await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  });
  ofTheField.set.call(field, text);
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await new Promise((resolve) => setTimeout(resolve, 500));
}"""
"""Two key presses of a fast user, without a painted frame between them."""
ON_ITS_WAY = re.compile("Sending|Not sent")
"""State of a message until the server has acknowledged it; after some attempts it waits for the connection."""

pytestmark = [pytest.mark.backend, pytest.mark.node]


@pytest.fixture(scope="module")
def web_backend(served: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:  # noqa: ARG001
    """Start a separate backend with the web client, because the test kills it."""
    running = deployed_backend(tmp_path_factory, "web", UNTOLD)
    running.up(web=True)
    if not (running.directory / "web" / "site" / "index.html").is_file():
        running.down()
        pytest.skip((running.directory / "web" / "trouble.txt").read_text(encoding="utf-8"))
    yield running
    running.down()


async def test_new_user_signs_up_confirms_and_opens_a_room(
    browser: Browser, web_backend: LocalBackend, web_pool: UserPool
) -> None:
    newcomer = web_pool.invent("Newcomer")
    person = await Person.at(browser, web_backend.outputs["WebURL"], newcomer.name)
    page = person.page

    await page.get_by_role("button", name="Create an account").click()
    await page.get_by_label("Your name").fill(newcomer.name)
    await page.get_by_label("Email address").fill(newcomer.username)
    await page.get_by_label("Password").fill(newcomer.password)
    await page.get_by_role("button", name="Create account").click()
    await page.get_by_label("Code").fill(CONFIRMATION_CODE)
    await page.get_by_role("button", name="Confirm your email").click()
    await page.get_by_role("button", name="New room").click()
    await page.get_by_role("dialog").get_by_label("Name").fill("First room")
    await page.get_by_role("button", name="Create room").click()
    await person.sees(page.get_by_text("No messages yet."))
    await person.say("Is anybody here?")

    await person.sees(person.message("Is anybody here?").get_by_text(newcomer.name))
    assert person.complaints == []
    await person.context.close()


@pytest.mark.usefixtures("shared")
async def test_messages_arrive_and_typing_indicator_is_shown(ann: Person, ben: Person) -> None:
    await until_seen(ann, ben.page.get_by_text("Ann is typing"))

    await ann.say("Good morning")

    await ben.sees(ben.message("Good morning"))
    await ben.misses(ben.page.get_by_text("Ann is typing"))
    await ben.say("And to you\nwith a second line")
    await ann.sees(ann.message("with a second line"))
    assert await ann.texts() == await ben.texts() == ["Good morning", "And to you\nwith a second line"]


async def until_seen(writer: Person, sign: Locator) -> None:
    """Keep typing until the other user sees the indicator, which disappears after twelve seconds."""
    async with asyncio.timeout(MILLISECONDS / 1000):
        while not await sign.is_visible():
            await writer.composer.press_sequentially("Good morning ")
            with suppress(TimeoutError):
                await sign.wait_for(timeout=1000)


@pytest.mark.usefixtures("shared")
async def test_edit_reaction_and_deletion_are_shown(ann: Person, ben: Person) -> None:
    await ann.say("Good mroning")
    await ben.sees(ben.message("Good mroning"))
    await ann.misses(ann.room.get_by_text(ON_ITS_WAY))

    await ann.composer.press("ArrowUp")
    await ann.say("Good morning")
    await ben.sees(ben.message("Good morning").get_by_text("edited"))

    await ben.act("Good morning", "Add a reaction")
    await ben.page.get_by_role("button", name="party", exact=True).click()
    reaction = ann.message("Good morning").get_by_role("button", name=re.compile("^🎉, "))
    await ann.sees(reaction)
    await reaction.click()
    await expect(reaction).to_have_text("🎉 2", timeout=MILLISECONDS)
    await expect(ben.message("Good morning").locator(".reaction")).to_have_text("🎉 2", timeout=MILLISECONDS)

    await ann.act("Good morning", "More")
    await ann.page.get_by_role("menuitem", name="Delete").click()
    await ben.sees(ben.room.get_by_text("This message was deleted."))
    await ben.misses(ben.message("Good morning"))


@pytest.mark.usefixtures("shared")
async def test_text_typed_right_after_opening_an_edit_is_kept(ann: Person) -> None:
    await ann.say("Good mroning")
    await ann.sees(ann.message("Good mroning"))
    await ann.misses(ann.room.get_by_text(ON_ITS_WAY))

    await ann.composer.evaluate(EDITS_AND_TYPES_AT_ONCE, "Good morning")

    await ann.sees(ann.page.get_by_text("Editing your message"))
    await expect(ann.composer).to_have_value("Good morning")


@pytest.mark.usefixtures("shared")
async def test_thread_stays_open_beside_the_room(ann: Person, ben: Person) -> None:
    await ann.say("What shall we eat?")
    await ben.sees(ben.message("What shall we eat?"))

    await ben.act("What shall we eat?", "Open thread")
    await ben.panel.get_by_role("combobox", name="Reply in the thread").fill("Soup")
    await ben.panel.get_by_role("combobox", name="Reply in the thread").press("Enter")

    await ann.room.get_by_role("button", name="1 reply").click()
    await ann.sees(ann.panel.get_by_role("article").filter(has_text="Soup"))
    await ann.panel.get_by_role("combobox", name="Reply in the thread").fill("Again?")
    await ann.panel.get_by_role("combobox", name="Reply in the thread").press("Enter")
    await ben.sees(ben.panel.get_by_role("article").filter(has_text="Again?"))
    await ann.panel.get_by_role("button", name="Close thread").click()
    await ben.panel.get_by_role("button", name="Close thread").click()


async def test_mention_is_completed_and_notified(ann: Person, ben: Person, shared: Row) -> None:
    await ben.page.evaluate("location.hash = '/'")
    await ben.sees(ben.page.get_by_text("No room selected."))
    word = uuid4().hex

    await ann.composer.press_sequentially("Are you there @Be")
    await ann.sees(ann.page.get_by_role("option", name="@Ben"))
    await ann.composer.press("Enter")
    await ann.composer.press_sequentially(word)
    await ann.composer.press("Enter")

    await ann.sees(ann.message(word).locator(".mention", has_text="@Ben"))
    link = ben.page.get_by_role("link", name=re.compile(re.escape(shared["name"]) + ".*@1 mentions"))
    await ben.sees(link)
    await ben.page.get_by_role("button", name=re.compile("^Notifications")).click()
    await ben.panel.get_by_role("button").filter(has_text=word).click()
    await ben.sees(ben.message(word).locator(".mention-me"))
    await ben.misses(link)


@pytest.mark.usefixtures("shared")
async def test_picture_is_uploaded_and_shown(ann: Person, ben: Person) -> None:
    await ann.page.get_by_label("Files to attach").set_input_files(
        {"name": "green.png", "mimeType": "image/png", "buffer": landscape(320, 200)}
    )
    await ann.sees(ann.page.get_by_role("list", name="Files to send").get_by_text(re.compile("KB|bytes")))
    await ann.say("My garden")

    picture = ben.message("My garden").get_by_role("img", name="green.png")
    await ben.sees(picture)
    width = "image => image.decode().then(() => image.naturalWidth)"
    assert await picture.evaluate(width) == 320


async def test_removed_member_leaves_the_room_at_once(ann: Person, ben: Person, shared: Row) -> None:
    await ann.page.get_by_role("button", name="Members").click()
    await ann.panel.get_by_role("button", name="Actions for Ben").click()
    await ann.page.get_by_role("menuitem", name="Remove from room").click()
    await ann.page.get_by_role("dialog").get_by_label("Reason").fill("Too many puns")
    await ann.page.get_by_role("button", name="Remove", exact=True).click()

    await ben.sees(ben.page.get_by_role("alert").filter(has_text=shared["name"]))
    await ben.misses(ben.composer)
    await ben.misses(ben.page.get_by_role("link", name=re.compile("^" + re.escape(shared["name"]))))
    await ben.sees(ben.page.get_by_role("alert").filter(has_text="Too many puns"))


async def test_messages_during_an_interruption_are_loaded(
    ann: Person, ben: Person, shared: Row, hosts: dict[str, ChatUser]
) -> None:
    await ben.say("before")
    await ann.sees(ann.message("before"))
    await ann.network.cut()
    await ann.sees(ann.page.get_by_role("button", name="Try now"))
    for number in range(3):
        await hosts["Ben"].send(shared, f"missed {number}")
    await ann.say("written meanwhile")

    await ann.come_back()

    await ann.sees(ann.page.get_by_text(re.compile(r"Back online: [3-9] new messages")))
    await ben.sees(ben.message("written meanwhile"))
    expected = ["before", "missed 0", "missed 1", "missed 2", "written meanwhile"]
    await expect(ann.room.locator("article .text")).to_have_text(expected, timeout=MILLISECONDS)
    await expect(ben.room.locator("article .text")).to_have_text(expected, timeout=MILLISECONDS)


async def test_killed_server_loses_no_message(
    ann: Person, ben: Person, shared: Row, hosts: dict[str, ChatUser], web_backend: LocalBackend
) -> None:
    await ann.say("before the end")
    await ben.sees(ben.message("before the end"))

    await asyncio.to_thread(web_backend.kill)
    for person in (ann, ben):
        await person.sees(person.page.get_by_role("button", name="Try now"))
    await ann.say("while it was away")
    await ann.sees(ann.room.get_by_text(ON_ITS_WAY))
    for person in (ann, ben):
        person.network.is_open = False
    await asyncio.to_thread(web_backend.up, web=True)
    for number in range(3):
        await hosts["Ben"].send(shared, f"while they were away {number}")
    for person in (ann, ben):
        await person.come_back()

    for person in (ann, ben):
        await person.sees(person.message("while it was away"))
        await expect(person.message("while they were away")).to_have_count(3, timeout=MILLISECONDS)
        await person.misses(person.room.get_by_text(ON_ITS_WAY))
    await ben.say("after it")
    await ann.sees(ann.message("after it"))
    history = [row["content"] for row in reversed(await hosts["Ann"].history(shared)) if row["type"] == "TEXT"]
    assert sorted(history) == sorted(set(history))
    assert await ann.texts() == await ben.texts() == history
