"""Setting up an address that another service forwards to us: its question is shown and never
answered by us, a test mail goes out and the page says by which door it came back."""

import re
import sys

from lib.dovecot import Dovecot
from lib.installation import Workplace, exit_unless_built
from lib.mailboxes import Mailbox
from lib.smtp import Receiver, mail, send
from lib.suite import Suite, contains, equal, eventually

DESK = "in@desk.example"
PUBLIC = "help@shop.example"
LINK = "https://mail-settings.google.com/mail/vf-%5BANGjdJ%5D-a1B2_c3"
suite = Suite()


class World:
    """What the cases of the story hand on."""

    dovecot = None


world = World()


def page():
    return world.mailbox.browser.get(world.mailbox.path + "/forwarding")


def send_test(address=PUBLIC):
    path = world.mailbox.path + "/forwarding"
    return world.mailbox.browser.submit(path, path, {"do": "round-trip", "public_address": address})


def the_test_mail(number):
    """The one that left as the `number`th, as a forwarder brings it."""
    sent = eventually(lambda: len(world.receiver.to(PUBLIC)) >= number and world.receiver.to(PUBLIC),
                      "the test mail left")[number - 1]
    return f"X-Forwarded-For: {PUBLIC} {DESK}\r\n".encode() + sent.content


@suite.case
def before_anything_came_the_page_says_what_to_do():
    world.dovecot = Dovecot(["desk"])
    world.dovecot.start()
    world.mailbox = Mailbox(world.lethe, world.dovecot, DESK, "desk")
    contains(page(), DESK)
    contains(page(), "No such mail has come in yet")


@suite.case
def the_forwarder_s_question_is_shown_as_text_and_not_as_a_link():
    world.dovecot.deliver("desk", mail(
        sender="Gmail Team <forwarding-noreply@google.com>", to=DESK,
        subject=f"(#862114059) Gmail Forwarding Confirmation - Receive Mail from {PUBLIC}",
        text=f"Confirmation code: 862114059\n\nPlease click the link below:\n\n{LINK}\n"))
    shown = eventually(lambda: (found := page()) and "862114059" in found and found, "the code")
    contains(shown, LINK)
    assert not re.search(r'(href|src|action)="https://mail-settings', shown), "a link to follow"
    contains(shown, "Nobody vouches for the sender")


@suite.case
def a_test_mail_that_comes_back_by_imap_is_told_so_and_is_no_ticket():
    before = len(world.api.tickets())
    contains(send_test(), "has not come back yet")
    world.dovecot.deliver("desk", the_test_mail(1))
    eventually(lambda: "came back by IMAP" in page(), "the page says so")
    eventually(lambda: not world.dovecot.left("desk"), "the box is empty")
    equal(len(world.api.tickets()), before, "tickets")


@suite.case
def a_second_test_counts_anew_and_may_come_by_another_door():
    contains(send_test(), "has not come back yet")
    send(world.lethe.smtp, the_test_mail(1), sender=PUBLIC, recipients=(DESK,))
    contains(page(), "has not come back yet", "the first one, once more")
    send(world.lethe.smtp, the_test_mail(2), sender=PUBLIC, recipients=(DESK,))
    contains(page(), "came back by SMTP")


@suite.case
def what_is_no_address_and_what_the_server_refuses_is_said():
    for address, answer, words in (("nobody", None, "This is no email address"),
                                   ("gone@shop.example", "550 no such user", "refuses to send")):
        if answer:
            world.receiver.answers[address] = answer
        path = world.mailbox.path + "/forwarding"
        status, text = world.mailbox.browser.refused(path, path, {"do": "round-trip",
                                                                  "public_address": address})
        equal(status, 422, address)
        contains(text, words, address)


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as place:
        world.receiver = Receiver()
        world.lethe = place.make("desk", f"""
[submission]
url = "{world.receiver.url}"
from = "{DESK}"
""")
        world.api = world.lethe.start()
        try:
            status = suite.run()
        finally:
            if world.dovecot:
                world.dovecot.close()
        world.lethe.stop()
        world.receiver.close()
    sys.exit(status)
