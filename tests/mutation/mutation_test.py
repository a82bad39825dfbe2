"""Shows that the mutation run finds faults where they are, kills what can be killed, and lets live what changes nothing."""

import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join("tests", "lint"))
sys.path.insert(0, os.path.join("tests", "mutation"))
import faults  # noqa: E402
import lint  # noqa: E402
import mutation  # noqa: E402
import search  # noqa: E402

HEADER = "structures/treiber_stack.h"


def edits(line):
    return [(line[:begin] + other + line[end:], what) for begin, end, other, what in faults._edits(line.split("//")[0])]


class FaultsTest(unittest.TestCase):
    def test_orders_are_weakened_step_by_step(self):
        self.assertEqual(edits("x.store(1, release);"), [("x.store(1, relaxed);", "release to relaxed")])
        self.assertEqual(edits("x.load(acquire);"), [("x.load(relaxed);", "acquire to relaxed")])
        self.assertEqual([what for _, what in edits("x.exchange(1, acq_rel);")], ["acq_rel to acquire", "acq_rel to release"])
        self.assertEqual(len(edits("x.compare_exchange_strong(a, b, acq_rel, acquire);")), 3)
        self.assertEqual(len(edits("x.compare_exchange_strong(a, b, acquire, acquire);")), 1)
        self.assertIn("release to acquire", [what for _, what in edits("x.compare_exchange_strong(a, b, release, acquire);")])

    def test_comments_and_names_are_no_orders(self):
        self.assertEqual(edits("x.load(relaxed);  // acquire: edge"), [])
        self.assertEqual(edits("void release(int);"), [])
        self.assertEqual(edits("lock.release();"), [])

    def test_fences_and_grace_are_taken_away(self):
        self.assertEqual(edits("sync::light_fence();  // edge"), [("void();  // edge", "no light fence")])
        self.assertEqual(edits("if (!self.heavy_fence()) return;"), [("if (!true) return;", "no heavy fence")])
        self.assertEqual(edits("constexpr epoch grace = 2 * one_advance;")[0][1], "one advance is grace")

    def test_names_are_unique_and_the_text_differs(self):
        found = faults.in_text(faults.headers())
        self.assertGreater(len(found), 100)
        self.assertEqual(len({f.name for f in found}), len(found))
        for fault in found:
            with open(fault.header, encoding="utf-8") as file:
                self.assertNotEqual(file.read(), fault.text, fault.name)


class WaiversTest(unittest.TestCase):
    def read(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            return mutation.waivers(file.name)

    def test_a_waiver_takes_an_argument(self):
        told = self.read("# why\na | b | c\n  because the store is of the\n  own thread, and so no edge is lost\n")
        self.assertEqual(told, {"a | b | c": "because the store is of the own thread, and so no edge is lost"})
        with self.assertRaises(ValueError):
            self.read("a | b | c\n  just so\n")


class SearchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.runner = search.build_runner(cls.folder)
        cls.models = search.Models()

    def judge(self, text):
        rounds, search.ROUNDS = search.ROUNDS, ((None, 200), (None, 400))
        try:
            model = "tests/model/structures/treiber_stack_model.cc"
            self.models.all = [model]
            return search.judge(faults.Fault("made up", HEADER, text), self.models, self.runner, os.path.join(self.folder, "a"), 60)
        finally:
            search.ROUNDS = rounds

    def test_what_is_no_fault_lives(self):
        with open(HEADER, encoding="utf-8") as file:
            text = file.read()
        self.assertEqual(self.judge(text + "\n// nothing\n").how, "survived")

    def test_a_fault_dies(self):
        worst = [f for f in faults.in_text([HEADER]) if f.name.endswith("release to relaxed")]
        found = self.judge(worst[0].text)
        self.assertEqual(found.how, "killed")
        self.assertIn("treiber_stack", found.by)

    def test_what_does_not_compile_is_no_fault(self):
        self.assertEqual(self.judge("#error\n").how, "broken")


if __name__ == "__main__":
    lint.main()
