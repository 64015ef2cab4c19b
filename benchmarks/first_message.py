"""Commands and seconds from a fresh clone to a message between two browsers.

    python -m benchmarks first_message

Clones the committed state of this checkout into an empty folder, runs the commands of docs/first-steps.md, and lets
Alice and Bob chat in two windows of Chromium. All packages are installed again, from the registries or from caches.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import async_playwright

from common.commands import OperationError, Parser, run
from tests.e2e.browser.person import Person
from tests.helpers.backend import ROOT

MINUTES = 10
"""Maximum minutes from the first command to the reply."""
COMMAND = "make up DETACH=1"
GREETING, ANSWER = "Hello Bob, can you see me?", "I can. Hello Alice!"


def run_in(folder: Path, *command: str) -> None:
    """Run one command and pass its output on.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHAT_", "MAKE", "MFLAGS"))}
    kept.pop("VIRTUAL_ENV", None)
    subprocess.run(command, cwd=folder, env=kept, stdin=subprocess.DEVNULL, check=True)


async def talk(url: str, chromium: str) -> None:
    """Sign in as Alice in one window and as Bob in another; each sees the other's message."""
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=chromium, args=arguments)
        alice, bob = [await come_in(await Person.at(browser, url, name)) for name in ("Alice", "Bob")]
        await alice.say(GREETING)
        await bob.sees(bob.message(GREETING).last)
        await bob.say(ANSWER)
        await alice.sees(alice.message(ANSWER).last)
        await browser.close()


async def come_in(person: Person) -> Person:
    """Sign in with the page's button for demo users, and open the room that `make up` has created."""
    await person.page.get_by_role("region", name="Demo users").get_by_role("button", name=person.name).click()
    await person.page.get_by_role("link", name="Welcome").click()
    await person.sees(person.composer)
    return person


def main(arguments: list[str] | None = None) -> int:
    """Run and print the time; return 1 if it took too long."""
    Parser(prog="python -m benchmarks first_message", description=__doc__).parse_args(arguments)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise OperationError("Chromium is not installed. `make chromium` installs it on Debian and Ubuntu.")
    with tempfile.TemporaryDirectory() as place:
        checkout = Path(place) / "chat"
        begun = time.monotonic()
        run_in(Path(place), "git", "clone", "--quiet", str(ROOT), "chat")
        cloned = time.monotonic()
        try:
            run_in(checkout, *COMMAND.split(), "PORT=0", "TLS_PORT=0", "WEB_PORT=0")
            up = time.monotonic()
            outputs = json.loads((checkout / ".local" / "outputs.json").read_text(encoding="utf-8"))
            asyncio.run(talk(outputs["WebURL"], chromium))
            done = time.monotonic()
        finally:
            run_in(checkout, "make", "down")
    print(f"\n{'git clone':24} {cloned - begun:6.1f} s")
    print(f"{COMMAND:24} {up - cloned:6.1f} s")
    print(f"{'two browsers talk':24} {done - up:6.1f} s")
    is_fine = done - begun <= 60 * MINUTES
    print(f"3 commands, {(done - begun) / 60:.1f} minutes (at most {MINUTES})  {'PASS' if is_fine else 'MISSED'}")
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(run(main))
