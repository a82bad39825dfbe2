"""The probes of a program: which there are, and what a tracer sees of them.

usage: probes_test.py COMPILER TRACED WITHOUT ORDINARY

TRACED is traced.cc built with probes, WITHOUT the same without, ORDINARY as it is built where nothing is said.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, "tests/lint")
from lint import LawTest, main  # noqa: E402

ARGUMENTS = {"enter": 1, "retire": 3, "reclaim": 2, "collect": 1, "advance": 2, "stall": 2}

# A tracer that most machines have: gdb stops at each probe and goes on.
TRACER = """
import gdb

class Probe(gdb.Breakpoint):
    def __init__(self, name, arguments):
        super().__init__("-probe-stap reclaim:" + name)
        self.silent, self.probe, self.arguments = True, name, arguments

    def stop(self):
        seen = [int(gdb.convenience_variable("_probe_arg%d" % i)) % 2**64 for i in range(self.arguments)]
        gdb.write("seen %s %s\\n" % (self.probe, " ".join(map(str, seen))))
        gdb.flush()
        return False

for name, arguments in @ARGUMENTS@.items():
    Probe(name, arguments)
"""


def run(*command):
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, timeout=120)
    return ran.returncode, ran.stdout


def probes(program):
    """{name: the numbers of arguments it has} of the probes of the provider `reclaim`."""
    status, said = run("readelf", "-n", program)
    assert status == 0, said
    found = {}
    for name, arguments in re.findall(r"Provider: reclaim\s+Name: (\w+)\s+Location: .*\s+Arguments:(.*)", said):
        found.setdefault(name, set()).add(len(arguments.split()))
    return found


class ProbesTest(LawTest):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.scratch)

    def file(self, name, text):
        path = os.path.join(self.scratch, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_a_program_with_probes_has_all_of_them(self):
        self.assertEqual({name: {count} for name, count in ARGUMENTS.items()}, probes(TRACED))

    def test_a_program_without_has_none(self):
        self.assertEqual({}, probes(WITHOUT))

    def test_so_has_one_that_says_nothing_of_them(self):
        self.assertEqual({}, probes(ORDINARY))

    def test_a_tracer_sees_what_the_domains_count(self):
        if reason := reason_without_gdb():
            self.skipTest(reason)
        tracer = self.file("tracer.py", TRACER.replace("@ARGUMENTS@", repr(ARGUMENTS)))
        _, said = run("gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-ex", f"source {tracer}", "-ex", "run", TRACED)
        rows = list(re.finditer(r"^(\w+) (0x[0-9a-f]+) (0x[0-9a-f]+) (\w+=.*)$", said, re.M))
        self.assertEqual(["epoch", "hazard", "hybrid"], [row[1] for row in rows], said)
        # A domain's row comes when all is done, before the next one begins.
        began = 0
        for row in rows:
            with self.subTest(row[1]):
                self.check(row[1], int(row[2], 16), int(row[3], 16), row[4], said[began : row.start()])
            began = row.end()

    def check(self, scheme, domain, last, counts, said):
        """What was seen of one domain is what it has counted."""
        seen = {name: [] for name in ARGUMENTS}
        for name, words in re.findall(r"^seen (\w+) (.*)$", said, re.M):
            where, *rest = map(int, words.split())
            self.assertEqual(domain, where, name)
            seen[name].append(rest)
        expected = {name: int(number) for name, number in (pair.split("=") for pair in counts.split())}
        times = {name: len(found) for name, found in seen.items()}
        times["reclaim"] = sum(objects for objects, in seen["reclaim"])
        self.assertEqual(expected, times)
        self.assertGreater(expected["collect"], 0)
        self.assertEqual(scheme != "hazard", expected["advance"] > 0)
        self.assertEqual(scheme == "epoch", expected["stall"] > 0)
        self.assertEqual([[epoch] for epoch in range(1, expected["advance"] + 1)], seen["advance"])
        self.assertEqual(expected["retire"], len({address for address, _ in seen["retire"]}), "each object once")
        self.assertEqual(last, seen["retire"][-1][0], "the object itself, where it has no hook")
        self.assertEqual([16] * (expected["retire"] - 1) + [4], [size for _, size in seen["retire"]], "bytes, by type")
        self.assertLessEqual(len({participant for participant, in seen["stall"]}), 1)

    # The compiler sees only these folders; empty files stand for the standard headers.
    def preprocessed(self, *headers):
        top = os.path.join(self.scratch, "_".join(["headers", *headers]).replace("/", "_"))
        for header in ("cstddef", "cstdint", *headers):
            self.file(os.path.join(top, header), "")
        return run(COMPILER, "-E", "-P", "-x", "c++", "-std=c++20", "-nostdinc", "-nostdinc++", "-isystem", top, "-DRECLAIM_PROBES", "reclaim/sync/probe.h")

    def test_without_the_header_the_compiler_says_what_to_install(self):
        status, said = self.preprocessed()
        self.assertNotEqual(0, status)
        self.assertRegex(said, r'error: (#error )?"reclaim: probes need <sys/sdt.h>: install systemtap-sdt-dev')

    def test_with_the_header_it_says_nothing(self):
        status, said = self.preprocessed("sys/sdt.h")
        self.assertEqual(0, status, said)


def reason_without_gdb():
    if shutil.which("gdb") is None:
        return "no tracer is installed (Debian: apt-get install gdb)"
    _, said = run("gdb", "-nx", "-batch", "-ex", "python print('has ' + 'python')", "-ex", "run", "/bin/true")
    if "has python" not in said or "exited normally" not in said:
        return "gdb may not run a program here (ptrace): " + said.strip().splitlines()[-1]
    return None


if __name__ == "__main__":
    COMPILER, TRACED, WITHOUT, ORDINARY = (sys.argv.pop(1) for _ in range(4))
    if shutil.which("readelf") is None or platform.system() != "Linux":
        print("skipped: probes are notes of ELF files, and there is no readelf to read them")
        sys.exit(0)
    main()
