"""Runs the suites and counts: python3 tests/run.py [unit|asan|fuzz|e2e|browser|lint|all]...

unit     every ctest program of build/dev (doctest, shell suites, what must not compile)
asan     the same programs with address and undefined-behaviour sanitisers, layers without sockets
fuzz     every fuzzer for 20 seconds (LETHE_FUZZ_SECONDS), from its corpus in tests/fuzz/corpus
e2e      tests/e2e/*.py against build/dev/lethe (their environment: LETHE_BIN); some of them a second
         time with their rows in PostgreSQL, as e2e/*_postgres, when LETHE_TEST_POSTGRES names one
browser  tests/browser/*.mjs in Chromium, the same environment; their argument is the page gallery
lint     script/lint

A suite is a program. It says how it went by doctest's summary or by a line `N passed, N failed`, and
by its exit status; one that crashes, hangs, says nothing or was never built counts as a failure.
The last line printed is the sum. script/test calls this beside a throw-away PostgreSQL.

What one build serves runs together, as many suites at a time as there are processors (at most 4),
the long ones first. Suites share no port (tests/e2e/lib/installation.py, tests/browser/harness.mjs),
no directory and no rows: a PostgreSQL database or schema is named after the process that made it.
They are reported in the order in which they are listed, whichever ended first.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LOGS = BUILD / "test-logs"
GALLERY = BUILD / "gallery"
TIMEOUT_SECONDS = 900
LANES = max(1, min(4, len(os.sched_getaffinity(0))))

# Those that take longest begin, in this order, so that no one of them is left over for the end.
LONG = ["browser/gallery", "browser/story", "dev/test_app", "e2e/relay", "e2e/slow",
        "e2e/forgotten_postgres", "dev/compile_fail", "dev/contract_store", "e2e/kill",
        "e2e/mail_flow_postgres", "e2e/notifications", "e2e/trust_real", "e2e/kill_postgres",
        "asan/test_app", "asan/contract_store", "asan/test_core"]

DOCTEST = re.compile(r"\[doctest\] test cases:\s*\d+\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed")
COUNTS = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)


@dataclass
class Suite:
    name: str
    command: list
    environment: dict = field(default_factory=dict)
    directory: Path = ROOT
    timeout: float = TIMEOUT_SECONDS


@dataclass
class Outcome:
    passed: int
    failed: int


def execute(suite):
    """The suite's exit status and what it printed; its whole process group ends with it."""
    environment = {**os.environ, **suite.environment}
    process = subprocess.Popen(suite.command, cwd=suite.directory, env=environment, text=True,
                               errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True)
    running.add(process.pid)
    try:
        output, _ = process.communicate(timeout=suite.timeout)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return -signal.SIGKILL, output + f"\nended after {suite.timeout:.0f} s without an answer\n"
    finally:
        running.discard(process.pid)


# Clones at different places share the compiler's cache.
os.environ.setdefault("CCACHE_BASEDIR", str(ROOT))
os.environ.setdefault("CCACHE_NOHASHDIR", "1")

running = set()


def stop(number, _):
    """Whoever stops the run stops the programs that it started, which have sessions of their own."""
    for process in list(running):
        os.killpg(process, signal.SIGKILL)
    os._exit(128 + number)


def judge(status, output):
    """Counts by the suite's own words; an exit status that contradicts them is one more failure."""
    said = DOCTEST.findall(output) or COUNTS.findall(output)
    if not said:
        return Outcome(0, 1), f"printed no summary, exit status {status}"
    outcome = Outcome(*map(int, said[-1]))
    if status != 0 and outcome.failed == 0:
        outcome.failed = 1
        return outcome, f"exit status {status}"
    if outcome.passed + outcome.failed == 0:
        return Outcome(0, 1), "ran nothing"
    return outcome, ""


def report(suite, outcome, seconds, remark, output):
    """Writes the log; what to print about it, whole."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / (suite.name.replace("/", "-") + ".log")
    log.write_text(output)
    line = f"{suite.name:<36} {outcome.passed:>5} passed {outcome.failed:>3} failed {seconds:7.1f} s"
    if outcome.failed:
        tail = "\n".join("  | " + text for text in output.splitlines()[-60:])
        line += f"  {remark}\n{tail}\n  whole log: {log.relative_to(ROOT)}"
    return line


def run(suite):
    """Its outcome and what to print about it. Whatever goes wrong here is the suite's failure."""
    started = time.monotonic()
    try:
        status, output = execute(suite)
        outcome, remark = judge(status, output)
    except OSError as error:
        outcome, output = Outcome(0, 1), f"cannot start {suite.command[0]}: {error.strerror}\n"
        remark = "was not started"
    except Exception:  # the other suites go on
        outcome, output, remark = Outcome(0, 1), traceback.format_exc(), "could not be run"
    return outcome, report(suite, outcome, time.monotonic() - started, remark, output)


def longest_first(suite):
    whole = re.sub(r"_\d+of\d+$", "", suite.name)  # of a suite in shares
    return LONG.index(whole) if whole in LONG else len(LONG)


def run_all(suites):
    """Their outcomes, each printed as soon as those listed before it are."""
    with ThreadPoolExecutor(LANES) as pool:
        runs = {suite.name: pool.submit(run, suite) for suite in sorted(suites, key=longest_first)}
        outcomes = []
        for suite in suites:
            outcome, said = runs[suite.name].result()
            print(said, flush=True)
            outcomes.append(outcome)
        return outcomes


def build(preset, *options):
    """Builds all that can be built: what does not compile is one failure, its programs are others."""
    started = time.monotonic()
    print(f"building {preset} ...", flush=True)
    configure = subprocess.run(["cmake", "--preset", preset, *options], cwd=ROOT, text=True,
                               stdin=subprocess.DEVNULL, capture_output=True)
    output, status = configure.stdout + configure.stderr, configure.returncode
    if status == 0:
        made = subprocess.run(["cmake", "--build", BUILD / preset, "--", "-k", "0"], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, errors="replace")
        output, status = made.stdout + made.stderr, made.returncode
    outcome = Outcome(0, 1 if status else 0)
    print(report(Suite(f"{preset}/build", []), outcome, time.monotonic() - started, "does not build",
                 output), flush=True)
    return outcome


def ctest_suites(preset, skip=()):
    """The programs that CMake registered, run by us so that their cases can be counted."""
    listing = subprocess.run(["ctest", "--test-dir", BUILD / preset, "--show-only=json-v1"],
                             text=True, capture_output=True)
    try:
        tests = json.loads(listing.stdout)["tests"]
    except (ValueError, KeyError):
        return [Suite(f"{preset}/ctest", ["ctest", "--test-dir", str(BUILD / preset)])]
    return [ctest_suite(preset, test) for test in tests if test["name"] not in skip]


def ctest_suite(preset, test):
    properties = {item["name"]: item["value"] for item in test.get("properties", [])}
    return Suite(name=f"{preset}/{test['name']}",
                 command=test.get("command", [f"program of {test['name']}"]),
                 environment=dict(line.split("=", 1) for line in properties.get("ENVIRONMENT", [])),
                 directory=Path(properties.get("WORKING_DIRECTORY", ROOT)),
                 timeout=float(properties.get("TIMEOUT", TIMEOUT_SECONDS)))


def test_files(folder, ending):
    """The files of a folder that are tests: all but those which another one imports."""
    files = sorted((ROOT / "tests" / folder).glob("*" + ending))
    words = "\n".join(file.read_text() for file in files)
    imported = set(re.findall(r"^\s*(?:from|import) (\w+)", words, re.MULTILINE))
    imported |= set(re.findall(r"""from ["']\./([\w.-]+)\.mjs["']""", words))
    return [file for file in files if file.stem not in imported]


def product():
    return {"LETHE_BIN": str(BUILD / "dev/lethe"), "LETHE_SOURCE_DIR": str(ROOT)}


def unit():
    return ctest_suites("dev")


# What is asked of both engines; modest sizes, for the rest of these files is about files.
ON_POSTGRES = {"kill": {"LETHE_KILL_ROUNDS": "8"}, "forgotten": {}, "mail_flow": {}}
KILL_CASES = ["every mail", "intake.", "erasure.", "keyring.commit", "retention."]


def e2e_on_postgres():
    cluster = os.environ.get("LETHE_TEST_POSTGRES")
    if not cluster:
        return []
    return [Suite(f"e2e/{name}_postgres",
                  [sys.executable, str(ROOT / f"tests/e2e/{name}.py"), *(KILL_CASES if name == "kill" else [])],
                  {**product(), **sizes, "LETHE_E2E_POSTGRES": cluster})
            for name, sizes in ON_POSTGRES.items()]


def e2e():
    return e2e_on_postgres() + [Suite(f"e2e/{file.stem}", [sys.executable, str(file)], product())
                                for file in test_files("e2e", ".py")]


def browser():
    shutil.rmtree(GALLERY, ignore_errors=True)
    GALLERY.mkdir(parents=True)
    maker = next(iter((BUILD / "dev").glob("**/web_gallery")), None)
    if maker:
        subprocess.run([maker, GALLERY], stdout=subprocess.DEVNULL, check=False)
    return [suite for file in test_files("browser", ".mjs") for suite in browser_suites(file)]


def browser_suites(file):
    """The gallery is looked at by a share of its pages in each lane."""
    command = ["node", str(file), str(GALLERY)]
    if file.stem != "gallery" or LANES == 1:
        return [Suite(f"browser/{file.stem}", command, product())]
    return [Suite(f"browser/{file.stem}_{at}of{LANES}", [*command, "--shard", f"{at}/{LANES}"], product())
            for at in range(1, LANES + 1)]


def asan():
    # What the compiler, the linker and a shell script say is not asked twice.
    suites = ctest_suites("asan", skip={"compile_fail", "core_is_pure"})
    return [replace(suite, environment={**suite.environment, "LETHE_TEST_ONLY_PROGRAMS": "1"})
            for suite in suites]


def fuzz():
    seconds = os.environ.get("LETHE_FUZZ_SECONDS", "20")
    names = re.findall(r"^\s*lethe_fuzzer\(NAME (\w+)",
                       (ROOT / "tests/fuzz/CMakeLists.txt").read_text(), re.MULTILINE)
    return [Suite(f"fuzz/{name}", [str(ROOT / "script/fuzz"), "--program",
                                   str(BUILD / f"asan/tests/fuzz/fuzz_{name}"), seconds])
            for name in names]


def lint():
    return [Suite("lint", [str(ROOT / "script/lint")])]


# {part: (the build that it needs, its suites)}; `all` is those that need one.
PARTS = {"unit": ("dev", unit), "e2e": ("dev", e2e), "browser": ("dev", browser),
         "asan": ("asan", asan), "fuzz": ("asan", fuzz), "lint": (None, lint)}
# The sanitised tree is compiled with what libFuzzer needs, so that it serves both parts.
BUILD_OPTIONS = {"asan": ["-DLETHE_FUZZ=ON"]}


def run_stage(preset, parts):
    """One build and every suite that it serves; a part without any suite is a failure."""
    outcomes = [build(preset, *BUILD_OPTIONS.get(preset, []))] if preset else []
    suites = []
    for part in parts:
        found = PARTS[part][1]()
        if not found:
            print(f"{part}: no suites found", flush=True)
            outcomes.append(Outcome(0, 1))
        suites += found
    return outcomes + run_all(suites)


def stages(parts):
    """{build: parts}, both in the order in which they were named."""
    found = {}
    for part in dict.fromkeys(parts):
        found.setdefault(PARTS[part][0], []).append(part)
    return found


def main(arguments):
    every = [part for part, (preset, _) in PARTS.items() if preset]
    parts = [part for argument in arguments or ["all"]
             for part in (every if argument == "all" else [argument])]
    if unknown := [part for part in parts if part not in PARTS]:
        print(f"no such part: {' '.join(unknown)}; there are {' '.join(PARTS)} all")
        print("0 passed, 1 failed")
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    shutil.rmtree(LOGS, ignore_errors=True)
    outcomes = [outcome for preset, named in stages(parts).items()
                for outcome in run_stage(preset, named)]
    passed, failed = sum(o.passed for o in outcomes), sum(o.failed for o in outcomes)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
