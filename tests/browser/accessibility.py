"""What stands in the way of whoever cannot see well, uses the keys alone, or holds a phone."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

GRAVE = {"serious", "critical"}

# Everything that can be used and is shown: what lies in a closed <details> is not. From here on the
# page notes what the focus comes to, and whether that looks different from before.
WATCH_FOCUS = """() => {
  const looks = one => [one, ...one.children].map(it => getComputedStyle(it))
    .map(it => [it.outlineStyle, it.boxShadow, it.stroke, it.strokeWidth].join()).join();
  window.usable = [...document.querySelectorAll(
      'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled)
    .map(one => ({one, before: looks(one), missing: 'not reached'}));
  addEventListener('focusin', event => {
    const it = usable.find(it => it.one === event.target);
    if (it) it.missing = looks(it.one) === it.before ? 'not seen' : '';
  });
  return usable.length;
}"""
MISSED = """() => usable.filter(it => it.missing)
  .map(it => `${it.missing}: ${it.one.outerHTML.slice(0, 120)}`)"""
# What is wider than the page, other than inside a box that scrolls by itself.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll'))
    .map(one => one.outerHTML.slice(0, 120))
    .concat([`the page is ${document.documentElement.scrollWidth} wide`])"""


async def faults(page: Page) -> list[str]:
    """Return what axe-core finds grave on the page, each with where it is."""
    found = await Axe().run(page)
    return [
        f"{one['id']} ({one['impact']}): {', '.join(map(str, node['target']))}"
        for one in found.response["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


async def out_of_reach(page: Page) -> list[str]:
    """Press Tab through the page; return what it never came to, or where the focus is not seen."""
    for _press in range(await page.evaluate(WATCH_FOCUS) + 1):
        await page.keyboard.press("Tab")
    missed: list[str] = await page.evaluate(MISSED)
    return missed


async def too_wide(page: Page) -> list[str]:
    """Return what makes the page wider than the screen."""
    found: list[str] = await page.evaluate(TOO_WIDE)
    return found
