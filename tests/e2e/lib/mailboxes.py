"""Mailboxes that Lethe fetches, set up by the pages as an administrator without scripts does."""

import re

from .dovecot import PASSWORD as IMAP_PASSWORD
from .installation import ADMIN, PASSWORD
from .site import Browser


class Mailbox:
    """One address of `lethe`, fetched from the box of `user` at `dovecot`."""

    def __init__(self, lethe, dovecot, address, user):
        self.browser = Browser(lethe.http)
        self.browser.sign_in(ADMIN, PASSWORD)
        self.browser.submit("/settings/mail", "/settings/mail", {"do": "add", "address": address})
        page = self.browser.get("/settings/mail")
        found = re.search(r'href="(/settings/mail/addresses/\d+)">' + re.escape(address), page)
        assert found, f"no link to {address}"
        self.path = found.group(1)
        self.do("save", door="imap", host="localhost", port=str(dovecot.tls), security="tls",
                user=user, password=IMAP_PASSWORD, folder="INBOX",
                ca_file=str(dovecot.folder / "tls.pem"), display_name="Desk")

    def do(self, what, **fields):
        return self.browser.submit(self.path, self.path, {"do": what, **fields})

    def look_now(self):
        """A connection test that works is followed by a look into the box."""
        assert "It works" in self.do("test"), "the connection test"

    def page(self):
        return self.browser.get(self.path)
