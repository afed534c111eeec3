"""The JSON API as a client sees it."""

import http.client
import json
from urllib.parse import quote, urlencode


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:600]!r}"


class Api:
    """One connection that is kept; it connects anew when the server was started again."""

    def __init__(self, address, token=None):
        self.address, self.token = address, token
        self.connection = None

    def with_token(self, token):
        return Api(self.address, token)

    def call(self, method, path, body=None, headers=None, raw=None):
        sent = dict(headers or {})
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        content = raw
        if body is not None:
            content = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        for attempt in (1, 2):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection(self.address, timeout=120)
                self.connection.request(method, path, content, sent)
                answer = self.connection.getresponse()
                return Answer(answer.status, answer.headers, answer.read())
            except (http.client.RemoteDisconnected, ConnectionError):
                self.close()
                if attempt == 2:
                    raise

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def get(self, path, headers=None, **query):
        if query:
            path += "?" + urlencode(query, doseq=True, quote_via=quote)
        return self.call("GET", "/api/v1" + path, headers=headers)

    def post(self, path, body=None, key=None, headers=None):
        headers = dict(headers or {})
        if key:
            headers["Idempotency-Key"] = key
        return self.call("POST", "/api/v1" + path, body, headers)

    def patch(self, path, body, headers=None):
        return self.call("PATCH", "/api/v1" + path, body, headers)

    def put(self, path, body):
        return self.call("PUT", "/api/v1" + path, body)

    def delete(self, path):
        return self.call("DELETE", "/api/v1" + path)

    # --- What tests ask for all the time; each fails loudly when the answer is no success. ---

    def ok(self, answer, *statuses):
        wanted = statuses or (200, 201, 202, 204)
        assert answer.status in wanted, f"answered {answer}"
        return answer.json if answer.body else None

    def all(self, path, **query):
        """Every item of a list, page by page."""
        items, cursor = [], None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = self.ok(self.get(path, limit=200, **query, **more))
            items += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return items

    def tickets(self, **query):
        return self.all("/tickets", **query)

    def messages(self, ticket):
        return self.all(f"/tickets/{ticket}/messages")

    def person(self, email):
        """The person with this address, or None."""
        items = self.ok(self.get("/people", email=email))["items"]
        return items[0] if items else None

    def new_ticket(self, email, subject, text, name="", **more):
        return self.ok(self.post("/tickets", {"requester": {"email": email, "name": name},
                                              "subject": subject, "text": text, **more}), 201)

    def answer(self, ticket, text, **more):
        return self.ok(self.post(f"/tickets/{ticket['id']}/messages",
                                 {"kind": "agent", "text": text, **more}), 201)

    def ticket(self, ticket):
        """How it stands now."""
        return self.ok(self.get(f"/tickets/{ticket['id']}"))

    def the_ticket(self, subject):
        """The one with this subject; there has to be one."""
        found = self.ticket_with_subject(subject)
        assert found, f"no ticket {subject!r} among {[t['subject'] for t in self.tickets()]}"
        return found

    def ticket_with_subject(self, subject):
        found = [ticket for ticket in self.tickets() if ticket["subject"] == subject]
        assert len(found) <= 1, f"{len(found)} tickets have the subject {subject!r}"
        return found[0] if found else None
