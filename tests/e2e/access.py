"""Lost passwords and lost links, and what administrators set by the pages that have no script."""

import base64
import hashlib
import hmac
import html
import re
import sys
import time
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


TWO_STEP = "/settings/me/two-step"


class Authenticator:
    """The app on a phone: RFC 6238 in real time. Codes a step early or late are taken, each once, so the three
    around now can be used one after the other without waiting."""

    def __init__(self, key):
        self.key = base64.b32decode(key.replace(" ", ""))
        self.last = 0

    def code(self):
        self.last = max(self.last + 1, int(time.time()) // 30 - 1)
        assert self.last <= int(time.time()) // 30 + 1, "more codes than the drift allows"
        return self.at(self.last)

    def at(self, step):
        mac = hmac.new(self.key, step.to_bytes(8, "big"), hashlib.sha1).digest()
        start = mac[19] & 15
        return f"{(int.from_bytes(mac[start:start + 4], 'big') & 0x7fffffff) % 1000000:06}"


def begin_two_step(page):
    page.submit(TWO_STEP, TWO_STEP, {"do": "begin"})
    said = page.get(TWO_STEP)
    contains(said, 'class="qr"')
    return Authenticator(re.search(r'<dd class="hash">([A-Z2-7 ]+)</dd>', said)[1])


def turn_on(page, phone):
    """The recovery codes."""
    said = page.submit(TWO_STEP, TWO_STEP, {"do": "confirm", "code": phone.code()})
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", said)
    equal(len(set(codes)), 10, said)
    return codes


def half_way(password=NEW):
    """A browser that has said the password and not yet the code."""
    page = browser()
    contains(page.sign_in(ADMIN, password), 'action="/sign-in/code"')
    assert ADMIN not in page.get("/settings/me"), "the password alone let in"
    return page


def say(page, **what):
    return page.submit("/sign-in/code", "/sign-in/code", what)


@suite.case
def the_second_step_is_asked_for_after_the_password():
    page = signs_in(NEW)
    other = signs_in(NEW)
    phone = begin_two_step(page)
    equal(refused(lambda: page.submit(TWO_STEP, TWO_STEP, {"do": "confirm", "code": "x"})), 422)
    world.codes = turn_on(page, phone)
    contains(page.get("/settings/me"), ADMIN)
    assert ADMIN not in other.get("/settings/me"), "another session lives on"

    page = half_way()
    equal(refused(lambda: say(page, code="12345")), 422)
    code = phone.code()
    say(page, code=code)
    contains(page.get("/settings/me"), ADMIN)
    equal(refused(lambda: say(half_way(), code=code)), 422, "the same code again")
    world.page = page


@suite.case
def a_recovery_code_works_once():
    page = half_way()
    say(page, recovery=world.codes[0].upper())
    contains(page.get("/settings/me"), ADMIN)
    equal(refused(lambda: say(half_way(), recovery=world.codes[0])), 422)


@suite.case
def a_link_for_a_lost_password_does_not_replace_the_second_step():
    link = world.lethe.command("agent link", ADMIN).stdout.strip()
    page, said = use(link)
    contains(said, 'action="/sign-in/code"')
    assert ADMIN not in page.get("/settings/me"), "the link alone let in"
    say(page, recovery=world.codes[1])
    contains(page.get("/settings/me"), ADMIN)
    world.page = page


@suite.case
def the_operator_ends_the_second_step_of_a_lost_phone():
    equal(world.lethe.command("agent reset-two-step", ADMIN).returncode, 0)
    assert ADMIN not in world.page.get("/settings/me"), "the session lives on"
    world.page = signs_in(NEW)
    contains(world.page.get("/settings/me"), ADMIN)
    equal(world.lethe.command("agent reset-two-step", ADMIN).returncode, 1)
    equal(world.lethe.command("agent reset-two-step", "nobody@example.org").returncode, 1)
    contains(world.page.get("/settings/agents"), "two-step sign-in reset")


def require_of(role):
    world.page.submit("/settings/agents", "/settings/two-step", {"role": role})


@suite.case
def a_role_that_needs_the_second_step_sets_it_up_first():
    require_of("admin")
    for path in ("/inbox", "/people", "/settings/agents"):
        contains(world.page.get(path), "Your role needs two-step sign-in", path)
    codes = turn_on(world.page, begin_two_step(world.page))
    contains(world.page.get("/settings/agents"), "Changes of access")
    equal(refused(lambda: world.page.submit(TWO_STEP, TWO_STEP, {"do": "off", "code": codes[0]})), 422)
    require_of("")
    world.page.submit(TWO_STEP, TWO_STEP, {"do": "off", "code": codes[0]})
    contains(signs_in(NEW).get("/settings/me"), ADMIN)


@suite.case
def an_administrator_resets_the_second_step_of_an_agent():
    second = "second@example.org"
    world.page.submit("/settings/agents", "/settings/agents",
                      {"name": "Second", "email": second, "role": "agent"})
    mail = eventually(lambda: receiver.to(second), "the invitation")[0]
    page, _ = use(re.search(r"http://\S+/join/[\w-]{43}", mail.text)[0])
    turn_on(page, begin_two_step(page))
    agents = world.page.get("/settings/agents")
    path = re.search(r'action="(/settings/agents/\d+)"', agents)[1]
    equal(refused(lambda: page.submit("/settings/me", path, {"do": "reset_second_step"})), 403)
    world.page.submit("/settings/agents", path, {"do": "reset_second_step"})
    assert second not in page.get("/settings/me"), "the session lives on"
    again = browser()
    again.sign_in(second, NEW)
    contains(again.get("/settings/me"), second)


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
