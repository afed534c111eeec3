"""What agents are told by mail, as a real server receives it and their own settings choose it."""

import re
import sys
import urllib.request

from lib.installation import ADMIN, PASSWORD, Workplace, exit_unless_built
from lib.site import Browser, ask
from lib.smtp import Receiver, mail, send
from lib.suite import Suite, contains, equal, eventually

MARTA = "marta@desk.example"
NEW = "another long password"
SETTINGS = """
[submission]
url = "{url}"
from = "help@desk.example"
[http]
public_url = "http://{http}"
"""

suite = Suite()
receiver = Receiver()


class World:
    """What the cases hand on."""


world = World()


def notices():
    """Those to Marta, in the order in which they came; the invitation is none."""
    return [sent for sent in receiver.to(MARTA) if "/tickets/" in sent.text]


def notices_after(count):
    eventually(lambda: len(notices()) >= count, f"{count} notifications")
    return notices()


def ticket_of(subject, **more):
    send(world.lethe.smtp, mail(sender="Vera Lind <vera@example.org>", subject=subject,
                                text=f"The words of {subject}.\n", **more),
         sender="vera@example.org")
    return world.api.ticket_with_subject(subject)


def assign(ticket):
    world.api.ok(world.api.patch(f"/tickets/{ticket['id']}", {"assignee": world.marta_id}))


def choose(**fields):
    return world.marta.submit("/settings/me", "/settings/me", {"do": "notices", **fields})


@suite.case
def an_agent_comes_in_and_chooses_a_short_wait():
    world.site.submit("/settings/agents", "/settings/agents",
                      {"name": "Marta", "email": MARTA, "role": "agent"})
    invitation = eventually(lambda: receiver.to(MARTA), "the invitation")[0]
    path = re.search(r"http://[^/\s]+(/join/[\w-]{43})", invitation.text)[1]
    world.marta = Browser(world.lethe.http)
    world.marta.submit(path, "/set-password", {"name": "Marta", "password": NEW, "again": NEW})
    world.marta_id = re.search(r'action="/settings/agents/(\d+)"', world.site.get("/settings/agents"))[1]
    page = world.marta.get("/settings/me")
    for box in ("assigned", "answered"):
        assert re.search(rf'name="{box}" value="1" checked', page), f"{box} is not on by itself"
    choose(assigned="1", answered="1", wait="4")
    contains(world.marta.get("/settings/me"), '<option value="4" selected')


@suite.case
def who_gets_a_ticket_is_told_its_number_and_nothing_of_the_customer():
    world.ticket = ticket_of("Leaking kettle", message_id="<n-1@example.org>")
    assign(world.ticket)
    sent = notices_after(1)[0]
    equal(sent.sender, "", "from the null sender")
    equal(sent["Auto-Submitted"], "auto-generated")
    equal(sent["Subject"], f"#{world.ticket['number']}: assigned to you")
    contains(sent.text, f"http://{world.lethe.http}/tickets/{world.ticket['id']}")
    for secret in ("Vera", "Lind", "vera@example.org", "kettle", "Leaking"):
        assert secret not in sent.text and secret not in sent["Subject"], secret
        assert secret.encode() not in sent.content, secret


@suite.case
def several_answers_are_one_mail_and_a_machine_causes_none():
    choose(assigned="1", answered="1", wait="12")  # all three come within it on a busy machine, too
    for line in ("First.", "Second.", "Third."):
        send(world.lethe.smtp, mail(subject="Re: Leaking kettle", text=line + "\n",
                                    in_reply_to="<n-1@example.org>", references="<n-1@example.org>"),
             sender="vera@example.org")
    sent = notices_after(2)[1]
    equal(sent["Subject"], f"#{world.ticket['number']}: the customer answered")
    choose(assigned="1", answered="1", wait="4")
    send(world.lethe.smtp, mail(subject="Re: Leaking kettle", text="I am away.\n",
                                in_reply_to="<n-1@example.org>", auto_submitted="auto-replied"),
         sender="vera@example.org")
    # What comes after it in the queue has left: nothing of it is to come.
    other = ticket_of("A second one", message_id="<n-2@example.org>")
    assign(other)
    equal([mail_["Subject"].split(": ")[1] for mail_ in notices_after(3)],
          ["assigned to you", "the customer answered", "assigned to you"])


@suite.case
def one_click_stops_them_and_saving_takes_the_stop_back():
    link = re.fullmatch(r"<(.*)>", notices()[-1]["List-Unsubscribe"].strip())[1]
    equal(notices()[-1]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
    with urllib.request.urlopen(link, timeout=60) as page:
        equal(page.status, 200)
    assert "nothing is mailed to you" not in world.marta.get("/settings/me"), "looking stopped it"
    equal(ask("POST", link, b"List-Unsubscribe=One-Click")[0], 200)
    contains(world.marta.get("/settings/me"), "nothing is mailed to you")
    assign(ticket_of("While stopped", message_id="<n-3@example.org>"))
    choose(assigned="1", wait="1")
    assert "nothing is mailed to you" not in world.marta.get("/settings/me"), "still stopped"
    last = ticket_of("Taken back", message_id="<n-4@example.org>")
    assign(last)
    equal(notices_after(4)[3]["Subject"], f"#{last['number']}: assigned to you")
    equal(len(notices()), 4)


@suite.case
def a_wait_that_is_no_time_is_refused_at_its_field():
    for wrong in ("-1", "3601", "soon", ""):
        status, page = world.marta.refused("/settings/me", "/settings/me",
                                           {"do": "notices", "assigned": "1", "wait": wrong})
        equal(status, 422)
        contains(page, 'aria-describedby="wait-e"')


@suite.case
def a_ticket_that_is_erased_before_the_mail_leaves_tells_nobody():
    before = len(notices())
    choose(assigned="1", wait="12")
    gone = ticket_of("To be erased", message_id="<n-5@example.org>")
    assign(gone)
    world.api.ok(world.api.post(f"/tickets/{gone['id']}/erasures",
                                {"mode": "erase", "reason": "request", "grace_days": 0}), 202)
    choose(assigned="1", wait="13")
    stays = ticket_of("Stays", message_id="<n-6@example.org>")
    assign(stays)
    sent = notices_after(before + 1)
    equal(sent[-1]["Subject"], f"#{stays['number']}: assigned to you")
    equal(len(sent), before + 1)


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as place:
        world.lethe = place.make("notices")
        world.lethe.configure(SETTINGS.format(url=receiver.url, http=world.lethe.http))
        world.api = world.lethe.start()
        world.site = Browser(world.lethe.http)
        world.site.sign_in(ADMIN, PASSWORD)
        status = suite.run()
    sys.exit(status)
