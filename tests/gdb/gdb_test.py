"""What gdb shows of a program that stopped under guards, by tools/gdb/reclaim.py.

usage: gdb_test.py SCRIPT PROGRAM          (PROGRAM: of stopped.cc)

Once the program runs, once its core file is looked at.  Then one fault at a time is put into the script, and the same must
find it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, "tests/lint")
from lint import LawTest, main  # noqa: E402

ADDRESS = "0x[0-9a-f]+"
THREAD = r'thread \d+ \(LWP \d+\)( "\w+")?'
BYTES = 24  # of a node: two words of its hook, and what it holds

CROWD = rf"reclaim::leaky_domain: 0 participants, 70 objects of {70 * BYTES} bytes pending \(retired 70, reclaimed 0\)"
CACHE = rf"reclaim::epoch_domain: epoch 1, 2 participants, 10 objects of {10 * BYTES} bytes pending \(retired 10, reclaimed 0\)"
NAMES = rf"reclaim::hazard_domain: 2 participants, 5 objects of {5 * BYTES} bytes pending \(retired 9, reclaimed 4\)"
PAGES = rf"reclaim::hybrid_domain: epoch 2, 2 participants, 7 objects of {7 * BYTES} bytes pending \(retired 9, reclaimed 2\)"
DETAILS_OF_CROWD = [f"{CROWD}, at {ADDRESS}", "  no thread's: orphans 70, outlived 0"]
DETAILS_OF_CACHE = [
    f"{CACHE}, at {ADDRESS}",
    rf"  participant 0 at {ADDRESS}, {THREAD}: in a guard of epoch 0, behind by 1; weights: open 0, expired 0",
    rf"  participant 1 at {ADDRESS}, {THREAD}: in a guard of epoch 1, up with the domain; weights: open 2, expired 0, 4 of epoch 0, 4 of epoch 1",
    "  no thread's: orphans 0, outlived 0, aged 0",
]
DETAILS_OF_NAMES = [
    f"{NAMES}, at {ADDRESS}",
    rf"  participant 0 at {ADDRESS}, {THREAD}: 1 slot in use: (?P<names>{ADDRESS}); weights: open 0, expired 0",
    rf"  participant 1 at {ADDRESS}, {THREAD}: 0 slots in use; weights: open 2, expired 3",
    "  no thread's: orphans 0, outlived 0",
]
DETAILS_OF_PAGES = [
    f"{PAGES}, at {ADDRESS}",
    rf"  participant 0 at {ADDRESS}, {THREAD}: in a guard of epoch 0, behind by 2, 1 slot in use: (?P<pages>{ADDRESS}); weights: open 0, expired 0",
    rf"  participant 1 at {ADDRESS}, {THREAD}: idle, 0 slots in use; weights: open 1, expired 2, 4 of epoch 1",
    "  no thread's: orphans 0, outlived 0, aged 0",
]
DETAILS = DETAILS_OF_CROWD + DETAILS_OF_CACHE + DETAILS_OF_NAMES + DETAILS_OF_PAGES
NODE = r"\(anonymous namespace\)::node<reclaim::epoch_domain>"

# Command of gdb | the lines it prints.
COMMANDS = [
    ("reclaim domains", [f"{headline}, at {ADDRESS}" for headline in (CROWD, CACHE, NAMES, PAGES)]),
    ("reclaim", DETAILS),
    ("frame function stop", None),
    ("reclaim", DETAILS),
    ("reclaim cache.domain", DETAILS_OF_CACHE),
    ("reclaim &names.domain", DETAILS_OF_NAMES),
    ("reclaim pages.domain.regions_", DETAILS_OF_PAGES),
    ("reclaim stack", DETAILS_OF_CACHE),
    ("reclaim guard", DETAILS_OF_CACHE),
    ("print cache.domain", [rf"\$\d+ = {CACHE}"]),
    ("print *waiting", [
        rf"\$\d+ = {{<reclaim::epoch_hook> = retired of {BYTES} bytes, ends by reclaim::detail::end_intrusive<{NODE} ?>, next {ADDRESS}, value = 9}}"
    ]),
    ("print *fresh", [r"\$\d+ = {<reclaim::epoch_hook> = not retired, value = 10}"]),
    ("print link", [rf"\$\d+ = \(int \*\) (?P<link>{ADDRESS}), tag 3, prefix 0x5a"]),
    ("reclaim waiting->value", ["reclaim: (const )?int is no domain, and has none"]),
    ("reclaim nothing", ['reclaim: No symbol "nothing" in current context.']),
]


def gdb(*arguments):
    """What gdb and the program print."""
    command = ["gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-iex", "set width 0", *arguments]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, timeout=120)
    return ran.stdout


def session(script, *before):
    """What gdb prints for each of COMMANDS, when `before` has been done."""
    arguments = [part for command in (*before, f"source {script}") for part in ("-ex", command)]
    for number, (command, _) in enumerate(COMMANDS):
        arguments += ["-ex", rf"echo \n<{number}>\n", "-ex", command]
    return gdb(*arguments, "-ex", r"echo \n<end>\n", PROGRAM)


def complaints(text):
    """What is not as it should be, a line each."""
    found = []
    for number, (command, expected) in enumerate(COMMANDS):
        part = re.search(rf"^<{number}>\n(.*?)^<(?:{number + 1}|end)>$", text, re.M | re.S)
        lines = part[1].rstrip("\n").split("\n") if part else []
        if expected is None:
            continue
        if len(lines) != len(expected):
            found.append(f"{command}: {len(lines)} lines in place of {len(expected)}: {lines}")
            continue
        for line, pattern in zip(lines, expected):
            match = re.fullmatch(pattern, line)
            if not match:
                found.append(f"{command}: {line}\n  in place of {pattern}")
            for name, address in (match.groupdict() if match else {}).items():
                if f"{name}: {address}\n" not in text:
                    found.append(f"{command}: {address}, which {name} is not")
    return found


class GdbTest(LawTest):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        cls.core = os.path.join(cls.scratch, "core")
        cls.running = session(SCRIPT, "run")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.scratch)

    def test_of_a_program_that_runs(self):
        self.assertHolds(complaints(self.running))

    def test_names_threads_as_gdb_does(self):
        self.assertRegex(self.running, r'participant 0 at \w+, thread 72 \(LWP \d+\) "reader": in a guard of epoch 0')

    def test_of_a_core_file(self):
        said = gdb("-ex", "run", "-ex", f"gcore {self.core}", PROGRAM)
        if not os.path.exists(self.core):
            self.skipTest("gdb cannot write a core file here: " + said.splitlines()[-1])
        addresses = "".join(re.findall(r"^\w+: 0x\w+\n", said, re.M))
        self.assertHolds(complaints(addresses + session(SCRIPT, f"core-file {self.core}")))

    def test_of_a_program_without_domains(self):
        said = gdb("-ex", f"source {SCRIPT}", "-ex", "reclaim domains", "/bin/true")
        self.assertIn("reclaim: the program has no domains, or was not built with -g", said)

    def test_finds_faults_in_the_script(self):
        with open(SCRIPT, encoding="utf-8") as file:
            text = file.read()
        for before, after in [
            ("ADVANCE = 8", "ADVANCE = 16"),
            ("FREE_SLOT = 1", "FREE_SLOT = 0"),
            ("IDLE, IDLE_FENCED, ABSENT = 0, 2, 6", "IDLE, IDLE_FENCED, ABSENT = 6, 2, 0"),
            ("return found[::-1]", "return found"),
            ("left -= here", "left = 0"),
            ("if word(p[\"index\"]) != NO_THREAD", ""),
            ('self.sum("reclaimed_count")', 'self.sum("collect_count")'),
            ('self.sum("reclaimed_bytes")', "0"),
            ('how["cost"]["bytes"]', 'how["cost"]["weight"]'),
            ("found[index] =", "found[1 - index + 2] ="),
            ("~((1 << bits) - 1)", "~0"),
        ]:
            with self.subTest(after):
                self.assertEqual(1, text.count(before), before)
                mutant = os.path.join(self.scratch, "mutant.py")
                with open(mutant, "w", encoding="utf-8") as file:
                    file.write(text.replace(before, after))
                self.assertNotEqual([], complaints(session(mutant, "run")))


def reason_to_skip():
    if shutil.which("gdb") is None:
        return "gdb is not installed (Debian: apt-get install gdb)"
    if "reclaims" not in gdb("-ex", "python print('reclaim' + 's')"):
        return "gdb was built without Python"
    said = gdb("-ex", "run", "/bin/true")
    if "exited normally" not in said:
        return "gdb may not run a program here (ptrace): " + said.strip().splitlines()[-1]
    return None


if __name__ == "__main__":
    SCRIPT, PROGRAM = sys.argv.pop(1), sys.argv.pop(1)
    if reason := reason_to_skip():
        print("skipped:", reason)
        sys.exit(0)
    main()
