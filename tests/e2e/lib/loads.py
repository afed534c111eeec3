"""What is left of a load of mails whose subjects are "load 1", "load 2", ..."""


def loads_by_number(api):
    """The tickets of each number; more than one where a mail was taken twice."""
    found = {}
    for ticket in api.tickets():
        if ticket["subject"] and ticket["subject"].startswith("load "):
            found.setdefault(int(ticket["subject"].split()[1]), []).append(ticket)
    return found
