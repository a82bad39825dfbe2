"""The instructions of enter, exit, protect, retire and a map's get on their hot paths: which, and how many.

usage: hot_paths_test.py COMPILER

The hot paths (hot_paths.cc) are compiled with -O2 -DNDEBUG whatever the build's mode, walked (steps.cc), disassembled,
and read (disassembly.py).  Then one fault at a time is put into the headers, and the same must find it.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, "tests/lint")
from disassembly import COUNTS, Program, counts, disassemble, not_out_of_line, on_path, over  # noqa: E402
from lint import LawTest, main  # noqa: E402

PAGE = "docs/benchmarks.md"

# Frame pointers, and checks of the stack and of jumps, are the user's choice: some systems' compilers make it for him.
FLAGS = "-std=c++20 -O2 -DNDEBUG -fomit-frame-pointer -fno-stack-protector -fcf-protection=none -pthread".split()
FILES = [
    "tests/hot_paths/hot_paths.cc",
    "tests/hot_paths/steps.cc",
    "reclaim/sync/membarrier.cc",
    "reclaim/sync/thread_index.cc",
]

# The most instructions, loads and stores of a path: what g++ 12 makes, and a few more.
LIMITS = {
    "epoch-enter-exit": (13, 5, 3),
    "epoch-nested": (12, 4, 2),
    "epoch-shield-protect": (3, 2, 0),
    "epoch-protect": (3, 2, 0),
    "epoch-retire": (42, 13, 10),
    "epoch-map-get": (76, 21, 10),
    "hazard-enter-exit": (8, 4, 1),
    "hazard-nested": (8, 4, 1),
    "hazard-shield-protect": (23, 8, 5),
    "hazard-protect": (12, 6, 1),
    "hazard-retire": (42, 13, 10),
    "hazard-map-get": (89, 23, 12),
    "hybrid-enter-exit": (13, 5, 3),
    "hybrid-nested": (12, 4, 2),
    "hybrid-shield-protect": (24, 8, 5),
    "hybrid-protect": (12, 6, 1),
    "hybrid-retire": (42, 13, 10),
    "hybrid-map-get": (84, 22, 11),
}

CALLS = ("call", "jump")


class Walk:
    """One path, as it was walked."""

    def __init__(self, line, program):
        self.name, function, entry, *steps = line.split()
        self.program = program
        self.path = program.path(function, int(entry, 16), [int(step, 16) for step in steps])

    def complaints(self):
        # retire() is a call, of a function that is too long to be part of each caller; so may a search by shields be.
        is_search = self.name in ("hazard-map-get", "hybrid-map-get")
        but = CALLS if self.name.endswith("-retire") or is_search else ()
        # Such a search walks on behind the first element; there it fences, where membarrier is refused.
        beside = but + ("lock",) if is_search else but
        found = on_path(self.program, self.path, but) + not_out_of_line(self.program, self.path, beside)
        return [f"{self.name}: {complaint}" for complaint in found or over(counts(self.path), LIMITS[self.name])]


def build(compiler, top, out):
    """Compiles the files below `top` to the program `out`."""
    command = [compiler, *FLAGS, "-I", top, *(os.path.join(top, file) for file in FILES), "-o", out, "-lstdc++"]
    compiled = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    if compiled.returncode != 0:
        raise AssertionError(" ".join(command) + "\n" + compiled.stdout[:4000])


def walk(program, *arguments):
    """What `program` walked: a Walk each."""
    ran = subprocess.run([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    if ran.returncode != 0:
        raise AssertionError(f"{program}: exit {ran.returncode}\n{ran.stderr}")
    listing = disassemble(program)
    return [Walk(line, listing) for line in ran.stdout.splitlines()]


def table_of(walks):
    by_name = {w.name: w for w in walks}
    rows = [("path",) + COUNTS, ("---",) + ("---:",) * len(COUNTS)]
    rows += [(name,) + tuple(str(n) for n in counts(by_name[name].path)) for name in LIMITS if name in by_name]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


class HotPathsTest(LawTest):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        cls.program = os.path.join(cls.scratch, "steps")
        build(COMPILER, ".", cls.program)
        cls.walks = walk(cls.program)
        print(table_of(cls.walks), flush=True)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.scratch)

    def test_each_path_is_walked_and_limited(self):
        self.assertEqual(sorted(LIMITS), sorted(w.name for w in self.walks))

    def test_nothing_costly_is_on_a_hot_path_nor_in_its_way(self):
        self.assertHolds([complaint for w in self.walks for complaint in w.complaints()])

    def test_where_membarrier_is_refused_a_fence_is_a_locked_instruction(self):
        fenced = {w.name: w for w in walk(self.program, "fenced")}
        self.assertHolds([f"{name}: {i}" for name, w in fenced.items() for i in w.path if i is not None and i.is_fence()])
        protect = fenced["hazard-protect"]
        self.assertFinds("on the hot path: lock", on_path(protect.program, protect.path))

    def test_the_page_has_each_path_and_keeps_the_limits(self):
        with open(PAGE, encoding="utf-8") as page:
            text = page.read()
        for w in self.walks:
            row = re.search(r"^\| %s \|(.*)\|$" % re.escape(w.name), text, re.M)
            self.assertTrue(row, f"{PAGE} has no row of {w.name}")
            written = [int(number) for number in row[1].split("|")]
            self.assertEqual([], over(written, LIMITS[w.name]), f"{PAGE}: {w.name}")

    def finds(self, expected, header, changes):
        """With each text in `changes` replaced by its value in `header`, a path's complaint matches `expected`."""
        top = os.path.join(self.scratch, "mutant")
        shutil.rmtree(top, ignore_errors=True)
        for folder in ("reclaim", "structures", "tests/hot_paths"):
            shutil.copytree(folder, os.path.join(top, folder))
        path = os.path.join(top, header)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for before, after in changes.items():
            self.assertIn(before, text, f"{header} has this text no more: change the fault with it")
            text = text.replace(before, after)
        os.chmod(path, 0o644)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        program = os.path.join(self.scratch, "mutant_steps")
        build(COMPILER, top, program)
        complaints = [complaint for w in walk(program) for complaint in w.complaints()]
        self.assertTrue(any(re.search(expected, c) for c in complaints), complaints)
        print("found:", next(c for c in complaints if re.search(expected, c)), flush=True)

    def test_finds_a_fence_in_protect(self):
        self.finds(
            r"^hazard-protect: on the hot path: (lock|xchg|mfence)",
            "reclaim/core/hazard_shield.h",
            {"sync::light_fence();": "sync::thread_fence(seq_cst);"},
        )

    def test_finds_a_call_in_enter(self):
        self.finds(
            r"^epoch-enter-exit: on the hot path: call",
            "reclaim/schemes/epoch.h",
            {
                "  sync::probe::enter(this);\n"
                "  participant& self = table().near(sync::entry_offset());":
                "  participant& self = table().near(sync::register_thread() * sync::room_a_thread);"
            },
        )

    def test_finds_an_exchange_in_exit(self):
        self.finds(
            r"^epoch-nested: on the hot path: (xchg|lock|mfence)",
            "reclaim/schemes/epoch.h",
            {"self().state.store(before_, release);": "self().state.store(before_, seq_cst);"},
        )

    def test_finds_a_fall_back_in_line(self):
        self.finds(
            r"^hazard-protect: not out of line: (lock|xchg|mfence)",
            "reclaim/sync/fence.h",
            {"if (nearly_always(is_asymmetric())) {": "if (!nearly_always(!is_asymmetric())) {"},
        )

    def test_finds_a_registration_in_line(self):
        self.finds(
            r"^hazard-enter-exit: not out of line: call",
            "reclaim/core/domain_base.h",
            {
                "!= sync::no_thread) [[likely]] return": "!= sync::no_thread) [[unlikely]] return",
                "  [[gnu::noinline, gnu::cold]] Participant& join_slowly()": "  Participant& join_slowly()",
            },
        )

    def test_finds_more_instructions(self):
        self.finds(
            r"^epoch-nested: \d+ instructions, at most",
            "reclaim/schemes/epoch.h",
            {"participant& self = table().near(sync::entry_offset());": "participant& self = sync::thread_index() == sync::no_thread ? join_slowly() : *table().find(sync::thread_index());"},
        )


# A listing of a function whose path is 0, 2, 8 (the jump is taken) or 0, 2, 4, 8 (it is not).
LISTING = """
0000000000000000 <f>:
   0:\t85 c0                \ttest   eax,eax
   2:\t75 04                \tjne    8 <f+0x8>
   4:\tf0 83 0c 24          \tSOMETHING
   8:\tc3                   \tret
   9:\t90                   \tnop
   a:\tf0 83 0c 24          \tBEYOND
   e:\teb f8                \tjmp    8 <f+0x8>
"""


class DisassemblyTest(LawTest):
    def program(self, something="nop", beyond="nop", listing=LISTING):
        return Program(listing.replace("SOMETHING", something).replace("BEYOND", beyond))

    def on_path(self, instruction):
        program = self.program(instruction)
        return on_path(program, program.path("f", 0x1000, [0x1000, 0x1002, 0x1004, 0x1008]))

    def test_finds_each_costly_instruction(self):
        for text, why in [
            ("call   1234 <g>", "call"),
            ("call   QWORD PTR [rax]", "call"),
            ("jmp    1234 <g>", "jump"),
            ("lock cmpxchg QWORD PTR [rdi],rsi", "lock"),
            ("xchg   QWORD PTR [rdi],rax", "xchg"),
            ("xchg   rax,QWORD PTR [rdi]", "xchg"),
            ("mfence", "mfence"),
            ("sfence", "sfence"),
            ("lfence", "lfence"),
            ("syscall", "syscall"),
        ]:
            with self.subTest(text):
                self.assertFinds("on the hot path: %s: " % why, self.on_path(text))

    def test_lets_the_others_be(self):
        for text in ["mov    QWORD PTR [rdi],rsi", "xchg   ax,ax", "nop    DWORD PTR [rax]", "jmp    8 <f+0x8>"]:
            with self.subTest(text):
                self.assertHolds(self.on_path(text))

    def test_finds_what_a_path_jumps_over(self):
        program = self.program("lock or QWORD PTR [rsp],0x0")
        path = program.path("f", 0, [0, 2, 8])
        self.assertHolds(on_path(program, path))
        self.assertFinds("jumped over by jne 8", not_out_of_line(program, path))
        self.assertHolds(not_out_of_line(program, path, but=("lock",)))

    def test_finds_what_stands_before_the_path(self):
        listing = LISTING.replace("jne    8 <f+0x8>", "jne    a <f+0xa>").replace("   2:", "  20:")
        program = self.program(beyond="call   1234 <g>", listing=listing)
        path = program.path("f", 0, [0, 0x20])
        self.assertFinds("leads back", not_out_of_line(program, path))

    def test_lets_what_is_out_of_line_be(self):
        listing = LISTING.replace("jne    8 <f+0x8>", "jne    a <f+0xa>")
        program = self.program(beyond="lock or QWORD PTR [rsp],0x0", listing=listing)
        self.assertHolds(not_out_of_line(program, program.path("f", 0, [0, 2, 4, 8])))

    def test_lets_the_cold_part_be(self):
        listing = LISTING.replace("   9:", "0000000000000009 <f.cold>:\n   9:").replace("jmp    8", "jmp    2")
        program = self.program("jmp    9 <f.cold>", "call   1234 <g>", listing)
        self.assertHolds(not_out_of_line(program, program.path("f", 0, [0, 2, 8])))

    def test_finds_a_path_that_leaves_for_a_library(self):
        program = self.program()
        self.assertFinds("for a library", on_path(program, program.path("f", 0, [0, 2, 0x7000])))

    def test_counts(self):
        for text, expected in [
            ("mov    rax,QWORD PTR fs:[rdx]", (4, 2, 0, 1, 9)),
            ("mov    QWORD PTR [rdx],rax", (4, 1, 1, 1, 9)),
            ("add    QWORD PTR [rdx],0x1", (4, 2, 1, 1, 9)),
            ("cmp    QWORD PTR [rdx],0x1", (4, 2, 0, 1, 9)),
            ("lea    rax,[rdx+0x8]", (4, 1, 0, 1, 9)),
            ("sete   BYTE PTR [rsp]", (4, 1, 1, 1, 9)),
            ("push   rbx", (4, 1, 1, 1, 9)),
            ("jmp    8 <f+0x8>", (4, 1, 0, 2, 9)),
        ]:
            with self.subTest(text):
                program = self.program(text)
                self.assertEqual(expected, counts(program.path("f", 0, [0, 2, 4, 8])))

    def test_finds_what_is_above_a_limit(self):
        self.assertHolds(over((4, 1, 1, 9, 9), (4, 1, 1)))
        self.assertFinds("4 instructions, at most 3", over((4, 1, 1, 9, 9), (3, 1, 1)))
        self.assertFinds("1 stores, at most 0", over((4, 1, 1, 9, 9), (4, 1, 0)))


def reason_to_skip(compiler):
    if platform.machine() != "x86_64":
        return f"reads the machine code of x86-64, not of {platform.machine()}"
    command = [compiler, "-dM", "-E", "-x", "c", os.devnull]
    macros = subprocess.run(command, check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout
    return "counts what g++ makes, not clang" if "__clang__" in macros else None


if __name__ == "__main__":
    COMPILER = sys.argv.pop(1)
    if reason := reason_to_skip(COMPILER):
        print("skipped:", reason)
        sys.exit(0)
    main()
