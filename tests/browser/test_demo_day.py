"""The demonstration as `make run` opens it, on 25 May 2018: 唐河 goes on with its draft and brings it through, 桐柏
sends what it issued to the province. Everybody signs in with the account that the command prints.

With SCREENSHOTS=1 in the environment each main page is kept in the test's own folder (`--basetemp` says where).
"""

import os
import re
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tasks.management.commands import load_demo
from tests.browser.hands import confirm, expect_state, open_part, press, source, write

ADDED = "示例唐河六号石灰岩矿"
LEFT_OUT = "示例唐河八号金矿"
CITY_SENTENCE = "应在五月中旬前完成方案编制印发工作并报省厅备案"
PROVINCE_SENTENCE = "要在5月底之前印发工作方案并报省厅备案"


@pytest.fixture
def accounts(reference, monkeypatch, tmp_path):
    """The user names that the command printed, and their password."""
    monkeypatch.setattr(load_demo, "PASSWORD", tmp_path / "password")
    out = StringIO()
    call_command("load_demo", stdout=out)
    head, *lines = out.getvalue().splitlines()
    password = re.search(r"密码都是 (\S+)）", head)[1]
    return {line.split()[0]: password for line in lines}


@pytest.fixture
def sign_in(accounts, new_context, live_server, watch):
    """`sign_in("tanghe")`: a page in that person's own browser, at the desk."""

    def start(username):
        context = new_context(base_url=live_server.url)
        context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
        page = watch(context.new_page())
        page.goto("/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(accounts[username])
        press(page, "Sign in")
        expect(page.get_by_role("heading", level=1, name="Desk")).to_be_visible()
        return page

    return start


@pytest.fixture
def keep(tmp_path):
    """`keep(page, "desk")`: its picture, for whoever asked for pictures."""

    def picture(page, name):
        if os.environ.get("SCREENSHOTS"):
            page.screenshot(path=tmp_path / f"{name}.png", full_page=True)

    return picture


def test_a_draft_of_the_demo_is_sent_returned_mended_accepted_and_issued(sign_in, keep, tmp_path):
    clerk = sign_in("tanghe")
    keep(clerk, "1-county-desk")
    go_on_with_the_draft(clerk)
    keep(clerk, "2-county-editor")
    the_table_comes_back_unchanged(clerk, tmp_path)
    keep(clerk, "3-import")
    send(clerk)
    keep(clerk, "4-county-sent")

    reviewer = sign_in("nanyang")
    keep(reviewer, "5-city-desk")
    return_with_a_comment(reviewer)
    keep(reviewer, "6-city-returned")

    take_the_mine_over(clerk)
    keep(clerk, "7-county-mended")
    confirm(clerk, "Submit to the city for review")
    expect_state(clerk, "Mended, to review")

    accept(reviewer)
    keep(reviewer, "8-city-accepted")
    issue(clerk)
    keep(clerk, "9-county-issued")


def go_on_with_the_draft(clerk):
    clerk.get_by_role("link", name="Go on with the draft").click()
    expect_state(clerk, "Draft")
    clerk.get_by_role("link", name="Go on writing").click()
    open_part(clerk, "Safeguards")
    write(clerk, "Text", "成立领导小组，建设资金列入县财政预算。")
    expect(clerk.locator("#save-state")).to_contain_text("Saved at")
    open_part(clerk, "Task breakdown")
    check = clerk.get_by_role("complementary")
    expect(check).to_contain_text(LEFT_OUT)
    reason = clerk.get_by_role("listitem").filter(has=clerk.get_by_label(LEFT_OUT))
    reason.get_by_role("textbox").fill("正在办理注销（示例）。")
    reason.get_by_role("button", name="Keep the reason").click()
    expect(check).to_contain_text(ADDED)
    expect(check).not_to_contain_text(LEFT_OUT)


def the_table_comes_back_unchanged(clerk, tmp_path):
    clerk.get_by_role("link", name="Overview of the plan").click()
    with clerk.expect_download() as download:
        clerk.get_by_role("link", name="Export to Excel").click()
    table = tmp_path / "breakdown.xlsx"
    download.value.save_as(table)
    clerk.get_by_role("link", name="Go on writing").click()
    open_part(clerk, "Task breakdown")
    clerk.get_by_role("link", name="Import Excel").click()
    clerk.get_by_label("File to import").set_input_files(table)
    press(clerk, "Send and check")
    expect(clerk.get_by_role("main")).to_contain_text("Nothing to import: all is as it stands here.")
    expect(clerk.get_by_text("Unchanged: 3")).to_be_visible()


def send(clerk):
    clerk.goto("/")
    clerk.get_by_role("link", name="Go on with the draft").click()
    confirm(clerk, "Submit to the city for review")
    expect_state(clerk, "Submitted, to review")


def return_with_a_comment(reviewer):
    reviewer.get_by_role("row", name="唐河县").get_by_role("link", name="Review").click()
    press(reviewer, "Begin the review")
    section = reviewer.locator("#section-breakdown")
    section.get_by_label("Comment, sent with the verdict").fill(f"{ADDED}是大型露天矿山，应当纳入。")
    expect(section.get_by_role("status")).to_contain_text("Kept, not sent yet")
    reviewer.get_by_role("link", name="Return for correction").click()
    reviewer.get_by_label("What is to be mended").fill("请补充任务分解。")
    press(reviewer, "Return for correction")
    expect_state(reviewer, "Returned")


def take_the_mine_over(clerk):
    clerk.goto("/")
    clerk.get_by_role("link", name="Mend what was returned").click()
    clerk.get_by_role("link", name="Go on writing").click()
    open_part(clerk, "Task breakdown")
    expect(clerk.get_by_text(f"{ADDED}是大型露天矿山，应当纳入。")).to_be_visible()
    clerk.get_by_role("link", name="Add from the register").first.click()
    ticked = clerk.get_by_role("checkbox", checked=True)
    while ticked.count():
        ticked.first.uncheck()
    clerk.get_by_role("checkbox", name=ADDED).check()
    press(clerk, "Take the ticked mines over")
    clerk.get_by_label(f"{ADDED} Tier").select_option("baseline")
    row = clerk.get_by_role("row").filter(has=clerk.get_by_label(f"{ADDED} Tier"))
    expect(row.get_by_role("status")).to_contain_text("Saved")
    planned = clerk.get_by_label(f"{ADDED} Planned completion")
    with clerk.expect_response(lambda answer: "/lines/" in answer.url):
        planned.fill("2019年12月")
        planned.blur()
    expect(row.get_by_role("status")).to_contain_text("Saved")


def accept(reviewer):
    reviewer.goto("/")
    reviewer.get_by_role("link", name="Review the mended plan of 唐河县").click()
    press(reviewer, "Begin the review")
    expect(reviewer.locator("#section-breakdown")).to_contain_text(ADDED)
    reviewer.get_by_role("link", name="Accept", exact=True).click()
    press(reviewer, "Accept")
    expect_state(reviewer, "Accepted")


def issue(clerk):
    """The clerk of 唐河 is its leader too, and says under which role the paper is issued."""
    clerk.goto("/")
    clerk.locator("summary", has_text="唐河填报员").first.click()
    clerk.get_by_role("button", name="唐河县 · Leader").click()
    clerk.get_by_role("link", name="Issue the accepted plan").click()
    clerk.get_by_role("link", name="Record the issue").click()
    clerk.get_by_label("Document number").fill("唐国土资〔2018〕19号")
    press(clerk, "Record the issue")
    expect_state(clerk, "Issued")
    # No sentence asks an ordinary county to file: it is on time with what it has done (domain.md, trap 3).
    expect(source(clerk, "应在六月中旬前完成工作方案编制")).to_contain_text("On time")


def test_tongbai_files_late_for_the_city_and_on_time_for_the_province(sign_in, keep):
    leader = sign_in("tongbai-ld")
    keep(leader, "1-leader-desk")
    leader.get_by_role("link", name="Send the issued plan to the province").click()
    leader.get_by_role("link", name="Record the sending to the province").click()
    press(leader, "Record the sending to the province")
    expect_state(leader, "Sent to file")
    expect(source(leader, CITY_SENTENCE)).to_contain_text("Done late")
    expect(source(leader, PROVINCE_SENTENCE)).to_contain_text("On time")
    keep(leader, "2-leader-sent")

    province = sign_in("henan")
    keep(province, "3-province-desk")
    province.get_by_role("link", name="Give 桐柏县 the receipt").click()
    province.get_by_role("link", name="Give the receipt").click()
    press(province, "Give the receipt")
    expect_state(province, "Filed")
    keep(province, "4-province-receipted")
