"""The first sign-in of a user whom an administrator created, with a temporary password, in a browser."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.e2e.browser.looks import NEEDS_AXE, check_wide_and_narrow
from tests.e2e.browser.person import Person

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Route

    from tests.helpers.accounts import UserPool
    from tests.helpers.backend import LocalBackend

pytestmark = [pytest.mark.backend, pytest.mark.node, NEEDS_AXE]


async def without_trigger(page: Page, pool: UserPool, endpoint: str) -> list[str]:
    """Make Cognito skip the post authentication trigger after the challenge, but not at other sign-ins.

    Returns a list that receives the responses to the challenge.
    """
    responses: list[str] = []

    async def answer(route: Route) -> None:
        if "NEW_PASSWORD_REQUIRED" not in (route.request.post_data or ""):
            await route.continue_()
            return
        await asyncio.to_thread(pool.invoke_at_sign_in, is_invoked=False)
        response = await route.fetch()
        await asyncio.to_thread(pool.invoke_at_sign_in, is_invoked=True)
        responses.append(await response.text())
        await route.fulfill(response=response)

    await page.route(re.compile(f"^{re.escape(endpoint)}/?$"), answer)
    return responses


@pytest.mark.parametrize("is_invoked", [True, False], ids=["with the trigger", "without the trigger"])
async def test_a_temporary_password_is_replaced_at_the_first_sign_in(
    is_invoked: bool, browser: Browser, web_backend: LocalBackend, web_pool: UserPool
) -> None:
    """AWS does not document whether Cognito invokes the trigger after the challenge of a temporary password."""
    account = await web_pool.create_by_administrator("Grace")
    grace = await Person.at(browser, web_backend.outputs["WebURL"], "Grace")
    page = grace.page
    skipped = [] if is_invoked else await without_trigger(page, web_pool, web_backend.outputs["CognitoEndpoint"])
    await page.get_by_label("Email address").fill(account.username)
    await page.get_by_label("Password").fill(account.password)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await grace.sees(page.get_by_role("heading", name="Choose a password"))
    await check_wide_and_narrow(page, "new-password")

    await page.get_by_label("New password").fill("short")
    await page.get_by_role("button", name="Choose a password").click()
    await grace.sees(page.get_by_role("alert"))
    chosen = replace(account, password=f"{account.password}-2")
    await page.get_by_label("New password").fill(chosen.password)
    await page.get_by_role("button", name="Choose a password").click()

    await grace.sees(page.get_by_role("navigation", name="Rooms"))
    profile = web_backend.table("users").get_item(Key={"userId": account.sub})["Item"]
    assert profile["displayName"] == "Grace"
    assert await web_pool.groups(account) == ["Users"]
    assert (await web_pool.sign_in(chosen)).access_token
    assert any("AuthenticationResult" in response for response in skipped) is not is_invoked
    assert grace.complaints == []
    await grace.context.close()
