"""Lost passwords and lost links, and what administrators set by the pages that have no script."""

import html
import re
import sys
import tomllib
import urllib.error

from lib.installation import ADMIN, PASSWORD, Workplace, exit_unless_built
from lib.site import Browser
from lib.smtp import Receiver
from lib.suite import Suite, contains, equal, eventually

SETTINGS = """
[submission]
url = "{url}"
from = "help@desk.example"
# a comment that stays
"""
NEW = "another horse, another battery"

suite = Suite()
receiver = Receiver()


class World:
    pass


world = World()


def browser():
    return Browser(world.lethe.http)


def ask_for(address):
    return browser().submit("/forgot", "/forgot", {"email": address})


def plain(page, address):
    """Without what differs from form to form."""
    return re.sub(r'(value|nonce)="[^"]*"', "", page.replace(html.escape(address), ""))


def refused(act):
    try:
        act()
    except urllib.error.HTTPError as error:
        return error.code
    return None


def use(link, password=NEW):
    path = link[link.index("/join/"):]
    page = browser()
    said = page.submit(path, "/set-password", {"name": "Root", "password": password, "again": password})
    return page, said


def signs_in(password):
    page = browser()
    try:
        page.sign_in(ADMIN, password)
    except urllib.error.HTTPError:
        return None
    return page


@suite.case
def a_stranger_is_told_the_same_as_an_agent():
    known, unknown = ask_for(ADMIN), ask_for("nobody@example.org")
    contains(known, "on its way")
    equal(plain(unknown, "nobody@example.org"), plain(known, ADMIN))
    mails = eventually(lambda: receiver.to(ADMIN), "the mail with the link")
    world.link = re.search(r"http://\S+/join/[\w-]{43}", mails[0].text)[0]
    equal(receiver.to("nobody@example.org"), [])


@suite.case
def what_is_no_address_is_said_to_be_none():
    equal(refused(lambda: ask_for("nobody")), 422)


@suite.case
def the_link_works_once_and_signs_every_device_out():
    old = signs_in(PASSWORD)
    contains(old.get("/settings/me"), ADMIN)
    page, _ = use(world.link)
    contains(page.get("/settings/me"), ADMIN)
    assert ADMIN not in old.get("/settings/me"), "the old session lives on"
    equal(refused(lambda: use(world.link)), 404)
    assert signs_in(PASSWORD) is None and signs_in(NEW), "which password"
    world.page = page


@suite.case
def the_command_line_prints_a_new_link_with_and_without_a_server():
    done = world.lethe.command("agent link", ADMIN)
    equal(done.returncode, 0, f"{done}")
    first = done.stdout.strip()
    world.lethe.stop()
    done = world.lethe.command("agent link", ADMIN)
    equal((done.returncode, done.stdout.count("\n")), (0, 1), f"{done}")
    world.lethe.start()
    equal(refused(lambda: use(first)), 404)
    world.page, _ = use(done.stdout.strip())
    equal(world.lethe.command("agent link", "nobody@example.org").returncode, 1)
    equal(world.lethe.command("agent link", "no address").returncode, 1)
    equal(world.lethe.command("agent link").returncode, 2)


@suite.case
def the_life_of_copies_is_declared_in_the_browser():
    def declare(days):
        return world.page.submit("/settings/keyring", "/settings/keyring",
                                 {"do": "copies", "copies_days": days})
    for wrong in ("-1", "3651", "soon", ""):
        equal(refused(lambda wrong=wrong: declare(wrong)), 422, wrong)
    contains(world.page.get("/settings/keyring"), "30 days is assumed")
    declare("12")
    declare("9")
    written = (world.lethe.data / "lethe.toml").read_text()
    equal(tomllib.loads(written)["keyring"], {"copies_days": 9}, written)
    contains(written, "# a comment that stays")
    world.lethe.restart()
    page = world.page.get("/settings/keyring")
    assert "30 days is assumed" not in page, "not declared after the restart"
    contains(page, 'value="9"')


@suite.case
def the_days_of_original_mails_are_set_in_the_browser():
    def keep(days):
        return world.page.submit("/settings/mail", "/settings/mail", {"do": "raw", "raw_days": days})
    for wrong in ("-1", "366", "x"):
        equal(refused(lambda wrong=wrong: keep(wrong)), 422, wrong)
    contains(keep("0"), 'name="raw_days" type="number" min="0" max="365" value="0"')


@suite.case
def without_a_server_for_mail_the_page_says_whom_to_ask():
    world.lethe.stop()
    world.lethe.configure("")
    world.lethe.start()
    page = browser().get("/forgot")
    contains(page, "lethe agent link")
    assert 'action="/forgot"' not in page, "a form that leads nowhere"


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as workplace:
        world.lethe = workplace.make("data", SETTINGS.replace("{url}", receiver.url))
        world.lethe.start()
        status = suite.run()
    sys.exit(status)
