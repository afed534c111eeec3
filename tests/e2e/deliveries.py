"""Settings, Deliveries: what was refused, what waits, who may look, and that no address is kept."""

import http.client
import sys

from lib.api import Api
from lib.installation import ADMIN, PASSWORD, Workplace, exit_unless_built
from lib.site import Browser
from lib.smtp import Client, HungUp, mail, send
from lib.suite import Suite, contains, equal

suite = Suite()
PAGE = "/settings/deliveries"
STRANGER = "quentin.unlikely@elsewhere.example"


class World:
    pass


world = World()


def refusals(door):
    rows = world.api.ok(world.api.get("/deliveries"))["refusals"]
    counts = {}
    for row in rows:
        if row["door"] == door:
            kind = (row["code"], row["reason"])
            counts[kind] = counts.get(kind, 0) + row["count"]
    return counts


@suite.case
def an_empty_page_says_what_it_means():
    page = world.browser.get(PAGE)
    contains(page, "Nothing was refused in the last 14 days")
    contains(page, "No mail is on its way")
    contains(world.browser.get("/settings/mail"), f'href="{PAGE}"', "the menu")


@suite.case
def refusals_at_the_smtp_door_are_counted_at_once():
    for _ in range(3):
        with Client(world.lethe.smtp) as client:
            code, _ = client.command(f"MAIL FROM:<{STRANGER}> SIZE=99999999999")
            equal(code, 552)
    with Client(world.lethe.smtp) as client:
        client.envelope(STRANGER, ["help@desk.example"])
        client.expect("DATA", 354)
        client.write(b"Subject: smuggled\r\n\r\nText\n.\nMAIL FROM:<x@y.example>\r\n.\r\n")
        try:
            code, _ = client.answer()
        except HungUp:
            code = 521
    equal(code, 521)
    found = refusals("smtp")
    equal(found.get((552, "too_large")), 3, f"{found}")
    equal(found.get((521, "line_ends")), 1, f"{found}")
    contains(world.browser.get(PAGE), "552 5.3.4")


@suite.case
def refusals_of_a_webhook_are_counted_with_their_reason():
    connection = http.client.HTTPConnection(world.lethe.http, timeout=30)
    connection.request("POST", "/inbound/raw", mail(),
                       {"Authorization": "Bearer wrong", "Content-Type": "message/rfc822"})
    equal(connection.getresponse().status, 401)
    connection.close()
    equal(refusals("webhook"), {(401, "credentials"): 1})


@suite.case
def no_address_of_who_was_refused_is_kept():
    world.api.get("/deliveries")
    for file in world.lethe.data.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for word in (STRANGER, "elsewhere.example"):
                assert word.encode() not in content, f"{word} stands in {file.name}"


@suite.case
def a_mail_that_waits_is_shown_and_tried_again():
    send(world.lethe.smtp, mail(subject="A lamp"))
    waiting = world.api.ok(world.api.get("/deliveries"))["outgoing"]
    equal([row["state"] for row in waiting], ["queued"], f"{waiting}")
    done = world.api.ok(world.api.post(f"/deliveries/outgoing/{waiting[0]['id']}/retry"))
    equal(done, {"id": waiting[0]["id"], "tried": True})
    page = world.browser.get(PAGE)
    contains(page, "Acknowledgement")
    contains(page, "No server for outgoing mail is set up")
    page = world.browser.submit(PAGE, PAGE, {"do": "deliver", "id": waiting[0]["id"]})
    contains(page, "The mail leaves now.")


@suite.case
def what_is_not_there_is_404_and_only_administrators_look():
    for path in ("outgoing/5/retry", "files/5/check", "mailboxes/5/fetch"):
        equal(world.api.post(f"/deliveries/{path}").status, 404, path)
    for scope in ("read", "write"):
        api = Api(world.lethe.http, world.lethe.make_token(scope))
        equal(api.get("/deliveries").status, 403, scope)


@suite.case
def counts_survive_a_restart():
    before = refusals("smtp")
    with Client(world.lethe.smtp) as client:
        client.command(f"MAIL FROM:<{STRANGER}> SIZE=99999999999")
    world.lethe.stop()
    world.api = world.lethe.start()
    after = refusals("smtp")
    total = sum(n for (code, _), n in after.items() if code == 552)
    equal(total, before[(552, "too_large")] + 1, f"{after}")


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as place:
        (place.path / "raw.secret").write_text("a-long-secret-of-a-script\n")
        world.lethe = place.make(
            "data", f'[inbound.raw]\nsecret_file = "{place.path}/raw.secret"\n')
        world.api = world.lethe.start()
        world.browser = Browser(world.lethe.http)
        world.browser.sign_in(ADMIN, PASSWORD)
        status = suite.run()
    sys.exit(status)
