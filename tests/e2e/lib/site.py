"""The pages as a browser without scripts uses them: cookies, hidden fields, forms."""

import html
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request

HIDDEN = re.compile(r"<input(?=[^>]*type=\"hidden\")[^>]*>")


class Browser:
    def __init__(self, address):
        self.base = f"http://{address}"
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def get(self, path):
        with self.opener.open(self.base + path, timeout=60) as answer:
            return answer.read().decode()

    def submit(self, page_path, form_path, fields):
        """Sends the form of a page with its hidden fields; the page that comes of it."""
        hidden = dict(map(name_and_value, HIDDEN.findall(self.get(page_path))))
        body = urllib.parse.urlencode({**hidden, **fields}).encode()
        request = urllib.request.Request(self.base + form_path, body, {"Origin": self.base})
        with self.opener.open(request, timeout=60) as answer:
            return answer.read().decode()

    def refused(self, page_path, form_path, fields):
        """The same for a form that must not be accepted: the status and the page."""
        try:
            self.submit(page_path, form_path, fields)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        raise AssertionError(f"{form_path} was accepted")

    def sign_in(self, email, password):
        return self.submit("/sign-in", "/sign-in", {"email": email, "password": password})


def name_and_value(tag):
    found = dict(re.findall(r'(name|value)="([^"]*)"', tag))
    return found.get("name", ""), html.unescape(found.get("value", ""))


def ask(method, url, body=None):
    """A request without cookies that follows nothing. Gives status, body and headers."""
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None
    asked = urllib.request.Request(url, data=body, method=method)
    try:
        with urllib.request.build_opener(Stay).open(asked, timeout=60) as answered:
            return answered.status, answered.read().decode(), answered.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode(), refused.headers
