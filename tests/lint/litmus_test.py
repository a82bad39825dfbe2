"""Litmus files (tests/model/litmus) say what they expect, use only what their readers know, and are of an edge that
docs/memory_model.md proves; and those of WITH_FENCES have a file whose outcome is Never and one, without the fence, where it
is Sometimes."""

import re
import sys

from lint import LawTest, main, tree

sys.path.insert(0, "tests/model/litmus")
from litmus import Litmus  # noqa: E402

PAGE = "docs/memory_model.md"
WITH_FENCES = [("owner_lock", "own-visit"), ("hazard", "publish-scan"), ("epoch", "tag-advance"), ("hybrid", "publish-scan")]


def sections_of(lines):
    """{heading: text}"""
    sections, text = {}, []
    for line in lines:
        if line.startswith("## "):
            sections[line[3:].strip()] = text = []
        text.append(line)
    return {heading: "\n".join(text) for heading, text in sections.items()}


def complaints(files, page):
    sections, found = sections_of(page), []
    for f in files:
        found += f.complaints()
        if not re.search(r"\b%s\b" % re.escape(f.edge), sections.get(f.section, "")):
            found.append(f"{f.path}:1: {PAGE} proves no edge {f.edge} of {f.section}")
    return found


def missing(files):
    there = {(f.section, f.edge, f.result) for f in files}
    return [f"no litmus file of {s} {e} is {r}" for s, e in WITH_FENCES for r in ("Never", "Sometimes") if (s, e, r) not in there]


GOOD = """C a_b

(*
 * Result: Never
 * Edge: epoch pin-scan
 *
 * Text.
 *)

{ x = 1; }

P0 (atomic_int* x) {
  int r0 = atomic_load_explicit(x, memory_order_relaxed);
}

P1 (atomic_int* x) {
  atomic_store_explicit(x, 1, memory_order_relaxed);
}

exists (0:r0=0)
"""
PAGE_OF_ONE = ["## epoch", "**pin-scan.** A proof."]


def complain(text):
    return complaints([Litmus("d/a_b.litmus", text)], PAGE_OF_ONE)


class LitmusTest(LawTest):
    def test_every_file_keeps_the_laws(self):
        files = [Litmus(p, "\n".join(lines) + "\n") for p, lines in sorted(tree("tests/model/litmus", suffixes=".litmus").items())]
        self.assertGreater(len(files), 20)
        page = tree(PAGE, suffixes=".md")[PAGE]
        self.assertHolds(complaints(files, page) + missing(files))

    def test_accepts_a_good_file(self):
        self.assertHolds(complain(GOOD))

    def test_finds_another_name(self):
        self.assertFinds("its name should be a_b", complain(GOOD.replace("C a_b", "C b")))

    def test_finds_an_edge_that_nobody_proves(self):
        self.assertFinds("no edge pin-look of epoch", complain(GOOD.replace("pin-scan", "pin-look")))
        self.assertFinds("no edge pin-scan of hazard", complain(GOOD.replace("epoch", "hazard")))

    def test_finds_a_line_that_is_none(self):
        self.assertFinds("d/a_b.litmus:17", complain(GOOD.replace("atomic_store_explicit(x, 1,", "atomic_store(x,")))

    def test_finds_a_register_that_is_none(self):
        self.assertFinds("1:r0", complain(GOOD.replace("0:r0=0", "1:r0=0")))

    def test_finds_a_missing_verdict(self):
        with self.assertRaises(ValueError):
            complain(GOOD.replace("Never", "Perhaps"))

    def test_finds_a_missing_partner(self):
        never = Litmus("d/a_b.litmus", GOOD.replace("pin-scan", "tag-advance"))
        self.assertIn("no litmus file of epoch tag-advance is Sometimes", missing([never]))
        self.assertNotIn("no litmus file of epoch tag-advance is Never", missing([never]))


if __name__ == "__main__":
    main()
