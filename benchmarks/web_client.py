"""A room of 10,000 messages in the web client: rows in the page, and the CPU time of a scrolling step.

    python -m benchmarks web_client

Writes the messages directly to the table, opens the room in Chromium, reads back to the first message, and scrolls
through all of them in 300 steps. Has the requirements of the browser tests: `make bootstrap-all chromium`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright

from common.commands import OperationError, Parser, run
from tests.e2e.browser.person import Person
from tests.helpers.accounts import UserPool
from tests.helpers.backend import LocalBackend
from tests.helpers.chat import ChatUser

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

    from tests.helpers.chat import Row

MESSAGES = 10_000
MOST_ROWS = 100
STEP_MILLISECONDS = 1000 / 60
"""A frame at 60 per second. A step is two windows of new rows, more than a user scrolls at once."""
STEPS = 300
READING_SECONDS = 600

_READ_BACK = """() => {
  const list = document.querySelector('.scroller');
  list.scrollTop = 0;
  return list.textContent.includes('The first of them');
}"""
_SCROLL = """async (steps) => {
  const list = document.querySelector('.scroller');
  const step = list.scrollHeight / steps;
  for (let number = 0; number < steps; number += 1) {
    list.scrollTop = number * step;
    await new Promise(requestAnimationFrame);
  }
  return list.querySelectorAll('[data-row]').length;
}"""


def fill(backend: LocalBackend, room: Row) -> None:
    """Insert copies of a room's first message after it."""
    table = backend.table("messages")
    first = table.get_item(Key={"roomId": room["id"], "seq": 1})["Item"]
    with table.batch_writer() as batch:
        for seq in range(2, MESSAGES + 1):
            content = f"Message {seq} " + "and so on " * (seq % 40)
            batch.put_item({**first, "seq": seq, "clientMessageId": f"copy-{seq}", "content": content})
    backend.table("rooms").update_item(
        Key={"roomId": room["id"]},
        UpdateExpression="SET lastSeq = :last",
        ExpressionAttributeValues={":last": MESSAGES},
    )


async def measure(backend: LocalBackend, chromium: str) -> tuple[int, float]:
    """Return the number of rows in the page, and the CPU milliseconds of a step."""
    pool = UserPool(backend)
    account = await pool.sign_up("Reader")
    user = ChatUser.of(account, await pool.sign_in(account), backend.outputs)
    room = await user.create_room(name="Ten thousand")
    await user.send(room, "The first of them")
    await asyncio.to_thread(fill, backend, room)
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=chromium, args=arguments)
        person = await Person.at(browser, backend.outputs["WebURL"], "Reader")
        await person.sign_in(account)
        await person.open_room(room["id"])
        await read_back(person.page)
        session = await person.context.new_cdp_session(person.page)
        # CPU time instead of wall-clock time, so that other load on the machine has no effect.
        await session.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = await busy_seconds(session)
        rows: int = await person.page.evaluate(_SCROLL, STEPS)
        busy = await busy_seconds(session) - before
        await browser.close()
    return rows, 1000 * busy / STEPS


async def busy_seconds(session: CDPSession) -> float:
    """Return the CPU time of the page's main thread."""
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))


async def read_back(page: Page) -> None:
    """Scroll to the top repeatedly until the first message is loaded."""
    async with asyncio.timeout(READING_SECONDS):
        while not await page.evaluate(_READ_BACK):  # noqa: ASYNC110 - the page tells when it is asked only
            await asyncio.sleep(0.02)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return 1 if a target was missed."""
    Parser(prog="python -m benchmarks web_client", description=__doc__).parse_args(arguments)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise OperationError("Chromium is not installed. `make chromium` installs it on Debian and Ubuntu.")
    with tempfile.TemporaryDirectory() as folder:
        backend = LocalBackend(Path(folder))
        backend.up(web=True)
        try:
            rows, milliseconds = asyncio.run(measure(backend, chromium))
        finally:
            backend.down()
    is_fine = rows <= MOST_ROWS and milliseconds <= STEP_MILLISECONDS
    print(f"{MESSAGES:,} messages: {rows} rows in the page (at most {MOST_ROWS}); a step of scrolling takes ", end="")
    print(
        f"{milliseconds:.1f} ms of the processor (at most {STEP_MILLISECONDS:.1f})  {'PASS' if is_fine else 'MISSED'}"
    )
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(run(main))
