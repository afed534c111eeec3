"""A client that knows nothing but docs/api.md and the served OpenAPI document.

Every answer it gets is held against the document. What it sends is made from the document too: wrong kinds
in every field of every call, fields and parameters that no call names, bodies of other types.
"""

import json
import socket
import sys
import threading

from lib.api import Api
from lib.installation import Workplace, exit_unless_built
from lib.schema import Described
from lib.smtp import mail, send
from lib.suite import Suite, contains, equal, eventually

suite = Suite()


class World:
    pass


world = World()


class StrictApi(Api):
    """Fails when an answer is not as it is described."""

    def call(self, method, path, body=None, headers=None, raw=None):
        answer = super().call(method, path, body, headers, raw)
        if method in ("HEAD", "OPTIONS") or not path.startswith("/api/v1/"):
            return answer
        faults = world.described.faults_of_answer(method, path.removeprefix("/api/v1"), answer)
        assert not faults, f"{method} {path[:200]}: {faults[:5]}\n{answer}"
        return answer


def fields_of(answer):
    return [error["field"] for error in answer.json.get("errors", [])]


def refuses(answer, status, field=None):
    equal(answer.status, status, f"{answer}")
    if field is not None:
        assert field in fields_of(answer), f"names {fields_of(answer)}, not {field}: {answer}"


def minimal_body(schema):
    """What a call takes at least, and what is enough for it to be refused for one field only."""
    known = {"requester": {"email": "minimal@example.org"}, "kind": "note", "into": world.other["id"],
             "mode": "erase", "message_id": world.message["id"], "worlds": [], "enabled": True,
             "address": "nobody@example.org", "accept": False, "messages": [world.message["id"]],
             "tickets": 0, "people": 0}
    return {name: known.get(name, "words") for name in schema.get("required", [])}


def real_path(path):
    """With ids of things that are there."""
    values = {"/tickets/": world.ticket["id"], "/people/": world.ticket["requester"]["id"],
              "/messages/": world.message["id"], "/retention/rules/": world.rule["id"],
              "/saved_replies/": world.reply["id"], "/erasures/": world.erasure["id"]}
    for start, value in values.items():
        if path.startswith(start + "{id}"):
            path = path.replace("{id}", value)
    return path.replace("{id}", "5").replace("{proposal}", "5").replace("{person}", "5")


def calls_with_json():
    for method, path, operation in world.described.operations():
        schema = world.described.request_schema(operation)
        if schema is not None:
            yield method, real_path(path), schema


# --- The document ---

@suite.case
def the_document_refers_to_what_it_holds_and_names_every_call_once():
    document = world.described.document
    text = json.dumps(document)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "')[1:]}:
        world.described.schema(reference)
    ids = [operation["operationId"] for _, _, operation in world.described.operations()]
    equal(len(ids), len(set(ids)), "operation ids")
    for method, path, operation in world.described.operations():
        named = {field["name"] for field in operation.get("parameters", []) if field["in"] == "path"}
        wanted = {part.split("}")[0] for part in path.split("{")[1:]}
        equal(named, wanted, f"{method} {path}")


@suite.case
def every_list_of_the_document_takes_limit_and_cursor():
    for method, path, operation in world.described.operations():
        content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
        schema = world.described.whole(content.get("schema", {}))
        if "next_cursor" not in schema.get("properties", {}):
            continue
        named = {field["name"] for field in operation["parameters"] if field["in"] == "query"}
        assert {"limit", "cursor"} <= named, f"{path} takes {named}"
        path = real_path(path)
        page = world.api.ok(world.api.get(path, limit=1))
        assert len(page["items"]) <= 1, path
        for limit in ("0", "201", "-1", "1.5", "x", ""):
            refuses(world.api.get(path, limit=limit), 422, "limit")
        refuses(world.api.get(path, cursor="nonsense"), 400, "cursor")


# --- What no call names ---

@suite.case
def no_call_takes_a_query_parameter_that_it_does_not_name():
    for method, path, _ in world.described.operations():
        answer = world.api.call(method, "/api/v1" + real_path(path) + "?colour=1",
                                body={} if method in ("POST", "PUT", "PATCH") else None)
        refuses(answer, 400, "colour")
    refuses(world.api.get("/tickets?limit=1&limit=2"), 400, "limit")
    refuses(world.api.get("/search?q=a&q=b"), 400, "q")


@suite.case
def no_call_takes_a_field_that_it_does_not_name():
    for method, path, schema in calls_with_json():
        body = {**minimal_body(schema), "colour": 1}
        refuses(world.api.call(method, "/api/v1" + path, body), 400, "colour")


@suite.case
def no_call_takes_a_value_of_another_kind():
    tried = 0
    for method, path, schema in calls_with_json():
        for name, one in schema["properties"].items():
            for value in (5, "a text", True, [], [5], {}, {"x": 1}, [None], 1e300, -1.5, None):
                if not world.described.faults(value, one):
                    continue
                if name == "warnings" or (name == "worlds" and isinstance(value, list)):
                    continue  # not read; a world at fault is answered in its place
                answer = world.api.call(method, "/api/v1" + path, {**minimal_body(schema), name: value})
                assert answer.status in (400, 422), f"{method} {path} {name}={value!r}: {answer}"
                assert any(field.split(".")[0] == name for field in fields_of(answer)) or (
                    name in ("requester", "rule") and fields_of(answer)), f"{name}: {answer}"
                tried += 1
    assert tried > 300, f"only {tried} tried"


@suite.case
def no_call_takes_what_is_not_json():
    for method, path, _ in calls_with_json():
        for raw in (b"", b"[]", b"{", b'"x"', b'{"a":"\xff"}', b'{"a":"\xed\xa0\x80"}', b"\xef\xbb\xbf{}",
                    b'{"a":' * 5000, '{"a":1}'.encode("utf-16"), b'{"a":NaN}', b"{'a':1}", b'{"a":1,}'):
            may_be_empty = raw == b"" and path in ("/retention/preview", "/retention/runs")
            if may_be_empty:
                continue
            answer = world.api.call(method, "/api/v1" + path, raw=raw,
                                    headers={"Content-Type": "application/json"})
            refuses(answer, 400)


@suite.case
def no_call_takes_a_body_of_another_type():
    for method, path, schema in calls_with_json():
        raw = json.dumps(minimal_body(schema)).encode()
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml",
                     "multipart/form-data; boundary=x"):
            refuses(world.api.call(method, "/api/v1" + path, raw=raw, headers={"Content-Type": kind}),
                    415, "Content-Type")
        packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        refuses(world.api.call(method, "/api/v1" + path, raw=raw, headers=packed), 415, "Content-Encoding")


@suite.case
def no_id_is_beyond_63_bits_or_written_otherwise():
    for method, path, _ in world.described.operations():
        if "{id}" not in path or path.startswith("/deliveries"):
            continue
        for wrong in ("0", "-1", "9223372036854775808", "18446744073709551617", "1e3", "0x10", "%20" + "7",
                      "%D9%A3", "0" + world.ticket["id"], "x" * 500):
            filled = path.replace("{id}", wrong).replace("{proposal}", "5").replace("{person}", "5")
            answer = world.api.call(method, "/api/v1" + filled,
                                    body={} if method in ("POST", "PUT", "PATCH") else None)
            equal(answer.status, 404, f"{method} {filled}: {answer}")


# --- Methods and ways ---

@suite.case
def head_is_get_without_the_body_and_other_methods_name_what_would_work():
    for method, path, _ in world.described.operations():
        path = "/api/v1" + real_path(path)
        if method == "GET":
            got = world.api.call("GET", path)
            head = world.api.call("HEAD", path)
            equal((head.status, head.headers.get("Content-Type"), head.body),
                  (got.status, got.headers.get("Content-Type"), b""), path)
        options = world.api.call("OPTIONS", path)
        equal(options.status, 405)
        contains(options.headers["Allow"], method)
        contains(options.headers["Content-Type"], "application/problem+json")


@suite.case
def a_stranger_is_refused_before_anything_is_read():
    host, port = world.lethe.http.split(":")
    for path in ("/tickets", "/retention/evaluate", "/import"):
        with socket.create_connection((host, int(port)), timeout=30) as link:
            link.sendall(f"POST /api/v1{path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                         f"Content-Length: {30 << 20}\r\n\r\n".encode())
            said = b""
            while b"\r\n\r\n" not in said:  # not a byte of the body was sent
                block = link.recv(65536)
                assert block, said
                said += block
            assert said.startswith(b"HTTP/1.1 401 "), said[:200]


@suite.case
def a_body_too_long_for_its_call_is_413():
    host, port = world.lethe.http.split(":")
    for path, length, status in (("/tickets", (4 << 20) + 1, 413), ("/retention/evaluate", (40 << 20) + 1, 413),
                                 ("/tickets", 4 << 20, 100)):
        with socket.create_connection((host, int(port)), timeout=30) as link:
            link.sendall(f"POST /api/v1{path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                         f"Authorization: Bearer {world.api.token}\r\nExpect: 100-continue\r\n"
                         f"Content-Length: {length}\r\n\r\n".encode())
            said = link.recv(65536)
            assert said.startswith(f"HTTP/1.1 {status} ".encode()), said[:200]


# --- Addresses, times, words ---

@suite.case
def addresses_of_the_world_are_found_as_they_were_written():
    for address in ("jürgen@bücher.example", "用户@例子.example", '"a b"@example.org', "O'Neil@example.org",
                    "x+tag@example.org", "A.B@EXAMPLE.org"):
        ticket = world.api.new_ticket(address, "Über die Brücke", "Καλημέρα \U0001f600", name="Åsa Ø.")
        equal(ticket["requester"]["name"], "Åsa Ø.")
        found = world.api.person(address)
        assert found and found["id"] == ticket["requester"]["id"], address
        equal(world.api.messages(ticket["id"])[0]["text"], "Καλημέρα \U0001f600")
    for address in ("", "@", "a@", "@b.example", "a b@example.org", "a@b@c.example", "a@exa mple.org",
                    "Ann <ann@example.org>", "a" * 65 + "@example.org", "a@" + "x" * 64 + ".org"):
        refuses(world.api.post("/tickets", {"requester": {"email": address}, "subject": "s", "text": "t"}),
                400, "requester.email")


@suite.case
def times_are_rfc_3339_or_refused_by_name():
    for time in ("2026-01-05T10:00:00Z", "2026-01-05T10:00:00.123456Z", "2026-01-05T10:00:00%2B05:30",
                 "2026-01-05t10:00:00z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        world.api.ok(world.api.get(f"/tickets?updated_since={time}"), 200)
    for time in ("2026-01-05", "2026-01-05 10:00:00", "2026-01-05T10:00Z", "2026-01-05T10:00:00", "1767607200",
                 "2026-02-30T10:00:00Z", "2026-13-01T10:00:00Z", "2026-01-05T24:00:00Z", "now", ""):
        refuses(world.api.get("/tickets", updated_since=time), 400, "updated_since")
        refuses(world.api.post("/retention/runs", {"at": time}), 400, "at")
        refuses(world.api.post("/retention/preview", {"at": time}), 400, "at")


# --- Files and redactions ---

@suite.case
def a_file_is_redacted_with_its_own_message_only():
    for number in (1, 2):
        send(world.lethe.smtp, mail(sender=f"File <file{number}@example.org>", subject=f"With file {number}",
                                    text="see\n", files=[(f"{number}.bin", "application/octet-stream", b"abc")]))
    mine, other = (eventually(lambda n=n: world.api.ticket_with_subject(f"With file {n}"), "the ticket")
                   for n in (1, 2))
    message, foreign = (world.api.messages(ticket["id"])[0] for ticket in (mine, other))
    path = f"/tickets/{mine['id']}/redactions"
    order = {"message_id": message["id"], "attachment_id": foreign["attachments"][0]["id"]}
    refuses(world.api.post(path, order), 404, "attachment_id")
    equal(world.api.get(f"/attachments/{foreign['attachments'][0]['id']}").body, b"abc")
    order["attachment_id"] = message["attachments"][0]["id"]
    world.api.ok(world.api.post(path, order), 202)
    eventually(lambda: world.api.get(f"/attachments/{order['attachment_id']}").status == 410, "it is gone")


# --- The same key ---

@suite.case
def the_same_key_counts_for_every_way_to_write_the_path():
    body = {"requester": {"email": "key@example.org"}, "subject": "Once", "text": "x"}
    first = world.api.ok(world.api.post("/tickets", body, key="way"), 201)
    for way in ("/api/v1/tickets/", "/api/v1/%74ickets"):
        answer = Api.call(world.api, "POST", way, body, {"Idempotency-Key": "way"})
        equal((answer.status, answer.json["id"]), (201, first["id"]), way)


@suite.case
def the_same_key_with_two_bodies_at_once_makes_one_ticket():
    answers, together = [], threading.Barrier(6)

    def ask(number):
        api = StrictApi(world.lethe.http, world.lethe.token)
        together.wait()
        answers.append(api.post("/tickets", {"requester": {"email": "two@example.org"}, "text": "x",
                                             "subject": f"Two bodies {number % 2}"}, key="two bodies"))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(sorted(answer.status for answer in answers), [201] * 3 + [422] * 3)
    equal(len({answer.json["id"] for answer in answers if answer.status == 201}), 1, "tickets")


# --- Paging by (updated_at, id) ---

def read_changes(since, seen):
    """What changed since then, page by page; gives the last time that was seen."""
    cursor, last = None, None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = world.api.ok(world.api.get("/tickets", limit=7, updated_since=since, **more))
        for ticket in page["items"]:
            place = ticket["updated_at"], int(ticket["id"])
            assert last is None or place > last, f"{place} behind {last}"
            last, seen[ticket["id"]] = place, ticket
        cursor = page["next_cursor"]
        if not cursor:
            return last[0] if last else since


@suite.case
def who_reads_on_from_the_last_time_seen_ends_with_every_ticket_as_it_is():
    made = [world.api.new_ticket("page@example.org", f"Page {number}", "x")["id"] for number in range(40)]
    changed, seen, since = {}, {}, "2020-01-01T00:00:00Z"

    def change():
        api = Api(world.lethe.http, world.lethe.token)
        for number in range(200):
            ticket = made[number % len(made)]
            api.ok(api.patch(f"/tickets/{ticket}", {"tags": [f"turn {number}"]}))
            changed[ticket] = [f"turn {number}"]

    writer = threading.Thread(target=change)
    writer.start()
    while writer.is_alive():
        since = read_changes(since, seen)
    writer.join()
    read_changes(since, seen)
    equal({ticket: seen[ticket]["tags"] for ticket in made}, changed)


# --- What erasing leaves ---

@suite.case
def what_is_erased_answers_as_described_on_every_way():
    ticket = world.api.new_ticket("gone@example.org", "Gone", "x")
    note = world.api.ok(world.api.post(f"/tickets/{ticket['id']}/messages", {"kind": "note", "text": "n"}), 201)
    person = ticket["requester"]["id"]
    made = world.api.ok(world.api.post(f"/people/{person}/erasures", {"mode": "erase"}), 202)
    look = lambda: world.api.ok(world.api.get(f"/erasures/{made['id']}"))
    done = eventually(lambda: (e := look())["state"] == "done" and e, "the erasure is done")
    equal(world.api.ok(world.api.get(f"/tickets/{ticket['id']}"))["erased"], True)
    for method, path in (("GET", f"/people/{person}"), ("GET", f"/people/{person}/holdings"),
                         ("PATCH", f"/people/{person}"), ("GET", f"/tickets/{ticket['id']}/messages"),
                         ("GET", f"/messages/{note['id']}"), ("PATCH", f"/tickets/{ticket['id']}"),
                         ("POST", f"/tickets/{ticket['id']}/unmerge")):
        answer = world.api.call(method, "/api/v1" + path, body=None if method == "GET" else {})
        equal(answer.status, 410, f"{method} {path}")
    for accept in (None, "application/json", "application/vnd.lethe.certificate"):
        shown = world.api.get(f"/certificates/{done['certificate_id']}",
                              headers={"Accept": accept} if accept else None)
        equal(shown.status, 200)


if __name__ == "__main__":
    exit_unless_built()
    with Workplace() as place:
        world.lethe = place.make("data")
        plain = world.lethe.start()
        world.described = Described(plain.ok(plain.get("/openapi.json")))
        world.api = StrictApi(world.lethe.http, world.lethe.token)
        world.ticket = plain.new_ticket("strict@example.org", "Strict", "Words", name="Strict")
        world.other = plain.new_ticket("other@example.org", "Other", "Words")
        world.message = plain.messages(world.ticket["id"])[0]
        world.rule = plain.ok(plain.post("/retention/rules", {"name": "r", "days": 900}), 201)
        world.reply = plain.ok(plain.post("/saved_replies", {"title": "t", "text": "x"}), 201)
        world.erasure = plain.ok(plain.post(f"/people/{world.other['requester']['id']}/erasures",
                                            {"mode": "hide"}), 202)
        status = suite.run()
    sys.exit(status)
