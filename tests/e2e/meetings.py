"""When a meeting is, as the page of a ticket says it: in our time zone, and as the calendar does."""

import html
import sys

from lib.installation import ADMIN, PASSWORD, Workplace, exit_unless_built
from lib.site import Browser
from lib.smtp import mail, send
from lib.suite import Suite, contains

CENTRAL_EUROPE = """BEGIN:VTIMEZONE
TZID:Ours
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""

suite = Suite()


class World:
    """What the cases hand on."""


world = World()


def page_of(subject, fields, zones=""):
    calendar = ("BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\n" + zones + "BEGIN:VEVENT\nSUMMARY:Budget\n"
                + fields + "\nEND:VEVENT\nEND:VCALENDAR\n").replace("\n", "\r\n")
    send(world.lethe.smtp, mail(subject=subject, text="Please come.\n",
                                files=(("invite.ics", "text/calendar", calendar.encode()),)))
    ticket = world.api.ticket_with_subject(subject)
    return html.unescape(world.site.get(f"/tickets/{ticket['id']}"))


@suite.case
def a_zone_by_its_name_in_windows_is_reckoned():
    page = page_of("By Windows", 'DTSTART;TZID="W. Europe Standard Time":20260706T100000\n'
                   'DTEND;TZID="W. Europe Standard Time":20260706T113000')
    contains(page, "6 July 2026, 08:00 – 09:30 (UTC), as written: "
                   "6 July 2026, 10:00 – 11:30 (W. Europe Standard Time)")


@suite.case
def a_zone_that_only_the_calendar_knows_is_reckoned_by_its_description():
    page = page_of("By description", "DTSTART;TZID=Ours:20260105T100000", CENTRAL_EUROPE)
    contains(page, "5 January 2026, 09:00 (UTC), as written: 5 January 2026, 10:00 (Ours)")


@suite.case
def a_zone_that_nobody_knows_is_said_to_be_unknown():
    page = page_of("Unknown", "DTSTART;TZID=Ours:20260105T100000")
    contains(page, "5 January 2026, 10:00 (Ours, zone unknown)")


@suite.case
def days_and_times_without_a_zone_stay_as_they_are():
    contains(page_of("A day", "DTSTART;VALUE=DATE:20260105"), "5 January 2026, all day")
    page = page_of("Floating", "DTSTART:20260105T100000")
    contains(page, "5 January 2026, 10:00")
    assert "5 January 2026, 10:00 (" not in page, "a zone was made up"


@suite.case
def a_time_in_utc_is_said_once():
    page = page_of("In UTC", "DTSTART:20260105T100000Z\nDTEND:20260106T100000Z")
    contains(page, "5 January 2026, 10:00 – 6 January 2026, 10:00 (UTC)")
    assert "as written" not in page, "said twice"


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as place:
        world.lethe = place.make("meetings")
        world.api = world.lethe.start()
        world.site = Browser(world.lethe.http)
        world.site.sign_in(ADMIN, PASSWORD)
        status = suite.run()
    sys.exit(status)
