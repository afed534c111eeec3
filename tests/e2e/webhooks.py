"""Mail by HTTP: Postmark, Mailgun, SendGrid and scripts post to the real server."""

import base64
import hashlib
import hmac
import http.client
import json
import subprocess
import sys
import time

from lib.installation import ADMIN, SOURCE, Workplace, exit_unless_built
from lib.installation import PASSWORD as SIGN_IN
from lib.site import Browser
from lib.suite import Suite, equal

EMULATOR = str(SOURCE / "tests/emulators/mail_webhooks.mjs")
USER, PASSWORD, KEY, BEARER = "postmark", "open sesame", "key-0123456789", "a-long-secret-of-a-script"
SETTINGS = """
[inbound.postmark]
secret_file = "{root}/postmark.secret"
[inbound.mailgun]
secret_file = "{root}/mailgun.secret"
[inbound.sendgrid]
secret_file = "{root}/sendgrid.secret"
[inbound.raw]
secret_file = "{root}/raw.secret"
"""
PICTURE = bytes(range(256)) * 50

suite = Suite()


class World:
    """What the cases of the story hand on."""


world = World()


def url(door):
    return f"http://{world.lethe.http}/inbound/{door}"


def emulate(service, **job):
    done = subprocess.run(["node", EMULATOR, service], input=json.dumps(job), text=True,
                          capture_output=True, timeout=120, check=True)
    return json.loads(done.stdout)


def statuses(result):
    return [each["status"] for each in result["tries"]]


def call(path, body, headers=None, method="POST"):
    connection = http.client.HTTPConnection(world.lethe.http, timeout=60)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def ticket(subject):
    found = world.api.ticket_with_subject(subject)
    assert found, f"no ticket {subject!r}"
    return found


def count(subject):
    return sum(each["subject"] == subject for each in world.api.tickets())


def first_message(found):
    return world.api.messages(found["id"])[0]


def file_bytes(found, name):
    for message in world.api.messages(found["id"]):
        for file in message["attachments"]:
            if file["name"] == name:
                return world.api.call("GET", file["url"]).body
    raise AssertionError(f"no file {name}")


def postmark_mail(subject, **more):
    return {"From": "vera@example.org", "FromName": "Vera Krüger",
            "FromFull": {"Email": "vera@example.org", "Name": "Vera Krüger", "MailboxHash": ""},
            "To": "help@desk.example", "OriginalRecipient": "help@desk.example",
            "Subject": subject, "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b",
            "Date": "Fri, 1 Aug 2014 16:45:32 -04:00", "TextBody": "It drips – überall.\n",
            "HtmlBody": "", "Headers": [{"Name": "Message-ID", "Value": f"<{subject}@example.org>"}],
            "Attachments": [], **more}


def by_postmark(message=None, **more):
    return emulate("postmark", url=url("postmark"),
                   **{"user": USER, "password": PASSWORD, "message": message, **more})


def mailgun_fields(subject, **more):
    headers = [["From", "Vera <vera@example.org>"], ["To", "help@desk.example"],
               ["Subject", subject], ["Message-Id", f"<{subject}@example.org>"]]
    return {"recipient": "help@desk.example", "sender": "vera@example.org",
            "from": "Vera <vera@example.org>", "subject": subject, "body-plain": "It hums.\n",
            "message-headers": json.dumps(headers), **more}


def by_mailgun(fields, **more):
    return emulate("mailgun", **{"url": url("mailgun"), "key": KEY, "fields": fields, **more})


def sendgrid_fields(subject, **more):
    return {"headers": f"From: Vera <vera@example.org>\nTo: help@desk.example\n"
                       f"Subject: {subject}\nMessage-ID: <{subject}@example.org>\n",
            "envelope": json.dumps({"to": ["help@desk.example"], "from": "vera@example.org"}),
            "from": "Vera <vera@example.org>", "to": "help@desk.example", "subject": subject,
            "text": "It glows.\n", "charsets": json.dumps({"text": "utf-8"}), **more}


def by_sendgrid(fields, **more):
    return emulate("sendgrid", **{"url": url("sendgrid"), "private_key": world.private_key,
                                  "fields": fields, **more})


def raw_mail(subject):
    return (f"From: vera@example.org\r\nTo: help@desk.example\r\nSubject: {subject}\r\n"
            f"Message-ID: <{subject}@example.org>\r\n\r\nIt rattles.\r\n").encode()


def by_script(content, **headers):
    return call("/inbound/raw", content, {"Content-Type": "message/rfc822",
                                          "Authorization": f"Bearer {BEARER}", **headers})


# --- Right ---

@suite.case
def postmark_brings_a_mail_with_words_and_files():
    file = {"Name": "kettle.png", "Content": base64.b64encode(PICTURE).decode(),
            "ContentType": "image/png", "ContentLength": len(PICTURE), "ContentID": ""}
    result = by_postmark(postmark_mail("pm-first", Attachments=[file]))
    equal(statuses(result), [200])
    found = ticket("pm-first")
    equal(found["requester"]["emails"], ["vera@example.org"])
    assert "überall" in first_message(found)["text"]
    assert PICTURE == file_bytes(found, "kettle.png"), "the file's bytes"


@suite.case
def postmark_can_send_the_message_itself():
    result = by_postmark(postmark_mail("pm-ignored", RawEmail=raw_mail("pm-raw").decode()))
    equal(statuses(result), [200])
    assert ticket("pm-raw") and count("pm-ignored") == 0


@suite.case
def mailgun_brings_fields_files_and_whole_messages():
    equal(statuses(by_mailgun(mailgun_fields("mg-fields"))), [200])
    assert "It hums." in first_message(ticket("mg-fields"))["text"]
    file = {"field": "attachment-1", "name": "noise.bin", "type": "application/octet-stream",
            "base64": base64.b64encode(PICTURE).decode()}
    equal(statuses(by_mailgun(mailgun_fields("mg-file"), files=[file])), [200])
    assert PICTURE == file_bytes(ticket("mg-file"), "noise.bin"), "the file's bytes"
    fields = {"recipient": "help@desk.example", "sender": "vera@example.org",
              "from": "vera@example.org", "body-mime": raw_mail("mg-mime").decode()}
    equal(statuses(by_mailgun(fields, url=url("mailgun/mime"))), [200])
    assert ticket("mg-mime")


@suite.case
def sendgrid_fields_come_in_the_character_set_they_name():
    words = {"base64": base64.b64encode("Es glüht".encode("iso-8859-1")).decode()}
    fields = sendgrid_fields("sg-fields", text=words, charsets=json.dumps({"text": "iso-8859-1"}))
    equal(statuses(by_sendgrid(fields)), [200])
    assert "Es glüht" in first_message(ticket("sg-fields"))["text"]


@suite.case
def sendgrid_can_send_the_message_itself():
    fields = {"email": raw_mail("sg-raw").decode(),
              "envelope": json.dumps({"to": ["help@desk.example"], "from": "vera@example.org"})}
    equal(statuses(by_sendgrid(fields)), [200])
    assert ticket("sg-raw")


@suite.case
def a_script_posts_a_message_with_a_bearer_or_a_signature():
    equal(by_script(raw_mail("raw-bearer")), 200)
    assert ticket("raw-bearer")
    content, at = raw_mail("raw-signed"), str(int(time.time()))
    mac = hmac.new(BEARER.encode(), f"{at}.".encode() + content, hashlib.sha256).hexdigest()
    signed = {"Content-Type": "message/rfc822", "X-Lethe-Timestamp": at,
              "X-Lethe-Signature": f"sha256={mac}"}
    equal(call("/inbound/raw?to=help@desk.example&from=vera@example.org", content, signed), 200)
    assert ticket("raw-signed")
    equal(call("/inbound/raw", content + b"more", signed), 401)


# --- Wrong ---

@suite.case
def wrong_secrets_and_signatures_are_refused():
    equal(statuses(by_postmark(postmark_mail("no-1"), password="guess", tries_max=0)), [401])
    equal(statuses(by_postmark(postmark_mail("no-2"), user=None, tries_max=0)), [401])
    equal(statuses(by_mailgun(mailgun_fields("no-3"), key="guess", tries_max=0)), [401])
    stale = int(time.time()) - 24 * 3600
    equal(statuses(by_mailgun(mailgun_fields("no-4"), timestamp=stale, tries_max=0)), [401])
    # SendGrid drops a mail at any 4xx: a wrong key here must not cost one.
    equal(statuses(by_sendgrid(sendgrid_fields("no-5"), signature="MEUCIQ==", tries_max=0)), [503])
    equal(statuses(by_sendgrid(sendgrid_fields("no-6"), timestamp=stale, tries_max=0)), [503])
    equal(by_script(raw_mail("no-7"), Authorization="Bearer guess"), 401)
    equal([count(f"no-{n}") for n in range(1, 8)], [0] * 7)


@suite.case
def a_mailgun_token_brings_one_mail_only_also_after_a_restart():
    token, at = "0123456789abcdef" * 3 + "ab", int(time.time())
    equal(statuses(by_mailgun(mailgun_fields("mg-once"), token=token, timestamp=at)), [200])
    again = by_mailgun(mailgun_fields("mg-other"), token=token, timestamp=at)
    equal((statuses(again), again["outcome"]), ([406], "stopped"))
    world.lethe.stop()
    world.api = world.lethe.start()
    equal(statuses(by_mailgun(mailgun_fields("mg-other"), token=token, timestamp=at)), [406])
    equal(statuses(by_mailgun(mailgun_fields("mg-once"), token=token, timestamp=at)), [200])
    equal((count("mg-once"), count("mg-other")), (1, 0))


@suite.case
def what_is_no_mail_is_refused_precisely():
    equal(statuses(by_postmark(text="this is not JSON", tries_max=0)), [400])
    equal(statuses(by_postmark(text="[1, 2]", tries_max=0)), [400])
    equal(statuses(by_postmark(text="{}", tries_max=0)), [400])
    equal(statuses(by_postmark(postmark_mail("no-8"), cut=120, tries_max=0)), [400])
    broken = {"Name": "a", "Content": "%%%", "ContentType": "image/png"}
    equal(statuses(by_postmark(postmark_mail("no-9", Attachments=[broken]), tries_max=0)), [400])
    equal(call("/inbound/mailgun", b"--x\r\n", {"Content-Type": "multipart/form-data; boundary=x"}), 400)
    equal(call("/inbound/raw", b"x", {"Authorization": f"Bearer {BEARER}",
                                      "Content-Type": "text/html"}), 400)


@suite.case
def postmarks_mail_cut_inside_a_character_is_a_mail():
    half = json.dumps(postmark_mail("pm-half")).replace("It drips", "It \\ud83d drips")
    equal(statuses(by_postmark(text=half, tries_max=0)), [200])
    equal(first_message(ticket("pm-half"))["text"].split(" drips")[0], "It \ufffd")


@suite.case
def a_body_beyond_the_bound_is_refused_before_it_is_read():
    head = {"Content-Type": "message/rfc822", "Content-Length": str(71 * 1024 * 1024)}
    equal(call("/inbound/raw", b"", head), 413)
    content = raw_mail("no-10") + b"x" * (36 * 1024 * 1024)
    equal(by_script(content), 413)
    equal(count("no-10"), 0)


@suite.case
def doors_are_there_only_when_configured():
    lethe = world.place.make("closed")
    lethe.start()
    connection = http.client.HTTPConnection(lethe.http, timeout=60)
    for door in ("postmark", "mailgun", "sendgrid", "raw"):
        connection.request("POST", f"/inbound/{door}", b"x")
        answer = connection.getresponse()
        answer.read()
        equal(answer.status, 404, door)
    connection.close()
    lethe.stop()


@suite.case
def the_openapi_document_says_how_the_doors_answer():
    paths = world.api.ok(world.api.get("/openapi.json"), 200)["paths"]
    answers = {
        "postmark": statuses(by_postmark(postmark_mail("oa-pm")))
        + statuses(by_postmark(postmark_mail("oa-no"), password="guess", tries_max=0))
        + statuses(by_postmark(text="no JSON", tries_max=0)),
        "mailgun": statuses(by_mailgun(mailgun_fields("oa-mg")))
        + statuses(by_mailgun(mailgun_fields("oa-no"), key="guess", tries_max=0)),
        "sendgrid": statuses(by_sendgrid(sendgrid_fields("oa-sg")))
        + statuses(by_sendgrid(sendgrid_fields("oa-no"), signature="MEUCIQ==", tries_max=0)),
        "raw": [by_script(raw_mail("oa-raw")),
                by_script(raw_mail("oa-no"), Authorization="Bearer guess"),
                call("/inbound/raw", b"", {"Content-Type": "message/rfc822",
                                           "Content-Length": str(71 * 1024 * 1024)})],
    }
    for door, found in answers.items():
        said = paths[f"/inbound/{door}"]
        equal(said["servers"], [{"url": "/"}], "not below /api/v1")
        unsaid = [status for status in found if str(status) not in said["post"]["responses"]]
        equal(unsaid, [], door)
        equal(found[0], 200, door)
    assert "post" in paths["/inbound/mailgun/mime"]


# --- Again ---

@suite.case
def a_mail_that_comes_three_times_is_one_ticket():
    for _ in range(3):
        equal(statuses(by_postmark(postmark_mail("pm-thrice"))), [200])
        equal(statuses(by_mailgun(mailgun_fields("mg-thrice"))), [200])
        equal(statuses(by_sendgrid(sendgrid_fields("sg-thrice"))), [200])
        equal(by_script(raw_mail("raw-thrice")), 200)
    equal([count(f"{door}-thrice") for door in ("pm", "mg", "sg", "raw")], [1, 1, 1, 1])


@suite.case
def postmark_comes_again_by_its_table_until_the_server_is_back():
    result = by_postmark(postmark_mail("pm-late"), down_until=36)
    equal([each["minute"] for each in result["tries"]], [0, 1, 6, 16, 26, 36])
    equal(statuses(result), [0, 0, 0, 0, 0, 200])
    equal(count("pm-late"), 1)


@suite.case
def sendgrids_mails_outlive_a_wrong_key_here():
    secret = world.place.path / "sendgrid.secret"
    right = secret.read_text()
    other = subprocess.run(
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 |"
        " openssl pkey -pubout -outform DER", shell=True, check=True, capture_output=True).stdout
    secret.write_text(base64.b64encode(other).decode() + "\n")
    world.lethe.stop()
    world.api = world.lethe.start()
    result = by_sendgrid(sendgrid_fields("sg-rotated"), tries_max=2)
    equal((statuses(result), result["outcome"]), ([503, 503, 503], "given up"))
    secret.write_text(right)
    world.lethe.stop()
    world.api = world.lethe.start()
    equal(statuses(by_sendgrid(sendgrid_fields("sg-rotated"))), [200])
    equal(count("sg-rotated"), 1)


@suite.case
def mailguns_file_with_a_name_beyond_ascii_comes_with_its_mail():
    at, token = str(int(time.time())), "fedcba9876543210" * 3
    mac = hmac.new(KEY.encode(), (at + token).encode(), hashlib.sha256).hexdigest()
    fields = {**mailgun_fields("mg-star"), "timestamp": at, "token": token, "signature": mac,
              "X-" + "y" * 300: "a header of the mail"}
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts.append(('name="attachment-1"; filename*=utf-8\'\'r%C3%A9sum%C3%A9.bin\r\n'
                  'Content-Type: application/octet-stream', PICTURE))
    body = b"".join(b"--b\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n"
                    + content + b"\r\n" for head, content in parts) + b"--b--\r\n"
    equal(call("/inbound/mailgun", body, {"Content-Type": "multipart/form-data; boundary=b"}), 200)
    assert PICTURE == file_bytes(ticket("mg-star"), "résumé.bin"), "the file's bytes"


@suite.case
def killed_between_commit_and_answer_there_is_one_ticket():
    for service, post, subject in (
            ("pm", lambda: by_postmark(postmark_mail("pm-killed"), tries_max=0), "pm-killed"),
            ("mg", lambda: by_mailgun(mailgun_fields("mg-killed"), tries_max=0), "mg-killed")):
        world.lethe.stop()
        world.lethe.start(environment={"LETHE_FAULT": "intake.durable"})
        equal(statuses(post()), [0], service)
        world.lethe.process.wait(60)
        world.lethe.kill()
        world.api = world.lethe.start()
        equal(count(subject), 1, "durable before the answer")
        equal(statuses(post()), [200], service)
        equal(count(subject), 1, "and once only")


@suite.case
def unknown_recipients_are_told_in_each_providers_way():
    browser = Browser(world.lethe.http)
    browser.sign_in(ADMIN, SIGN_IN)
    browser.submit("/settings/mail", "/settings/mail", {"do": "add", "address": "help@desk.example"})
    stranger = {"To": "who@desk.example", "OriginalRecipient": "who@desk.example"}
    result = by_postmark(postmark_mail("no-11", **stranger))
    equal((statuses(result), result["outcome"]), ([403], "stopped"))
    forwarded = {"OriginalRecipient": "451d9b70@inbound.example"}
    equal(statuses(by_postmark(postmark_mail("pm-forwarded", **forwarded))), [200])
    equal((count("no-11"), count("pm-forwarded")), (0, 1))


def make_secrets(place):
    world.private_key = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        capture_output=True, check=True, text=True).stdout
    public = subprocess.run(["openssl", "pkey", "-pubout", "-outform", "DER"], check=True,
                            input=world.private_key.encode(), capture_output=True).stdout
    for name, secret in (("postmark", f"{USER}:{PASSWORD}"), ("mailgun", KEY), ("raw", BEARER),
                         ("sendgrid", base64.b64encode(public).decode())):
        (place.path / f"{name}.secret").write_text(secret + "\n")


def main():
    exit_unless_built()
    with Workplace() as place:
        world.place = place
        make_secrets(place)
        world.lethe = place.make("desk", SETTINGS)
        world.api = world.lethe.start()
        return suite.run()


if __name__ == "__main__":
    sys.exit(main())
