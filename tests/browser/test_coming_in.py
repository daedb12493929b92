"""Who comes in, as whom, and out again."""

import pytest
from playwright.async_api import Browser, expect

from domain.access import Role
from tests.browser.running import Running
from tests.browser.tabs import opened, sign_in
from tests.keys import key_in


async def test_a_wrong_key_is_told_so_and_the_name_is_kept(
    browser: Browser, running: Running
) -> None:
    """At 2 a.m. nobody types everything twice; the key is never given back."""
    async with opened(browser, running.url, java_script_enabled=False) as tab:
        await sign_in(tab, "t811_of_somebody_else", name="Lee Park")

        assert tab.path == "/dashboard/sign-in"
        await expect(tab.page.get_by_role("alert")).to_contain_text("key")
        await expect(tab.page.get_by_label("Your name")).to_have_value("Lee Park")
        await expect(tab.page.get_by_label("API key")).to_have_value("")
        tab.complaints.clear()  # that the answer was a 401


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_whoever_signs_in_comes_to_where_he_wanted_and_out_again(
    browser: Browser, running: Running, *, has_scripts: bool
) -> None:
    """A link in a message at night leads to its page; after the sign-out the cookie opens nothing."""
    async with opened(browser, running.url, java_script_enabled=has_scripts) as tab:
        await tab.page.goto(f"{tab.url}/dashboard/workers")
        assert tab.path == "/dashboard/sign-in"
        key = await key_in(running.data, Role.OPERATOR)
        await tab.page.get_by_label("API key").fill(key)
        await tab.page.get_by_label("Your name").fill("Dana Ruiz")
        await tab.page.get_by_role("button", name="Sign in").click()
        await expect(tab.page).to_have_url(f"{tab.url}/dashboard/workers")
        await expect(tab.page.locator(".who")).to_contain_text("Dana Ruiz")

        await tab.page.get_by_role("button", name="Sign out").click()
        await expect(tab.page).to_have_url(f"{tab.url}/dashboard/sign-in")
        await tab.page.goto(f"{tab.url}/dashboard/workers")

        assert tab.path == "/dashboard/sign-in"


async def test_a_viewer_sees_everything_and_is_offered_no_action(
    browser: Browser, running: Running
) -> None:
    """What he may not do is not there to be pressed."""
    async with opened(browser, running.url, java_script_enabled=False) as tab:
        await sign_in(tab, await key_in(running.data, Role.VIEWER))
        forms = {}
        for path in (
            "/dashboard",
            "/dashboard/dead-letters",
            "/dashboard/workers",
            "/dashboard/schedules",
            f"/dashboard/tickets/{running.tickets['pending']}",
        ):
            await tab.go(path)
            forms[path] = await tab.page.locator("main form[method=post]").count()

    assert forms == dict.fromkeys(forms, 0)
