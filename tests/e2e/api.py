"""Every call of the API (docs/api.md) against the real server: shapes, scopes, errors, paging, idempotency."""

import hashlib
import http.client
import json
import re
import socket
import sys
import threading
from datetime import datetime, timedelta, timezone

from lib.api import Api
from lib.installation import ADMIN, PASSWORD, SOURCE, Workplace, exit_unless_built, run
from lib.site import Browser
from lib.smtp import mail, send
from lib.suite import Suite, contains, equal, eventually

TICKET = {"id", "number", "status", "subject", "requester", "assignee", "group", "type", "tags",
          "channel", "created_at", "updated_at", "closed_at", "message_count", "erased", "retention"}
MESSAGE = {"id", "kind", "author", "text", "html", "created_at", "message_id", "verified", "cc",
           "attachments"}
ATTACHMENT = {"id", "name", "type", "size", "sha256", "url"}
PERSON = {"id", "name", "emails", "phones", "tags", "company", "language", "created_at", "frozen",
          "hidden"}
RULE = {"id", "name", "enabled", "profile", "groups", "types", "tags", "anchor", "days", "mode",
        "position", "version"}
SAVED_REPLY = {"id", "title", "text", "group", "language", "created_at", "updated_at", "version"}
ERASURE = {"id", "state", "person_id", "mode", "counts", "certificate_id", "erased_live_at",
           "unrecoverable_from_backups_at"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

suite = Suite()


class World:
    pass


world = World()


def has_shape(found, members):
    missing = members - set(found)
    assert not missing, f"lacks {sorted(missing)}: {found}"


def is_problem(answer, status, field=None):
    equal(answer.status, status, f"{answer}")
    contains(answer.headers["Content-Type"], "application/problem+json")
    problem = answer.json
    has_shape(problem, {"type", "title", "status", "detail"})
    equal(problem["status"], status)
    if field is not None:
        named = [error["field"] for error in problem.get("errors", [])]
        assert field in named, f"names {named}, not {field}"
    return problem


def new_ticket(number=1, **more):
    return world.api.new_ticket(f"person{number}@example.org", f"Subject {number}",
                                f"Text {number}", name=f"Person {number}", **more)


def erased(path, **body):
    """Asks for an erasure and waits until it is done."""
    made = world.api.ok(world.api.post(path + "/erasures", {"mode": "erase", "reason": "request",
                                                            "grace_days": 0, **body}), 202)
    has_shape(made, ERASURE)
    look = lambda: world.api.ok(world.api.get(f"/erasures/{made['id']}"))
    return eventually(lambda: (e := look())["state"] == "done" and e, "the erasure is done")


def import_lines(lines):
    raw = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    return world.api.call("POST", "/api/v1/import", raw=raw,
                          headers={"Content-Type": "application/x-ndjson"})


# --- Doors ---

CALLS = [("GET", "/tickets", "read"), ("GET", "/tickets/1", "read"), ("PATCH", "/tickets/1", "write"),
         ("POST", "/tickets", "write"), ("GET", "/tickets/1/messages", "read"),
         ("DELETE", "/tickets/1/cc/1", "write"), ("POST", "/tickets/1/cc/remove", "write"),
         ("POST", "/tickets/1/messages", "write"), ("POST", "/tickets/1/redactions", "admin"),
         ("GET", "/attachments/1", "read"), ("GET", "/people", "read"), ("GET", "/people/1", "read"),
         ("PATCH", "/people/1", "write"), ("GET", "/people/1/holdings", "read"),
         ("POST", "/people/1/erasures", "admin"), ("POST", "/tickets/1/erasures", "admin"),
         ("GET", "/erasures/1", "read"), ("POST", "/erasures/1/cancel", "admin"),
         ("GET", "/certificates/1", "read"), ("GET", "/retention/rules", "read"),
         ("POST", "/retention/rules", "admin"), ("PATCH", "/retention/rules/1", "admin"),
         ("DELETE", "/retention/rules/1", "admin"), ("GET", "/retention/policy", "read"),
         ("PUT", "/retention/policy", "admin"), ("GET", "/retention/exceptions", "read"),
         ("PUT", "/retention/exceptions", "admin"), ("PUT", "/retention/enabled", "admin"), ("GET", "/retention/enabled", "read"),
         ("POST", "/retention/preview", "read"), ("GET", "/retention/forecast", "read"),
         ("POST", "/retention/runs", "admin"), ("GET", "/retention/runs/1", "read"),
         ("POST", "/retention/runs/1/confirm", "admin"),
         ("POST", "/retention/evaluate", "read"), ("POST", "/import", None),
         ("GET", "/saved_replies", "read"), ("POST", "/saved_replies", "admin"),
         ("GET", "/saved_replies/1", "read"), ("PATCH", "/saved_replies/1", "admin"),
         ("DELETE", "/saved_replies/1", "admin"),
         ("GET", "/me/notifications", "read"), ("PATCH", "/me/notifications", "write"),
         ("GET", "/search?q=x", "read")]
RANKS = ["read", "write", "admin"]


@suite.case
def every_call_wants_a_token():
    for method, path, _ in CALLS:
        for token in (None, "x" * 43):
            answer = Api(world.lethe.http, token).call(method, "/api/v1" + path)
            assert answer.status == 401, f"{method} {path} with {token}: {answer}"
            is_problem(answer, 401)


@suite.case
def every_call_refuses_a_token_of_lesser_scope():
    for method, path, scope in CALLS:
        for rank in RANKS[:RANKS.index(scope or "write")]:
            answer = world.by_scope[rank].call(method, "/api/v1" + path, body={})
            assert answer.status == 403, f"{method} {path} with {rank}: {answer}"
            is_problem(answer, 403)


@suite.case
def no_call_refuses_the_scope_that_it_names():
    for method, path, scope in CALLS:
        if method == "GET" and scope:
            answer = world.by_scope[scope].call(method, "/api/v1" + path)
            assert answer.status in (200, 404, 422), f"{method} {path}: {answer}"


@suite.case
def what_is_not_there_is_404_and_a_wrong_method_405():
    for path in ("/tickets/9223372036854775807", "/people/5", "/erasures/5", "/certificates/5",
                 "/retention/runs/5", "/attachments/5", "/saved_replies/5", "/nothing", "/tickets/5/messages"):
        is_problem(world.api.get(path), 404)
    equal(world.api.delete("/tickets").status, 405)


@suite.case
def what_the_server_itself_refuses_is_a_problem_too():
    ticket = new_ticket(901)["id"]
    for path in ("/tickets/%00", "/tickets/%2e%2e", "/tickets//", "/tickets?q=%ff", "/search?q=%00"):
        is_problem(world.api.get(path), 400)
    is_problem(world.api.get("/search?q=" + "b%20" * 3000), 413)
    for method in ("OPTIONS", "TRACE", "BREW"):
        answer = world.api.call(method, f"/api/v1/tickets/{ticket}")
        is_problem(answer, 405)
        equal(answer.headers["Allow"], "GET, HEAD, PATCH")
    is_problem(world.api.call("BREW", "/api/v1/nothing"), 404)
    for path in ("/messages/5", "/messages/x", "/retention/runs/x", "/retention/rules/x"):
        is_problem(world.api.get(path), 404)


@suite.case
def the_openapi_document_names_every_call():
    answer = world.api.get("/openapi.json")
    document = world.api.ok(answer, 200)
    assert document["openapi"].startswith("3.1"), document["openapi"]
    known = {(method.upper(), re.sub(r"\{[^}]*\}", "1", path))
             for path, calls in document["paths"].items() for method in calls}
    missing = [f"{method} {path}" for method, path, _ in CALLS
               if (method, path.split("?")[0]) not in known]
    assert not missing, f"not described: {missing}"
    taken = {(path, field["name"]) for path, calls in document["paths"].items()
             for field in calls.get("get", {}).get("parameters", [])}
    for path, names in (("/tickets", "status group assignee q updated_since erased limit cursor"),
                        ("/people", "email limit cursor"), ("/search", "q limit"),
                        ("/retention/rules", "limit cursor"), ("/retention/forecast", "months")):
        for name in names.split():
            assert (path, name) in taken, f"{name} of {path} is not described"
    world.described = document


def follow(schema):
    """The schema itself, parts and references put together."""
    while "$ref" in schema:
        schema = world.described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if "allOf" not in schema:
        return schema
    parts = [follow(part) for part in schema["allOf"]]
    return {"type": "object",
            "properties": {name: one for part in parts for name, one in part["properties"].items()},
            "required": [name for part in parts for name in part.get("required", [])]}


KINDS = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list,
         "null": type(None)}


def misfits(value, schema, where):
    """How a real answer differs from what the document says of it."""
    schema = follow(schema)
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return min((misfits(value, one, where) for one in schema[choice]), key=len)
    kinds = schema.get("type", list(KINDS))
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if type(value) not in [KINDS[kind] for kind in kinds]:
        return [f"{where} is {value!r}, described as {kinds}"]
    if isinstance(value, list):
        return [found for item in value for found in misfits(item, schema.get("items", {}), where)]
    if not isinstance(value, dict) or "properties" not in schema:
        return []
    unknown = [f"{where}.{name} is not described" for name in value if name not in schema["properties"]]
    lacking = [f"{where}.{name} is missing" for name in schema.get("required", [])
               if name not in value]
    return unknown + lacking + [found for name, member in value.items()
                                if name in schema["properties"]
                                for found in misfits(member, schema["properties"][name],
                                                     f"{where}.{name}")]


# --- Tickets ---

@suite.case
def a_new_ticket_has_the_shape_of_the_specification():
    answer = world.api.post("/tickets", {"requester": {"email": "ada@example.org", "name": "Ada"},
                                         "subject": "Zwei Sätze", "text": "Eins. Zwei.",
                                         "tags": ["free tag"]})
    ticket = world.api.ok(answer, 201)
    has_shape(ticket, TICKET)
    has_shape(ticket["requester"], PERSON)
    has_shape(ticket["retention"], {"verdict", "rule", "due_at"})
    equal(answer.headers["Location"], f"/api/v1/tickets/{ticket['id']}")
    equal((ticket["status"], ticket["channel"], ticket["subject"], ticket["tags"]),
          ("open", "api", "Zwei Sätze", ["free tag"]))
    equal((ticket["message_count"], ticket["erased"], ticket["closed_at"]), (1, False, None))
    assert isinstance(ticket["id"], str) and isinstance(ticket["requester"]["id"], str)
    for name in ("created_at", "updated_at"):
        assert TIME.fullmatch(ticket[name]), ticket[name]
    equal(world.api.ok(world.api.get(f"/tickets/{ticket['id']}")), ticket)
    world.ticket = ticket


@suite.case
def an_unknown_field_is_refused_and_named():
    good = {"requester": {"email": "a@example.org"}, "subject": "s", "text": "t"}
    is_problem(world.api.post("/tickets", {**good, "colour": 1}), 400, "colour")
    is_problem(world.api.post("/tickets", {**good, "requester": {"email": "a@b.example", "age": 3}}),
               400, "requester.age")
    ticket, person = world.ticket["id"], world.ticket["requester"]["id"]
    for method, path in (("PATCH", f"/tickets/{ticket}"), ("POST", f"/tickets/{ticket}/messages"),
                         ("PATCH", f"/people/{person}"), ("POST", f"/people/{person}/erasures"),
                         ("POST", f"/tickets/{ticket}/erasures"), ("POST", "/retention/rules"),
                         ("POST", f"/tickets/{ticket}/redactions"),
                         ("PUT", "/retention/policy"), ("PUT", "/retention/exceptions"),
                         ("PUT", "/retention/enabled"), ("POST", "/retention/preview"),
                         ("POST", "/retention/runs"), ("POST", "/saved_replies")):
        is_problem(world.api.call(method, "/api/v1" + path, {"colour": 1}), 400, "colour")


@suite.case
def a_field_at_fault_is_named():
    good = {"requester": {"email": "a@example.org"}, "subject": "s", "text": "t"}
    for change, field in (({"requester": {"email": "no address"}}, "requester.email"),
                          ({"requester": "x"}, "requester"), ({"subject": 5}, "subject"),
                          ({"group": "No such group"}, "group"), ({"tags": "x"}, "tags")):
        is_problem(world.api.post("/tickets", {**good, **change}), 400, field)
    for field in ("requester", "subject", "text"):
        is_problem(world.api.post("/tickets", {n: v for n, v in good.items() if n != field}), 400,
                   field)
    is_problem(world.api.patch(f"/tickets/{world.ticket['id']}", {"status": "lost"}), 400, "status")
    is_problem(world.api.post("/tickets", {**good, "subject": "x" * 999}), 422, "subject")
    world.api.ok(world.api.post("/tickets", {**good, "subject": "x" * 998}), 201)


@suite.case
def what_is_no_json_object_is_refused():
    for raw in (b"", b"[]", b"{", b"nul", b'{"a":1}{"b":2}', b"\xff\xfe", b"[" * 100_000):
        answer = world.api.call("POST", "/api/v1/tickets", raw=raw,
                                headers={"Content-Type": "application/json"})
        assert answer.status in (400, 415), f"{raw[:20]}: {answer}"


@suite.case
def a_change_is_answered_with_the_changed_ticket():
    path = f"/tickets/{world.ticket['id']}"
    for status in ("pending", "solved", "closed", "open"):
        changed = world.api.ok(world.api.patch(path, {"status": status}))
        equal(changed["status"], status)
        equal(changed["closed_at"] is not None, status == "closed")
    equal(world.api.ok(world.api.patch(path, {"tags": ["b", "a"]}))["tags"].__len__(), 2)


@suite.case
def spam_and_trash_give_the_former_status_back():
    path = f"/tickets/{world.ticket['id']}"
    world.api.ok(world.api.patch(path, {"status": "pending"}))
    for flag in ("spam", "trash"):
        equal(world.api.ok(world.api.patch(path, {"status": flag}))["status"], flag)
        equal(world.api.ok(world.api.patch(path, {"status": f"not_{flag}"}))["status"], "pending")


@suite.case
def a_stale_if_match_is_409():
    path = f"/tickets/{world.ticket['id']}"
    tag = world.api.get(path).headers["ETag"]
    world.api.ok(world.api.patch(path, {"status": "open"}, {"If-Match": tag}))
    is_problem(world.api.patch(path, {"status": "pending"}, {"If-Match": tag}), 409)
    is_problem(world.api.patch(path, {"status": "pending"}, {"If-Match": '"nonsense"'}), 409)
    equal(world.api.ok(world.api.get(path))["status"], "open")
    world.api.ok(world.api.patch(path, {"status": "pending"}, {"If-Match": "*"}))


@suite.case
def answers_and_notes_join_the_conversation():
    path = f"/tickets/{world.ticket['id']}/messages"
    made = world.api.ok(world.api.post(path, {"kind": "agent", "text": "Have *this*.",
                                              "cc": ["copy@example.org"], "status": "solved"}), 201)
    has_shape(made, MESSAGE)
    equal((made["kind"], made["cc"]), ("agent", [{"name": "", "address": "copy@example.org"}]))
    world.api.ok(world.api.post(path, {"kind": "note", "text": "Between us."}), 201)
    kinds = [message["kind"] for message in world.api.messages(world.ticket["id"])]
    equal([kind for kind in kinds if kind != "event"], ["customer", "agent", "note"])
    equal(world.api.ok(world.api.get(f"/tickets/{world.ticket['id']}"))["status"], "solved")
    is_problem(world.api.post(path, {"kind": "event", "text": "x"}), 400, "kind")
    is_problem(world.api.post(path, {"kind": "agent", "text": "x", "cc": ["no address"]}), 400, "cc")
    is_problem(world.api.post(path, {"kind": "agent", "text": ""}), 400, "text")


@suite.case
def the_filters_of_the_list_filter():
    import_lines([{"ticket": {"requester": {"email": "f@example.org"}, "subject": "In a group",
                              "group": "Returns", "messages": [{"kind": "customer", "text": "x"}],
                              "created_at": "2026-01-05T10:00:00Z"}}])
    grouped = world.api.tickets(group="Returns")
    equal([ticket["subject"] for ticket in grouped], ["In a group"])
    equal(grouped[0]["group"], "Returns")
    statuses = {ticket["status"] for ticket in world.api.tickets(status="solved")}
    assert statuses <= {"solved"}, statuses
    since = world.api.tickets(updated_since="2026-06-01T00:00:00Z")
    assert since and "In a group" not in [ticket["subject"] for ticket in since]
    for query, field in (({"status": "lost"}, "status"), ({"updated_since": "now"}, "updated_since"),
                         ({"cursor": "?"}, "cursor"), ({"assignee": "x"}, "assignee"),
                         ({"group": "Nowhere"}, "group")):
        is_problem(world.api.get("/tickets", **query), 400, field)
    for limit in ("0", "201", "-1"):
        is_problem(world.api.get("/tickets", limit=limit), 422, "limit")
    several = {ticket["status"] for ticket in world.api.tickets(status=["solved", "open", "open"])}
    assert "open" in several and several <= {"solved", "open"}, several
    for pair in (["open", "spam"], ["trash", "spam"], ["trash", "solved"]):
        is_problem(world.api.get("/tickets", status=pair), 400, "status")


@suite.case
def the_list_can_be_searched():
    ticket = world.api.new_ticket("q@example.org", "Marmalade jar", "The jar of quinces is open.")
    found = lambda: [hit["id"] for hit in world.api.ok(world.api.get("/tickets", q="quinces"))["items"]]
    eventually(lambda: ticket["id"] in found(), "the list's q finds the new ticket")
    assert world.ticket["id"] not in found()


@suite.case
def a_search_of_the_list_is_paged_and_filters_before_it_counts():
    made = [world.api.new_ticket("pages@example.org", f"Wort {number}", "Zwetschgendatschi")["id"]
            for number in range(12)]
    for ticket in made[:3]:
        world.api.ok(world.api.patch(f"/tickets/{ticket}", {"status": "solved"}))
    world.api.ok(world.api.patch(f"/tickets/{made[3]}", {"status": "spam"}))
    found = lambda **more: [t["id"] for t in world.api.all("/tickets", q="zwetschgendatschi", **more)]
    eventually(lambda: len(found()) == 11, "all but the spam")
    seen, cursor = [], None
    while True:
        page = world.api.ok(world.api.get("/tickets", q="zwetschgendatschi", limit=4,
                                          **({"cursor": cursor} if cursor else {})))
        assert len(page["items"]) <= 4
        seen += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            break
    equal(sorted(t["id"] for t in seen), sorted(made[:3] + made[4:]), "once each, page by page")
    places = [(t["updated_at"], int(t["id"])) for t in seen]
    equal(places, sorted(places), "in the order of the list")
    page = world.api.ok(world.api.get("/tickets", q="zwetschgendatschi", status="solved", limit=3))
    equal(({t["id"] for t in page["items"]}, page["next_cursor"]), (set(made[:3]), None))
    equal(found(status="spam"), [made[3]])


# --- Paging ---

@suite.case
def the_last_page_has_no_cursor_even_when_it_is_full():
    ticket = world.api.new_ticket("full@example.org", "Full page", "one")
    world.api.ok(world.api.post(f"/tickets/{ticket['id']}/messages",
                                {"kind": "note", "text": "two"}), 201)
    written = len(world.api.messages(ticket["id"]))
    has_shape(world.api.messages(ticket["id"])[0]["author"], PERSON)
    page = lambda path, limit: world.api.ok(world.api.get(path, limit=limit))
    messages = f"/tickets/{ticket['id']}/messages"
    equal(page(messages, written)["next_cursor"], None)
    assert page(messages, written - 1)["next_cursor"], "the last message is on no page"
    for path in ("/tickets", "/people"):
        count = len(world.api.all(path))
        assert 2 <= count <= 200, f"{count} at {path} are no page"
        equal(page(path, count)["next_cursor"], None, path)
        assert page(path, count - 1)["next_cursor"], f"the last of {path} is on no page"


@suite.case
def pages_lose_nothing_and_repeat_nothing_while_tickets_come_in():
    before = {new_ticket(number)["id"] for number in range(60)}
    stop, added = threading.Event(), []

    def insert():
        api = Api(world.lethe.http, world.lethe.token)
        while not stop.is_set() and len(added) < 400:
            added.append(api.new_ticket("fast@example.org", "While paging", "x")["id"])

    inserter = threading.Thread(target=insert)
    inserter.start()
    seen, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = world.api.ok(world.api.get("/tickets", limit=7, **more))
        assert len(page["items"]) <= 7
        seen += [ticket["id"] for ticket in page["items"]]
        cursor = page["next_cursor"]
        if len(seen) > 500:
            stop.set()
        if not cursor:
            break
    stop.set()
    inserter.join()
    equal(len(seen), len(set(seen)), "tickets, once each")
    missing = before - set(seen)
    assert not missing, f"{len(missing)} of {len(before)} tickets are on no page"
    complete = {ticket["id"] for ticket in world.api.tickets()}
    assert set(added) <= complete, "a ticket made while paging is lost"


@suite.case
def people_and_messages_are_paged_too():
    people = world.api.all("/people")
    seen, cursor = [], None
    while True:
        page = world.api.ok(world.api.get("/people", limit=9, **({"cursor": cursor} if cursor else {})))
        seen += [person["id"] for person in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    equal(sorted(seen), sorted(person["id"] for person in people))
    ticket = new_ticket(900)
    for number in range(12):
        world.api.ok(world.api.post(f"/tickets/{ticket['id']}/messages",
                                    {"kind": "note", "text": f"note {number}"}), 201)
    texts, cursor = [], None
    while True:
        page = world.api.ok(world.api.get(f"/tickets/{ticket['id']}/messages", limit=5,
                                          **({"cursor": cursor} if cursor else {})))
        texts += [message["text"] for message in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    equal(texts, ["Text 900"] + [f"note {number}" for number in range(12)])


# --- Idempotency ---

def body_of(number):
    return {"requester": {"email": f"idem{number}@example.org"}, "subject": f"Idem {number}",
            "text": "x"}


@suite.case
def the_same_key_and_body_make_one_ticket():
    first = world.api.ok(world.api.post("/tickets", body_of(1), key="key-1"), 201)
    world.api.ok(world.api.patch(f"/tickets/{first['id']}", {"status": "pending"}))
    again = world.api.ok(world.api.post("/tickets", body_of(1), key="key-1"), 201)
    equal((again["id"], again["status"]), (first["id"], "pending"), "the resource as it is now")
    other = world.api.ok(world.api.post("/tickets", body_of(1), key="key-2"), 201)
    assert other["id"] != first["id"]


@suite.case
def the_same_key_with_another_body_is_422():
    is_problem(world.api.post("/tickets", body_of(2), key="key-1"), 422, "Idempotency-Key")


@suite.case
def the_same_key_at_once_makes_one_ticket():
    made, together = [], threading.Barrier(6)

    def ask():
        api = Api(world.lethe.http, world.lethe.token)
        together.wait()
        made.append(api.post("/tickets", body_of(3), key="key-3"))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Whoever came while the first was under way is told to come again.
    assert {answer.status for answer in made} <= {201, 409, 429, 503}, made
    equal(len({answer.json["id"] for answer in made if answer.status == 201}), 1, "tickets")
    equal(len([t for t in world.api.tickets() if t["subject"] == "Idem 3"]), 1, "tickets in the list")


@suite.case
def the_same_key_after_the_erasure_is_410():
    ticket = world.api.ok(world.api.post("/tickets", body_of(4), key="key-4"), 201)
    answered = world.api.ok(world.api.post(f"/tickets/{ticket['id']}/messages",
                                           {"kind": "note", "text": "n"}, key="key-4m"), 201)
    assert answered["id"]
    erased(f"/people/{ticket['requester']['id']}")
    is_problem(world.api.post("/tickets", body_of(4), key="key-4"), 410)
    is_problem(world.api.post(f"/tickets/{ticket['id']}/messages", {"kind": "note", "text": "n"},
                              key="key-4m"), 410)


@suite.case
def the_same_key_after_the_erasure_of_the_ticket_alone_is_410():
    ticket = world.api.ok(world.api.post("/tickets", body_of(5), key="key-5"), 201)
    erased(f"/tickets/{ticket['id']}")
    is_problem(world.api.post("/tickets", body_of(5), key="key-5"), 410)


# --- People ---

@suite.case
def a_person_is_found_read_and_corrected():
    person = world.api.person("ADA@example.org")
    has_shape(person, PERSON)
    equal((person["name"], person["emails"]), ("Ada", ["ada@example.org"]))
    changed = world.api.ok(world.api.patch(f"/people/{person['id']}",
                                           {"name": "Ada L.", "company": "Engines",
                                            "language": "fr", "phones": ["+49 30 1"]}))
    equal((changed["name"], changed["company"]["name"], changed["language"], changed["phones"]),
          ("Ada L.", "Engines", "fr", ["+49 30 1"]))
    equal(world.api.ok(world.api.get(f"/people/{person['id']}")), changed)
    equal(world.api.person("nobody@example.org"), None)
    is_problem(world.api.get("/people", email="no address"), 400, "email")


@suite.case
def a_mail_with_a_subject_and_names_without_end_leaves_the_list_a_page():
    browser = Browser(world.lethe.http)
    browser.sign_in(ADMIN, PASSWORD)
    before = len(browser.get("/inbox"))
    endless = "\r\n ".join(["w" * 900] * 60)
    world.lethe.take((f'From: "{endless}" <endless@example.org>\r\nTo: help@desk.example\r\n'
                      f'Cc: "{endless}" <copy@example.org>\r\nSubject: {endless}\r\n'
                      "Message-ID: <endless@example.org>\r\n\r\nbody\r\n").encode())
    for address in ("endless@example.org", "copy@example.org"):
        name = world.api.person(address)["name"]
        assert 200 < len(name) <= 256, f"{address}: a name of {len(name)} letters"
    page = browser.get("/inbox")
    contains(page, "w" * 200)
    assert len(page) < before + 10_000, f"the list grew from {before} to {len(page)}"


@suite.case
def what_a_person_or_a_ticket_is_called_has_bounds():
    requester = {"email": "bounds@example.org", "name": "é" * 128}
    ticket = world.api.new_ticket(requester["email"], "Bounds", "x", name=requester["name"])
    path = f"/people/{ticket['requester']['id']}"
    before = world.api.ok(world.api.get(path))
    equal(before["name"], requester["name"])
    for field, value in (("name", "x" * 257), ("name", "a\r\nBcc: b@example.org"),
                         ("company", "x" * 257), ("company", "a\nb"),
                         ("language", "../../x"), ("language", "x" * 36),
                         ("phones", ["1"] * 51), ("phones", ["1" * 65]), ("phones", ["1\n"])):
        is_problem(world.api.patch(path, {field: value}), 422, field)
    is_problem(world.api.patch(path, {"name": "a\0"}), 400, "name")
    equal(world.api.ok(world.api.get(path)), before)
    world.api.ok(world.api.patch(path, {"name": "x" * 256, "company": "x" * 256,
                                        "language": "zh-Hant-TW", "phones": ["1" * 64] * 50}))
    is_problem(world.api.post("/tickets", {"requester": {**requester, "name": "x" * 257},
                                           "subject": "s", "text": "t"}), 422, "requester.name")
    tags = [f"tag {number}" for number in range(101)]
    is_problem(world.api.patch(f"/tickets/{ticket['id']}", {"tags": tags}), 422, "tags")
    equal(len(world.api.ok(world.api.patch(f"/tickets/{ticket['id']}",
                                           {"tags": tags[:100]}))["tags"]), 100)
    world.api.ok(world.api.patch(path, {"name": "Bo", "company": "", "phones": []}))
    world.api.ok(world.api.patch(f"/tickets/{ticket['id']}", {"tags": []}))


@suite.case
def holdings_count_what_is_held():
    held = world.api.ok(world.api.get(f"/people/{world.ticket['requester']['id']}/holdings"))
    equal((held["tickets"], held["messages"]), (1, 3))


# --- Erasing ---

def ticket_with_file():
    content = bytes(range(250)) * 3
    send(world.lethe.smtp, mail(sender="Fil <fil@example.org>", subject="With a file", text="see\n",
                                files=[("list.bin", "application/octet-stream", content)]))
    ticket = world.api.ticket_with_subject("With a file")
    message = world.api.messages(ticket["id"])[0]
    file, = message["attachments"]
    has_shape(file, ATTACHMENT)
    equal(file["sha256"], hashlib.sha256(content).hexdigest())
    return ticket, message, file


@suite.case
def an_attachment_comes_as_a_harmless_download():
    world.with_file, world.message, world.file = ticket_with_file()
    answer = world.api.get(f"/attachments/{world.file['id']}")
    contains(answer.headers["Content-Disposition"], "attachment")
    equal(answer.headers["X-Content-Type-Options"], "nosniff")
    contains(answer.headers["Content-Security-Policy"], "sandbox")


@suite.case
def erasing_the_attachments_leaves_the_words():
    done = erased(f"/tickets/{world.with_file['id']}", what="attachments")
    equal(done["counts"]["attachments"], 1)
    is_problem(world.api.get(f"/attachments/{world.file['id']}"), 410)
    message = world.api.messages(world.with_file["id"])[0]
    equal((message["text"].strip(), message["attachments"]), ("see", []))
    for what in ("attachments", "raw"):
        again = erased(f"/tickets/{world.with_file['id']}", what=what)
        equal((again["certificate_id"], again["counts"], again["erased_live_at"]), (None, {}, None))


@suite.case
def an_erased_ticket_is_a_shell():
    ticket = world.with_file
    done = erased(f"/tickets/{ticket['id']}")
    shell = world.api.ok(world.api.get(f"/tickets/{ticket['id']}"), 200)
    has_shape(shell, TICKET)
    equal((shell["erased"], shell["subject"], shell["requester"], shell["message_count"],
           shell["tags"], shell["retention"]["due_at"]), (True, None, None, 0, [], None))
    equal((shell["number"], shell["created_at"]), (ticket["number"], ticket["created_at"]))
    is_problem(world.api.get(f"/tickets/{ticket['id']}/messages"), 410)
    is_problem(world.api.patch(f"/tickets/{ticket['id']}", {"status": "open"}), 410)
    is_problem(world.api.post(f"/tickets/{ticket['id']}/messages", {"kind": "note", "text": "x"}), 410)
    is_problem(world.api.post(f"/tickets/{ticket['id']}/erasures", {"mode": "erase"}), 410)
    assert ticket["id"] not in {t["id"] for t in world.api.tickets()}
    assert ticket["id"] in {t["id"] for t in world.api.tickets(erased="true")}
    world.erasure = done


@suite.case
def an_order_that_does_not_say_the_mode_erases_nothing():
    ticket = new_ticket(902)
    person = ticket["requester"]["id"]
    for path in (f"/tickets/{ticket['id']}", f"/people/{person}"):
        for body in ({}, {"reason": "request"}, {"mode": None, "grace_days": 0}):
            is_problem(world.api.post(path + "/erasures", body), 400, "mode")
    refused = is_problem(world.api.post(f"/tickets/{ticket['id']}/erasures", {"mode": "hide"}), 422, "mode")
    contains(refused["detail"], "/people/{id}/erasures")
    equal(world.api.ok(world.api.get(f"/tickets/{ticket['id']}"))["erased"], False)


@suite.case
def an_erased_person_is_410():
    person = world.api.person("fil@example.org")
    done = erased(f"/people/{person['id']}")
    is_problem(world.api.get(f"/people/{person['id']}"), 410)
    is_problem(world.api.patch(f"/people/{person['id']}", {"name": "x"}), 410)
    is_problem(world.api.get(f"/people/{person['id']}/holdings"), 410)
    is_problem(world.api.post(f"/people/{person['id']}/erasures", {"mode": "erase"}), 410)
    is_problem(world.api.post("/people/5/erasures", {"mode": "erase"}), 404)
    equal(world.api.person("fil@example.org"), None)
    horizon = datetime.fromisoformat(done["unrecoverable_from_backups_at"])
    equal(horizon - datetime.fromisoformat(done["erased_live_at"]), timedelta(days=30))


@suite.case
def an_import_does_not_bring_an_erased_person_back():
    line = {"ticket": {"requester": {"email": "Fil@Example.org"}, "subject": "Back again",
                       "messages": [{"kind": "customer", "text": "x"}]}}
    counts = world.api.ok(import_lines([line]))
    equal((counts["imported"], counts["failed"]), (0, 1))
    equal(world.api.person("fil@example.org"), None)
    send(world.lethe.smtp, mail(sender="Fil <fil@example.org>", subject="I write anew", text="hi\n"))
    assert world.api.person("fil@example.org"), "live mail makes a new person"


@suite.case
def the_certificate_is_shown_downloaded_and_verified():
    identifier = world.erasure["certificate_id"]
    shown = world.api.ok(world.api.get(f"/certificates/{identifier}"))
    equal(shown["erasure_id"], world.erasure["id"])
    every = len(world.api.all("/certificates"))
    last = world.api.ok(world.api.get("/certificates", limit=every))
    equal((len(last["items"]), last["next_cursor"]), (every, None), "a full page, and the last one")
    file = world.api.get(f"/certificates/{identifier}",
                         headers={"Accept": "application/vnd.lethe.certificate"})
    contains(file.headers["Content-Type"], "application/vnd.lethe.certificate")
    key = world.api.get("/ledger/key")
    equal(key.status, 200)
    (world.place / "c.lethe-certificate").write_bytes(file.body)
    (world.place / "key").write_bytes(key.body)
    done = run("certificate", "verify", world.place / "c.lethe-certificate", "--key",
               world.place / "key")
    equal(done.returncode, 0, f"{done}")


@suite.case
def a_grace_period_can_be_cancelled():
    ticket = new_ticket(501)
    path = f"/people/{ticket['requester']['id']}/erasures"
    made = world.api.ok(world.api.post(path, {"mode": "erase", "reason": "request",
                                              "grace_days": 7}), 202)
    equal(made["state"], "grace")
    equal(world.api.ok(world.api.post(f"/erasures/{made['id']}/cancel"))["state"], "cancelled")
    is_problem(world.api.post(f"/erasures/{made['id']}/cancel"), 409)
    equal(world.api.ok(world.api.get(f"/tickets/{ticket['id']}"))["erased"], False)
    is_problem(world.api.post(path, {"mode": "erase", "grace_days": 91}), 422, "grace_days")
    is_problem(world.api.post(path, {"mode": "burn"}), 400, "mode")
    is_problem(world.api.post(path, {"mode": "erase", "what": "half"}), 400, "what")


@suite.case
def hiding_is_reversible_and_anonymising_keeps_the_assignee():
    ticket = new_ticket(502)
    person = ticket["requester"]["id"]
    agent = world.api.person("root@desk.example")
    made = world.api.ok(world.api.post(f"/people/{person}/erasures", {"mode": "hide"}), 202)
    equal(made["mode"], "hide")
    equal(world.api.ok(world.api.get(f"/people/{person}"))["hidden"], True)
    equal(world.api.ok(world.api.post(f"/erasures/{made['id']}/cancel"))["state"], "cancelled")
    equal(world.api.ok(world.api.get(f"/people/{person}"))["hidden"], False)
    is_problem(world.api.post(f"/erasures/{made['id']}/cancel"), 409)
    other = new_ticket(503)
    me = [message["author"] for message in world.api.messages(world.ticket["id"])
          if message["kind"] == "agent"][0]
    world.api.ok(world.api.patch(f"/tickets/{other['id']}", {"assignee": me["id"]}))
    erased(f"/tickets/{other['id']}", mode="anonymise")
    shell = world.api.ok(world.api.get(f"/tickets/{other['id']}"))
    equal(shell["assignee"]["id"], me["id"])
    assert agent is None or agent["id"] != person


@suite.case
def a_passage_is_redacted():
    ticket = world.api.new_ticket("red@example.org", "Redact", "My number is VIOLETWHALE, really.")
    message = world.api.messages(ticket["id"])[0]
    path = f"/tickets/{ticket['id']}/redactions"
    answer = world.api.post(path, {"message_id": message["id"], "text": "VIOLETWHALE"})
    world.api.ok(answer, 200, 201, 202)
    text = lambda: world.api.messages(ticket["id"])[0]["text"]
    eventually(lambda: "VIOLETWHALE" not in text(), "the passage is gone")
    assert "My number is" in text() and "really." in text(), text()
    is_problem(world.api.post(path, {"message_id": "5", "text": "x"}), 404)


# --- Retention ---

@suite.case
def rules_are_made_read_moved_and_removed():
    for rule in world.api.all("/retention/rules"):
        equal(world.api.delete(f"/retention/rules/{rule['id']}").status, 204)
    first = world.api.ok(world.api.post("/retention/rules", {"name": "Old ones", "days": 400,
                                                             "anchor": "closed"}), 201)
    has_shape(first, RULE)
    equal((first["groups"], first["types"], first["tags"], first["position"]), ("*", "*", "*", 1))
    second = world.api.ok(world.api.post("/retention/rules", {"name": "Returns", "days": 90,
                                                              "groups": ["Returns"]}), 201)
    equal(second["position"], 2)
    moved = world.api.ok(world.api.patch(f"/retention/rules/{second['id']}", {"position": 1}))
    equal((moved["position"], moved["version"] > second["version"]), (1, True))
    equal([rule["id"] for rule in world.api.all("/retention/rules")], [second["id"], first["id"]])
    equal(world.api.ok(world.api.get(f"/retention/rules/{first['id']}"))["position"], 2)
    page = world.api.ok(world.api.get("/retention/rules", limit=1))
    equal([rule["id"] for rule in page["items"]], [second["id"]])
    page = world.api.ok(world.api.get("/retention/rules", limit=1, cursor=page["next_cursor"]))
    equal(([rule["id"] for rule in page["items"]], page["next_cursor"]), ([first["id"]], None))
    is_problem(world.api.get("/retention/rules", limit=0), 422, "limit")
    is_problem(world.api.post("/retention/rules", {"name": "x", "days": -1}), 422, "days")
    is_problem(world.api.post("/retention/rules", {"name": "x"}), 400, "days")
    stale = {"If-Match": f'"{first["version"]}"'}
    tag = world.api.get(f"/retention/rules/{first['id']}").headers["ETag"]
    changed = world.api.patch(f"/retention/rules/{first['id']}", {"days": 401}, {"If-Match": tag})
    assert world.api.ok(changed)["days"] == 401 and changed.headers["ETag"] != tag, changed
    is_problem(world.api.patch(f"/retention/rules/{first['id']}", {"days": 402}, stale), 409)
    is_problem(world.api.call("DELETE", f"/api/v1/retention/rules/{first['id']}", headers=stale), 409)
    compatible = world.api.ok(world.api.post("/retention/rules", {
        "name": "As elsewhere", "days": 400, "profile": "compatible"}), 201)
    equal(compatible["mode"], "all")
    equal(world.api.delete(f"/retention/rules/{compatible['id']}").status, 204)
    is_problem(world.api.post("/retention/rules", {"name": "x", "days": 9, "anchor": "moon"}), 400,
               "anchor")
    equal(world.api.delete(f"/retention/rules/{second['id']}").status, 204)
    is_problem(world.api.get(f"/retention/rules/{second['id']}"), 404)


@suite.case
def saved_replies_are_made_read_changed_and_removed():
    api = world.api
    made = api.post("/saved_replies", {"title": "Refund", "text": "Hello {{customer.name}}\r\nx",
                                       "language": "en"}, key="saved-1")
    reply = api.ok(made, 201)
    has_shape(reply, SAVED_REPLY)
    equal((reply["text"], reply["group"], reply["version"]), ("Hello {{customer.name}}\nx", None, 1))
    assert TIME.fullmatch(reply["updated_at"]), reply
    path = f"/saved_replies/{reply['id']}"
    contains(made.headers["Location"], path)
    again = api.post("/saved_replies", {"title": "Refund", "text": "Hello {{customer.name}}\r\nx",
                                        "language": "en"}, key="saved-1")
    equal(api.ok(again, 201)["id"], reply["id"])

    read = api.get(path)
    equal(api.ok(read), reply)
    tag = read.headers["ETag"]
    changed = api.ok(api.patch(path, {"title": "Refunds", "language": None}, {"If-Match": tag}))
    equal((changed["title"], changed["language"], changed["text"], changed["version"]),
          ("Refunds", None, reply["text"], 2))
    is_problem(api.patch(path, {"title": "Lost"}, {"If-Match": tag}), 409)
    is_problem(api.call("DELETE", "/api/v1" + path, headers={"If-Match": tag}), 409)
    equal(api.ok(api.get(path))["title"], "Refunds")

    equal(api.delete(path).status, 204)
    is_problem(api.get(path), 404)
    is_problem(api.patch(path, {"title": "x"}), 404)
    is_problem(api.delete(path), 404)


@suite.case
def a_saved_reply_that_cannot_be_kept_is_refused_by_its_field():
    api = world.api
    good = {"title": "t", "text": "x"}
    for change, status, field in (({"title": ""}, 422, "title"), ({"title": "t" * 121}, 422, "title"),
                                  ({"title": 5}, 400, "title"), ({"text": " \n"}, 422, "text"),
                                  ({"text": "x" * 20_001}, 422, "text"),
                                  ({"group": "No such group"}, 400, "group"),
                                  ({"language": "german"}, 400, "language"),
                                  ({"colour": 1}, 400, "colour")):
        is_problem(api.post("/saved_replies", {**good, **change}), status, field)
    for field in good:
        is_problem(api.post("/saved_replies", {n: v for n, v in good.items() if n != field}), 400,
                   field)
    problem = is_problem(api.post("/saved_replies", {**good, "text": "Hi {{customer.age}}"}), 422,
                         "text")
    contains(problem["detail"], "{{customer.age}}")
    equal(api.all("/saved_replies"), [])
    for text in ("x" * 20_000, "\U0001f600" * 20_000):
        kept = api.ok(api.post("/saved_replies", {"title": "\u00e4" * 120, "text": text}), 201)
        equal((len(kept["title"]), len(kept["text"])), (120, 20_000))
        is_problem(api.patch(f"/saved_replies/{kept['id']}", {"text": "{{x}}"}), 422, "text")
        equal(api.delete(f"/saved_replies/{kept['id']}").status, 204)


@suite.case
def agents_read_and_change_what_they_are_told_of():
    api = world.by_scope["write"]
    path = "/me/notifications"
    first = api.ok(api.get(path))
    equal(first, {"assigned": True, "answered": True, "groups": [], "wait_seconds": 120,
                  "stopped": first["stopped"]})
    changed = api.ok(api.patch(path, {"answered": False, "wait_seconds": 3600}))
    equal(changed, {**first, "answered": False, "wait_seconds": 3600})
    equal(api.ok(api.get(path)), changed)
    for body, status, field in (({"wait_seconds": 3601}, 422, "wait_seconds"),
                                ({"wait_seconds": -1}, 422, "wait_seconds"),
                                ({"groups": ["No such group"]}, 400, "groups"),
                                ({"assigned": "yes"}, 400, "assigned"),
                                ({"stopped": False}, 400, "stopped")):
        is_problem(api.patch(path, body), status, field)
    equal(api.ok(api.get(path)), changed)
    equal(api.ok(api.patch(path, {"answered": True, "wait_seconds": 120})), first)


@suite.case
def pages_of_saved_replies_hold_each_once():
    api = world.api
    made = {api.ok(api.post("/saved_replies", {"title": f"Reply {n}", "text": "x"}), 201)["id"]
            for n in range(5)}
    seen, cursor = [], None
    while True:
        page = api.ok(api.get("/saved_replies", limit=2, **({"cursor": cursor} if cursor else {})))
        assert len(page["items"]) <= 2
        seen += [reply["id"] for reply in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    equal(sorted(seen), sorted(made))
    is_problem(api.get("/saved_replies", cursor="nonsense"), 400, "cursor")
    is_problem(api.get("/saved_replies", limit=201), 422, "limit")
    for id in sorted(made)[1:]:
        equal(api.delete(f"/saved_replies/{id}").status, 204)


@suite.case
def policy_exceptions_and_the_switch_are_kept():
    wanted = {"keep_contact": True, "deletion": "erase", "delay_days": 60, "grace_days": 14}
    equal(world.api.ok(world.api.put("/retention/policy", wanted)), wanted)
    equal(world.api.ok(world.api.get("/retention/policy")), wanted)
    is_problem(world.api.put("/retention/policy", {**wanted, "delay_days": 31}), 422, "delay_days")
    is_problem(world.api.put("/retention/policy", {**wanted, "grace_days": 91}), 422, "grace_days")
    lists = world.api.ok(world.api.put("/retention/exceptions", {
        "contact_tags": [], "emails": ["keep@example.org"], "companies": ["Engines"], "agents": []}))
    equal((lists["emails"], lists["companies"]), (["keep@example.org"], ["Engines"]))
    equal(world.api.ok(world.api.get("/retention/exceptions"))["emails"], ["keep@example.org"])
    for enabled in (False, True):
        equal(world.api.ok(world.api.put("/retention/enabled", {"enabled": enabled}))["enabled"], enabled)
        equal(world.api.ok(world.api.get("/retention/enabled")), {"enabled": enabled})
    is_problem(world.api.put("/retention/enabled", {"enabled": "yes"}), 400, "enabled")
    world.api.ok(world.api.put("/retention/policy", {**wanted, "delay_days": 0}))


@suite.case
def what_the_preview_shows_is_what_the_run_erases():
    closed = datetime.now(timezone.utc) - timedelta(days=500)
    stamp = closed.strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [{"ticket": {"requester": {"email": f"old{n}@example.org"}, "subject": f"Old {n}",
                         "created_at": stamp, "closed_at": stamp,
                         "messages": [{"kind": "customer", "text": "x", "created_at": stamp}]}}
             for n in range(4)]
    lines.append({"ticket": {**lines[0]["ticket"], "requester": {"email": "keep@example.org"}}})
    equal(world.api.ok(import_lines(lines))["imported"], 5)
    preview = world.api.ok(world.api.post("/retention/preview", {}))
    equal(preview["now"]["tickets"], 4)
    future = (datetime.now(timezone.utc) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    is_problem(world.api.post("/retention/runs", {"at": future}), 422, "at")
    forecast = world.api.ok(world.api.get("/retention/forecast", months=12))["items"]
    equal(len(forecast), 12)
    # Whoever saves a rule has seen what it would erase: that much is confirmed.
    rule = world.api.all("/retention/rules")[0]
    world.api.ok(world.api.patch(f"/retention/rules/{rule['id']}", {"name": "Confirmed"}))
    run_made = world.api.ok(world.api.post("/retention/runs", {}), 202)
    look = lambda: world.api.ok(world.api.get(f"/retention/runs/{run_made['id']}"))
    done = eventually(lambda: (r := look())["state"] != "running" and r, "the run ends")
    equal((done["state"], done["tickets"]), ("done", 4), f"{done}")
    subjects = [ticket["subject"] for ticket in world.api.tickets()]
    equal([s for s in subjects if s and s.startswith("Old ")], ["Old 0"])


@suite.case
def a_run_that_waits_is_confirmed_by_its_figure_and_by_no_other():
    closed = (datetime.now(timezone.utc) - timedelta(days=500)).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [{"ticket": {"requester": {"email": "many@example.org"}, "subject": f"Many {n}",
                         "created_at": closed, "closed_at": closed,
                         "messages": [{"kind": "customer", "text": "x", "created_at": closed}]}}
             for n in range(60)]
    equal(world.api.ok(import_lines(lines))["imported"], 60)
    waits = world.api.ok(world.api.post("/retention/runs", {}), 202)
    equal((waits["state"], waits["tickets"], waits["people"]), ("needs_confirmation", 60, 0), f"{waits}")
    confirm = f"/retention/runs/{waits['id']}/confirm"
    figure = {"tickets": 60, "people": 0}
    for body, field in (({}, "tickets"), ({"tickets": 60}, "people"), ({"people": 0}, "tickets"),
                        ({**figure, "tickets": "60"}, "tickets"), ({**figure, "people": None}, "people")):
        is_problem(world.api.post(confirm, body), 400, field)
    is_problem(world.api.post(confirm, {**figure, "people": -1}), 422, "people")
    for other in ({**figure, "tickets": 59}, {**figure, "people": 1}, {"tickets": 0, "people": 60}):
        is_problem(world.api.post(confirm, other), 409)
    is_problem(world.api.post("/retention/runs/5/confirm", figure), 404)
    equal(world.api.ok(world.api.get(f"/retention/runs/{waits['id']}")), waits)
    answer = world.api.post(confirm, figure, key="confirm-1")
    run_made = world.api.ok(answer, 202)
    assert run_made["id"] != waits["id"], run_made
    contains(answer.headers["Location"], f"/retention/runs/{run_made['id']}")
    look = lambda: world.api.ok(world.api.get(f"/retention/runs/{run_made['id']}"))
    done = eventually(lambda: (r := look())["state"] != "running" and r, "the run ends")
    equal((done["state"], done["tickets"]), ("done", 60), f"{done}")
    equal(world.api.ok(world.api.get(f"/retention/runs/{waits['id']}"))["state"], "stopped")
    equal(world.api.ok(world.api.post(confirm, figure, key="confirm-1"), 202)["id"], run_made["id"])
    is_problem(world.api.post(confirm, figure), 409)
    equal([t for t in world.api.tickets() if (t["subject"] or "").startswith("Many ")], [])


@suite.case
def evaluate_answers_every_vector():
    vectors = [json.loads(line) for line in
               (SOURCE / "src/core/tests/retention-vectors.jsonl").read_text().splitlines() if line.strip()]
    equal(len(vectors), 53)
    worlds = [{name: value for name, value in vector.items() if name != "want"} for vector in vectors]
    verdicts = world.api.ok(world.api.post("/retention/evaluate", {"worlds": worlds}))["verdicts"]
    equal(len(verdicts), len(vectors))
    wrong = [f"{vector['v']}: {verdict!r}, wanted {vector['want']!r}"
             for vector, verdict in zip(vectors, verdicts) if verdict != vector["want"]]
    assert not wrong, "\n".join(wrong)


@suite.case
def evaluate_names_the_member_it_does_not_know_in_place_of_that_world():
    good = {"t": [{"closed": 90}], "r": [{}]}
    verdicts = world.api.ok(world.api.post("/retention/evaluate", {
        "worlds": [good, {**good, "colour": 1}, good]}))["verdicts"]
    equal(verdicts, ["tickets:1 R1", "error colour", "tickets:1 R1"])
    is_problem(world.api.post("/retention/evaluate", {"worlds": [good] * 10_001}), 422, "worlds")
    equal(len(world.api.ok(world.api.post("/retention/evaluate",
                                          {"worlds": [good] * 10_000}))["verdicts"]), 10_000)


# --- Import and search ---

@suite.case
def an_import_counts_and_names_the_lines_that_fail():
    good = {"ticket": {"requester": {"email": "imp@example.org", "name": "Imp"},
                       "subject": "Imported", "created_at": "2025-01-01T00:00:00Z",
                       "closed_at": "2025-02-01T00:00:00Z", "tags": ["old"],
                       "messages": [{"kind": "customer", "text": "q"}, {"kind": "note", "text": "n"},
                                    {"kind": "agent", "text": "a"}]}}
    bad = {"ticket": {**good["ticket"], "created_at": "yesterday"}}
    counts = world.api.ok(import_lines([good, bad, good, {}]))
    equal((counts["imported"], counts["known"], counts["failed"]), (1, 1, 2), f"{counts}")
    equal([error["line"] for error in counts["errors"]], [2, 4])
    ticket = world.api.ticket_with_subject("Imported")
    equal((ticket["channel"], ticket["status"], ticket["created_at"], ticket["closed_at"]),
          ("import", "closed", "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z"))
    kinds = [m["kind"] for m in world.api.messages(ticket["id"]) if m["kind"] != "event"]
    equal(kinds, ["customer", "note", "agent"])


def import_line(number, text="x"):
    return json.dumps({"ticket": {"requester": {"email": f"stream{number % 7}@example.org"},
                                  "subject": f"Stream {number}", "created_at": "2025-01-01T00:00:00Z",
                                  "messages": [{"text": text}]}}).encode() + b"\n"


def resident_kilobytes():
    status = open(f"/proc/{world.lethe.process.pid}/status").read()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


@suite.case
def an_import_of_any_length_is_taken_as_it_comes():
    before = resident_kilobytes()
    # Three lines to take, between 96 MiB of lines that are each too long.
    long = [b"x" * (12 << 20) + b"\n"] * 4
    parts = [import_line(1), *long, import_line(2), *long, import_line(3)]
    link = http.client.HTTPConnection(world.lethe.http, timeout=120)
    link.request("POST", "/api/v1/import", body=iter(parts), encode_chunked=True,
                 headers={"Authorization": f"Bearer {world.api.token}", "Transfer-Encoding": "chunked"})
    answer = link.getresponse()
    counts = json.loads(answer.read())
    equal((answer.status, counts["imported"], counts["failed"]), (200, 3, 8), f"{counts}")
    equal([error["line"] for error in counts["errors"]], [2, 3, 4, 5, 7, 8, 9, 10])
    sent = sum(map(len, parts)) // 1024
    grown = resident_kilobytes() - before
    assert sent > 2 * 40 * 1024, "not longer than what one request may hold"
    assert grown < sent / 2, f"grown by {grown} kB for {sent} kB"


def wanting_lines(length):
    """A connection on which an import has begun that is told of every line."""
    host, port = world.lethe.http.split(":")
    link = socket.create_connection((host, int(port)), timeout=60)
    link.sendall((f"POST /api/v1/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.api.token}\r\n"
                  f"Accept: application/x-ndjson\r\nContent-Length: {length}\r\n\r\n").encode())
    return link


def read_until(link, end):
    said = b""
    while end not in said:
        block = link.recv(65536)
        assert block, f"ended with {said!r}"
        said += block
    return said


@suite.case
def each_line_is_answered_before_the_next_and_a_broken_import_goes_on():
    lines = [import_line(number) for number in range(10, 14)]
    whole = b"".join(lines)
    link = wanting_lines(len(whole))
    link.sendall(lines[0])
    said = read_until(link, b'"line":1')
    contains(said.decode(), "200 OK")
    link.sendall(lines[1][:20])
    link.close()
    link = wanting_lines(len(whole))
    link.sendall(whole)
    said = read_until(link, b"0\r\n\r\n").decode()
    told = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    equal([line.get("known") for line in told[:4]], [True, False, False, False], f"{told}")
    equal(told[4], {"imported": 3, "known": 1, "failed": 0})
    link.close()
    subjects = [ticket["subject"] for ticket in world.api.tickets()]
    equal([subjects.count(f"Stream {number}") for number in range(10, 14)], [1] * 4)


@suite.case
def an_import_that_stops_half_way_leaves_whole_lines_and_says_how_many():
    lines = [import_line(number) for number in range(20, 23)]
    host, port = world.lethe.http.split(":")
    link = socket.create_connection((host, int(port)), timeout=60)
    link.sendall((f"POST /api/v1/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.api.token}\r\n"
                  f"Content-Length: {len(b''.join(lines))}\r\n\r\n").encode())
    link.sendall(lines[0] + lines[1] + lines[2][:-2])
    link.shutdown(socket.SHUT_WR)
    answer = http.client.HTTPResponse(link)
    answer.begin()
    equal((answer.status, json.loads(answer.read())),
          (400, {"imported": 2, "known": 0, "failed": 0, "errors": [], "broken_off": True}))
    link.close()
    subjects = [ticket["subject"] for ticket in world.api.tickets()]
    equal([subjects.count(f"Stream {number}") for number in range(20, 23)], [1, 1, 0])


@suite.case
def search_finds_tickets_and_people_by_their_words():
    ticket = world.api.new_ticket("hugo@example.org", "Bicycle pump", "The nozzle hisses.",
                                  name="Hugo Wren")
    def found(words):
        return world.api.ok(world.api.get("/search", q=words))
    eventually(lambda: [t["id"] for t in found("nozzle")["tickets"]] == [ticket["id"]], "by the text")
    eventually(lambda: [t["id"] for t in found("bicycle pump")["tickets"]] == [ticket["id"]],
               "by the subject")
    eventually(lambda: "Hugo Wren" in [p["name"] for p in found("wren")["people"]], "by the name")
    equal(found("nowordofours")["tickets"], [])
    is_problem(world.api.get("/search"), 400, "q")


@suite.case
def a_merged_ticket_is_in_no_list_refuses_changes_and_leads_to_the_other():
    kept = new_ticket(71)
    gone = world.api.new_ticket("person72@example.org", "Second matter", "Text 72")
    said = world.api.ok(world.api.post(f"/tickets/{gone['id']}/messages",
                                       {"kind": "agent", "text": "Which one?"}), 201)
    world.api.ok(world.api.post(f"/tickets/{gone['id']}/merge", {"into": kept["id"]}), 200)
    equal(world.api.ok(world.api.get(f"/tickets/{gone['id']}"))["merged_into"], kept["id"])
    for status in ("trash", "open", "closed", "spam"):
        ids = [ticket["id"] for ticket in world.api.tickets(status=status)]
        assert gone["id"] not in ids, f"the merged ticket is among {status}"
    changes = [("PATCH", "", {"status": "open"}), ("PATCH", "", {"tags": ["x"]}),
               ("POST", "/messages", {"kind": "note", "text": "x"}),
               ("POST", "/merge", {"into": kept["id"]}),
               ("POST", "/split", {"messages": [said["id"]]})]
    for method, path, body in changes:
        answer = world.api.call(method, f"/api/v1/tickets/{gone['id']}{path}", body=body)
        detail = is_problem(answer, 409)["detail"]
        contains(detail, f"#{kept['number']}")
        contains(detail, kept["id"])

    send(world.lethe.smtp, mail(sender="person72@example.org", subject="Re: Second matter",
                                text="The blue one.\n", in_reply_to=f"<{said['message_id']}>"),
         sender="person72@example.org", recipients=["help@desk.example"])
    eventually(lambda: any("The blue one." in message["text"]
                           for message in world.api.messages(kept["id"])),
               "mail to the merged ticket is in the other one")

    world.api.ok(world.api.post(f"/tickets/{gone['id']}/unmerge", {}), 200)
    equal(world.api.ok(world.api.get(f"/tickets/{gone['id']}"))["merged_into"], None)
    texts = [message["text"] for message in world.api.messages(gone["id"])]
    assert "Text 72" in texts, texts
    world.api.ok(world.api.patch(f"/tickets/{gone['id']}", {"status": "pending"}))


@suite.case
def messages_are_split_off_and_the_undo_is_a_merge_back():
    ticket = world.api.new_ticket("person73@example.org", "Two matters", "The first.")
    second = world.api.ok(world.api.post(f"/tickets/{ticket['id']}/messages",
                                         {"kind": "note", "text": "The second."}), 201)
    part = world.api.ok(world.api.post(f"/tickets/{ticket['id']}/split",
                                       {"messages": [second["id"]]}), 201)
    assert part["id"] != ticket["id"]
    said = lambda id: [m["text"] for m in world.api.messages(id) if m["kind"] != "event"]
    equal((said(ticket["id"]), said(part["id"])), (["The first."], ["The second."]))
    world.api.ok(world.api.post(f"/tickets/{part['id']}/merge", {"into": ticket["id"]}), 200)
    equal(said(ticket["id"]), ["The first.", "The second."])


@suite.case
def a_ticket_is_given_to_another_person():
    ticket = new_ticket(71)
    path = f"/tickets/{ticket['id']}"
    changed = world.api.ok(world.api.patch(path, {"requester": {"email": "heir@example.org",
                                                                "name": "Heir"},
                                                  "status": "pending"}))
    equal((changed["requester"]["emails"], changed["requester"]["name"], changed["status"]),
          (["heir@example.org"], "Heir", "pending"))
    equal(changed["subject"], ticket["subject"])
    equal(world.api.messages(ticket["id"])[0]["author"]["email"], "person71@example.org", "author")
    for wrong, field in (({"email": "none"}, "requester.email"), ("x", "requester"),
                         ({"email": "a@example.org", "age": 3}, "requester.age")):
        is_problem(world.api.patch(path, {"requester": wrong}), 400, field)
    stale = world.api.patch(path, {"requester": {"email": "other@example.org"}},
                            headers={"If-Match": '"1"'})
    assert stale.status in (409, 412), f"{stale}"
    equal(world.api.ok(world.api.get(path))["requester"]["emails"], ["heir@example.org"])


@suite.case
def a_ticket_that_may_not_be_given_away_is_not_changed_by_half():
    path = f"/tickets/{new_ticket(72)['id']}"
    hold = {"email": "person72@example.org", "ground": "art-17-3-e", "reason": "a dispute",
            "agent": ADMIN}
    equal(world.api.ok(import_lines([{"hold": hold}]))["imported"], 1)
    is_problem(world.api.patch(path, {"requester": {"email": "heir@example.org"},
                                      "status": "pending"}), 409)
    found = world.api.ok(world.api.get(path))
    equal((found["status"], found["requester"]["emails"]), ("open", ["person72@example.org"]))


@suite.case
def somebody_is_taken_off_cc_by_address_or_id():
    send(world.lethe.smtp, mail(sender="Ada <ada.cc@example.org>", subject="Copied to many",
                                cc="carl.cc@example.org, dora.cc@example.org"),
         sender="ada.cc@example.org")
    ticket = world.api.ticket_with_subject("Copied to many")
    path = f"/tickets/{ticket['id']}/cc"
    dora = world.api.person("dora.cc@example.org")
    carl = {"address": "Carl.CC@example.org"}
    is_problem(world.api.delete(f"{path}/Carl.CC%40example.org"), 400, "person")
    for take_off in (lambda: world.api.post(f"{path}/remove", carl),
                     lambda: world.api.delete(f"{path}/{dora['id']}")):
        answer = take_off()
        equal((answer.status, answer.body), (204, b""))
        is_problem(take_off(), 404)
    removed = [each for each in world.api.messages(ticket["id"]) if each["text"] == "cc_removed"]
    equal(len(removed), 2, "events")
    for who in ("0", "5", "ada"):
        is_problem(world.api.delete(f"{path}/{who}"), 404)
    for who in ("ada.cc@example.org", "nobody.cc@example.org"):
        is_problem(world.api.post(f"{path}/remove", {"address": who}), 404)
    is_problem(world.api.post(f"{path}/remove", {"address": "no address"}), 400, "address")
    is_problem(world.api.post(f"{path}/remove", {}), 400, "address")
    is_problem(world.api.post(f"{path}/remove", {**carl, "person": dora["id"]}), 400, "person")
    is_problem(world.api.delete("/tickets/5/cc/5"), 404)


@suite.case
def real_answers_are_as_the_openapi_document_says():
    ticket = world.api.tickets()[0]
    person = ticket["requester"]["id"]
    values = {"/tickets/{id}": ticket["id"], "/tickets/{id}/messages": world.ticket["id"],
              "/people/{id}": person, "/people/{id}/holdings": person,
              "/messages/{id}": world.api.messages(ticket["id"])[0]["id"],
              "/erasures/{id}": world.erasure["id"],
              "/certificates/{id}": world.erasure["certificate_id"],
              "/retention/rules/{id}": world.api.all("/retention/rules")[0]["id"],
              "/saved_replies/{id}": world.api.all("/saved_replies")[0]["id"]}
    problems = []
    for path, calls in world.described["paths"].items():
        if "get" not in calls or ("{id}" in path and path not in values):
            continue
        answer = world.api.get(path.replace("{id}", values.get(path, "")),
                               **({"q": "bicycle"} if path == "/search" else {}))
        said = calls["get"]["responses"]["200"].get("content", {})
        if "application/json" in said:
            problems += misfits(world.api.ok(answer), said["application/json"]["schema"], path)
    assert not problems, "\n".join(problems)


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as place:
        world.place = place.path
        world.lethe = place.make("data")
        world.api = world.lethe.start()
        world.by_scope = {scope: Api(world.lethe.http, world.lethe.make_token(scope))
                          for scope in RANKS}
        status = suite.run()
    sys.exit(status)
