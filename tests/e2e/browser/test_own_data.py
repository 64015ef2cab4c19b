"""A user exports their data in the web client, and then deletes their account."""

from __future__ import annotations

import json
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.e2e.browser.person import MILLISECONDS, Person

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.helpers.accounts import UserPool
    from tests.helpers.backend import LocalBackend


pytestmark = [pytest.mark.backend, pytest.mark.node]


async def test_data_is_downloaded_and_the_account_deleted(
    browser: Browser, web_backend: LocalBackend, web_pool: UserPool
) -> None:
    account = await web_pool.sign_up("Zed")
    zed = await Person.at(browser, web_backend.outputs["WebURL"], "Zed")
    await zed.sign_in(account)
    page = zed.page
    await page.get_by_role("button", name=re.compile("^Profile of ")).click()
    await page.get_by_role("button", name="Your data").click()
    await page.get_by_role("button", name="Export my data").click()
    archive = page.get_by_role("link", name="chat-export-1.zip")
    await zed.sees(archive)
    async with page.expect_download() as started:
        await archive.click()
    with zipfile.ZipFile(await (await started.value).path()) as archived:
        (profile,) = json.loads(archived.read("account.json"))
    assert profile["id"] == account.sub

    remove = page.get_by_role("button", name="Delete my account")
    await expect(remove).to_be_disabled()
    await page.get_by_label(re.compile("^Type ")).fill("delete my account")
    await expect(remove).to_be_enabled(timeout=MILLISECONDS)
    await remove.click()
    await zed.sees(page.get_by_role("button", name="Sign in", exact=True))
    assert zed.complaints == []
    await zed.context.close()
