"""Cases and their count. A case is a function whose name is the sentence that its failure reports.

    suite = Suite()

    @suite.case
    def a_redelivered_mail_makes_no_second_ticket(): ...

    sys.exit(suite.run())

The cases of one file run in the order in which they stand, so that they may tell one story.
`run` takes words from the command line: only cases whose name holds one of them run.
"""

import sys
import time
import traceback

PATIENCE_SECONDS = 30


class Skipped(Exception):
    """Raised by a case that cannot run here; its reason is printed, and it is not counted."""


class Suite:
    def __init__(self):
        self.cases = []

    def case(self, function):
        self.cases.append((function.__name__.replace("_", " "), function))
        return function

    def add(self, name, function):
        """A case that is made in a loop."""
        self.cases.append((name, function))

    def run(self, wanted=None):
        wanted = sys.argv[1:] if wanted is None else wanted
        passed = failed = 0
        for name, function in list(self.cases):
            if wanted and not any(word in name for word in wanted):
                continue
            verdict = self._run_one(name, function)
            passed += verdict is True
            failed += verdict is False
        print(f"{passed} passed, {failed} failed", flush=True)
        return 0 if passed > 0 and failed == 0 else 1

    @staticmethod
    def _run_one(name, function):
        started = time.monotonic()
        try:
            function()
        except Skipped as reason:
            print(f"skip  {name}: {reason}", flush=True)
            return None
        except Exception:  # a case fails by any exception; the others go on
            print(f"FAIL  {name}", flush=True)
            print("".join("  | " + line for line in
                          traceback.format_exc(limit=-6).splitlines(True)), flush=True)
            return False
        print(f"ok    {name} ({time.monotonic() - started:.1f} s)", flush=True)
        return True


def eventually(look, what, patience=PATIENCE_SECONDS):
    """The first true value of `look()`; fails with `what` when none came in time."""
    end = time.monotonic() + patience
    while True:
        value = look()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {patience} s")
        time.sleep(0.02)  # the pace of looking, not a time that anything is given


def equal(found, expected, what=""):
    assert found == expected, f"{what}: found {found!r}, expected {expected!r}"


def contains(text, part, what=""):
    assert part in text, f"{what}: {part!r} is not in {text!r}"
