"""What the journeys do again and again with the editor of a plan."""

from pathlib import Path

from playwright.sync_api import Page, expect

UPLOADS = Path(__file__).parents[1] / "files/uploads"
GOOD_PDF = UPLOADS / "D27_good.pdf"


def open_part(page: Page, name: str) -> None:
    """A part of the plan, chosen in the list at its left."""
    page.get_by_role("navigation", name="Parts of the plan").get_by_role("link", name=name).click()


def write(page: Page, label: str, text: str) -> None:
    """Type, and leave the field: it is saved a while after, without the press of a button."""
    field = page.get_by_label(label)
    with page.expect_response(is_autosave):
        field.fill(text)
        field.blur()


def is_autosave(response) -> bool:
    return "/sections/" in response.url and response.request.headers.get("hx-request") == "true"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def confirm(page: Page, name: str) -> None:
    """A button that first asks: press it, and press it again under the question."""
    page.locator("summary", has_text=name).click()
    press(page, name)


def upload(page: Page, file: Path) -> None:
    page.get_by_label("File", exact=True).set_input_files(file)
    press(page, "Add the file")


def expect_state(page: Page, word: str) -> None:
    """Where the filing stands, beside the heading."""
    expect(page.locator(".gm-page-head")).to_contain_text(word)


def source(page: Page, wording: str):
    """The line of the plan's page that quotes this sentence, with how it stands in time."""
    return page.locator(".gm-strip__line", has_text=wording)
