"""Builds and runs tests for other processors and with other compilers:  ports.py [--jobs=N] [--folder=F] PORT...

Each port builds GoogleTest, the seam's sources and every test of the folder from source, and runs them; then the program
that is built without exceptions and run-time types.  A processor that this machine is not is emulated by qemu, which says
whether the code works there, and nothing about memory orders: it runs the threads on this machine's stronger ones.
"""

import argparse
import collections
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml
from multiprocessing import pool as pools

WITHOUT_EXCEPTIONS = "tests/floors/without_exceptions_test.cc"

# `without`: the cases that are left out, and the programs that are built and not run.
Port = collections.namedtuple("Port", "compiler packages flags runner without")

# qemu knows no seccomp(2) and no RLIMIT_AS, says a line of its own when a program aborts, and takes minutes for 65,536 threads.
NOT_EMULATED = [
    "*DeathTest.*",
    "Fence.IsSymmetricWhere*",
    "Fence.ThatIsRefusedLaterFreesNothing",
    "ShardedSlab.GoesOnWhereTheSystemHasNoMore",
    "ShardedSlab.StaysSmallWhereManyThreadsComeAndGo",
    WITHOUT_EXCEPTIONS,
]

# Static, so that no library of the other processor has to be found.
PORTS = {
    "aarch64": Port(
        "aarch64-linux-gnu-g++", "g++-aarch64-linux-gnu qemu-user-static", ["-static"], ["qemu-aarch64-static"], NOT_EMULATED
    ),
    "i686": Port("i686-linux-gnu-g++", "g++-i686-linux-gnu", ["-static"], [], []),
    "g++-11": Port("g++-11", "g++-11", [], [], []),
    "g++-12": Port("g++-12", "g++-12", [], [], []),
    "clang-14": Port("clang++-14", "clang-14", [], [], []),
    "clang-19": Port("clang++-19", "clang-19", [], [], []),
}

GOOGLETEST = "/usr/src/googletest"
INCLUDES = ["-I.", "-isystem", GOOGLETEST + "/googletest/include", "-isystem", GOOGLETEST + "/googlemock/include"]
GOOGLETEST_SOURCES = [
    GOOGLETEST + "/googletest/src/gtest-all.cc",
    GOOGLETEST + "/googlemock/src/gmock-all.cc",
    GOOGLETEST + "/googlemock/src/gmock_main.cc",
]
SECONDS_A_TEST = 600

Outcome = collections.namedtuple("Outcome", "passed failed skipped said")


def strict_warnings():
    with open("reclaim/warnings.bzl", encoding="utf-8") as file:
        return re.findall(r'"(-W[^"]+)"', file.read())


def cases_of(path):
    """The (passed, failed, skipped) test cases that a test has written down."""
    counts = [0, 0, 0]
    for case in xml.parse(path).iter("testcase"):
        if case.find("failure") is not None:
            counts[1] += 1
        elif case.get("result") == "skipped" or case.find("skipped") is not None:
            counts[2] += 1
        else:
            counts[0] += 1
    return counts


class Build:
    """One port's objects and programs, in a folder of its own."""

    def __init__(self, port, folder):
        self.port = port
        self.folder = folder
        self.common = [port.compiler, "-std=c++20", "-O1", "-g1", "-pthread"] + port.flags + INCLUDES

    def run(self, command, **more):
        both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.run(command, check=False, text=True, errors="replace", **both, **more)

    def name(self, source, suffix):
        return os.path.join(self.folder, re.sub(r"\W", "_", source) + suffix)

    def compile(self, source, flags):
        """The object of `source`; None, and what the compiler said, if there is none."""
        out = self.name(source, ".o")
        done = self.run(self.common + flags + ["-c", source, "-o", out])
        return (out, "") if done.returncode == 0 else (None, done.stdout)

    def compile_all(self, sources, flags, pool):
        made = pool.map(lambda source: self.compile(source, flags), sources)
        said = "".join(said for _, said in made)
        return [out for out, _ in made], said

    def outcome(self, source, flags, objects):
        """What becomes of the test `source`."""
        program = self.name(source, "")
        built = self.run(self.common + flags + [source] + objects + ["-o", program, "-latomic"])
        if built.returncode != 0:
            return Outcome(0, 1, 0, built.stdout)
        if source in self.port.without:
            return Outcome(0, 0, 1, "")
        report = program + ".xml"
        try:
            options = ["--gtest_output=xml:" + report, "--gtest_filter=-" + ":".join(self.port.without)]
            ran = self.run(self.port.runner + [program] + options, timeout=SECONDS_A_TEST)
        except subprocess.TimeoutExpired:
            return Outcome(0, 1, 0, "it has not ended within %d s" % SECONDS_A_TEST)
        passed, failed, skipped = cases_of(report) if os.path.exists(report) else (int(ran.returncode == 0), 0, 0)
        if ran.returncode != 0:
            failed = max(1, failed)
        return Outcome(passed, failed, skipped, ran.stdout)


def run_port(name, port, folder, jobs):
    """Returns (passed, failed, skipped), and says what failed."""
    if not all(shutil.which(program) for program in [port.compiler] + port.runner) or not os.path.exists(GOOGLETEST):
        print("%s: missing; apt-get install --no-install-recommends googletest %s" % (name, port.packages))
        return 0, 1, 0
    tests = sorted(glob.glob(folder + "/**/*_test.cc", recursive=True))
    seam = sorted(glob.glob("reclaim/sync/*.cc"))
    with tempfile.TemporaryDirectory() as scratch, pools.ThreadPool(jobs) as pool:
        build = Build(port, scratch)
        roots = ["-I" + GOOGLETEST + "/googletest", "-I" + GOOGLETEST + "/googlemock", "-w"]
        ours, said = build.compile_all(seam, strict_warnings(), pool)
        theirs, more = build.compile_all(GOOGLETEST_SOURCES, roots, pool)
        if said + more:
            print("%s: FAILED\n%s" % (name, said + more))
            return 0, 1, 0
        outcomes = pool.map(lambda test: build.outcome(test, strict_warnings(), ours + theirs), tests)
        bare = strict_warnings() + ["-fno-exceptions", "-fno-rtti"]
        outcomes.append(build.outcome(WITHOUT_EXCEPTIONS, bare + seam, []))
    for test, outcome in zip(tests + [WITHOUT_EXCEPTIONS], outcomes):
        if outcome.failed != 0:
            print("%s: %s: FAILED\n%s" % (name, test, "\n".join(outcome.said.splitlines()[-40:])))
    return tuple(sum(each) for each in zip(*[outcome[:3] for outcome in outcomes]))


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="compilers and tests at once")
    parser.add_argument("--folder", default="tests/unit", help="where the tests are")
    parser.add_argument("port", nargs="+", choices=sorted(PORTS))
    chosen = parser.parse_args(arguments)
    all_failed = 0
    for name in chosen.port:
        began = time.time()
        passed, failed, skipped = run_port(name, PORTS[name], chosen.folder, chosen.jobs)
        print("%s: %d passed, %d failed, %d skipped, %d s" % (name, passed, failed, skipped, time.time() - began), flush=True)
        all_failed += failed
    return 0 if all_failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
