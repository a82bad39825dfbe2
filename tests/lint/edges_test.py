"""Memory orders are edges with names (docs/memory_model.md).

  1. Each edge of a file's table has both its ends, in the file or in the one that the row names.
  2. Each order that is not relaxed, and each fence, says which edge it is an end of.
  3. Each edge has a line in tests/model/edges.txt: file, edge, and the tests that fail when it is cut, `paper` and why
     there is none, or OPEN; and a mutant that it names is one of tests/model/mutants.bzl.

A table, in the comment that opens a file; a row whose source or target names a file has that end there:

    // Synchronization edges
    //   name   source --> target   why
    //   name   source <-> target   why

An end, on the line of the order or in the comment line above it: `edge NAME`, `edges NAME, NAME`, or, where the other
end belongs to who uses the file, `edge of ...`.
"""

import re

from lint import LawTest, code_of, comment_of, main, tree

KILLERS = "tests/model/edges.txt"
MUTANTS = "tests/model/mutants.bzl"

# What implements orders and fences, and so has no edges of its own.
IMPLEMENTATIONS = ("reclaim/sync/backend/", "reclaim/sync/fence.h")

ROW = re.compile(r"^//   (?P<name>[a-z][a-z0-9-]*)\s+(?P<source>\S.*?)\s+(?P<arrow>-->|<->)\s+(?P<rest>\S.*)$")
ORDER = re.compile(r"\b(acquire|release|acq_rel|seq_cst)\b")
FENCE = re.compile(r"\b(light_fence|heavy_fence|thread_fence)\(")
PROTECT = re.compile(r"\.(try_)?protect\(")  # a domain's acquiring load, where a container says so
NAMES = re.compile(r"\bedges? (?P<names>[a-z][a-z0-9-]*(?:(?:,| and|, and) [a-z][a-z0-9-]*)*)")
FILE = re.compile(r"\b[\w/]+\.(?:h|cc)\b")


def edge_names(comment):
    """The edges that a comment names; `of` among them for an edge that belongs to the caller."""
    names = []
    for m in NAMES.finditer(comment):
        names += re.split(r", and | and |, ", m.group("names"))
    return names


class Row:
    def __init__(self, path, number, match):
        self.path, self.number = path, number
        self.name, self.source, self.arrow = match.group("name", "source", "arrow")
        self.target = re.split(r"\s{2,}", match.group("rest"))[0]


def rows_of(path, lines):
    rows, in_table = [], False
    for number, line in enumerate(lines, 1):
        if line.startswith("// Synchronization edges"):
            in_table = True
        elif in_table and not line.startswith("//   "):
            in_table = False
        elif in_table and (m := ROW.match(line)):
            rows.append(Row(path, number, m))
    return rows


class End:
    """A line of code that is an end of edges."""

    def __init__(self, number, code, names):
        self.number, self.code, self.names = number, code, names

    def releases(self):
        return re.search(r"\b(release|acq_rel|seq_cst)\b", self.code) or FENCE.search(self.code)

    def acquires(self):
        return re.search(r"\b(acquire|acq_rel|seq_cst)\b", self.code) or FENCE.search(self.code) or PROTECT.search(self.code)

    def fences(self, side):
        for kind in ("light", "heavy"):
            if kind in side:
                return kind + "_fence(" in self.code
        return FENCE.search(self.code)


def ends_of(lines):
    """Every line with an order that is not relaxed or with a fence, and the edges that it or the comment above it names."""
    ends = []
    for number, line in enumerate(lines, 1):
        code = code_of(line)
        protects = PROTECT.search(code) and edge_names(comment_of(line))
        if code.lstrip().startswith(("using ", "#")) or not (ORDER.search(code) or FENCE.search(code) or protects):
            continue
        names, above = edge_names(comment_of(line)), number - 2
        while above >= 0 and lines[above].lstrip().startswith("//"):
            names += edge_names(comment_of(lines[above]))
            above -= 1
        ends.append(End(number, code, names))
    return ends


def complaints(files, killers, mutants=()):
    tables = {path: rows_of(path, lines) for path, lines in files.items()}
    ends = {path: ends_of(lines) for path, lines in files.items()}
    known = {row.name for rows in tables.values() for row in rows}
    found = []
    for path in sorted(files):
        for row in tables[path]:
            found += _both_ends(row, ends)
        if path.startswith(IMPLEMENTATIONS):
            continue
        for end in ends[path]:
            if not end.names:
                found.append(f"{path}:{end.number}: an order without an edge: {end.code.strip()}")
            for name in end.names:
                if name != "of" and name not in known:
                    found.append(f"{path}:{end.number}: edge {name} is in no table")
    return found + _killers([row for path in sorted(files) for row in tables[path]], killers, mutants)


def _both_ends(row, ends):
    found = []
    for side, text in (("source", row.source), ("target", row.target)):
        elsewhere = FILE.search(text)
        places = [p for p in ends if p.endswith("/" + elsewhere.group())] if elsewhere else [row.path]
        here = [end for place in places for end in ends[place] if row.name in end.names]
        if row.arrow == "<->":
            is_there = any(end.fences(text) for end in here)
        elif side == "source":
            is_there = any(end.releases() for end in here)
        else:
            is_there = any(end.acquires() for end in here)
        if not is_there:
            found.append(f"{row.path}:{row.number}: edge {row.name} has no {side}: {text}")
    return found


def _killers(rows, lines, mutants):
    found, listed = [], {}
    made = {m.group(1) for line in mutants for m in re.finditer(r'"(\w+)": \{', line)}
    for number, line in enumerate(lines, 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) < 3:
            found.append(f"{KILLERS}:{number}: needs a file, an edge, and a killer or OPEN")
        else:
            listed[words[0], words[1]] = number
            for killer in words[2:]:
                if killer.startswith("mutants/") and killer.partition(".")[2] not in made:
                    found.append(f"{KILLERS}:{number}: {MUTANTS} has no {killer}")
    for row in rows:
        if listed.pop((row.path, row.name), None) is None:
            found.append(f"{row.path}:{row.number}: edge {row.name} has no killer in {KILLERS}; an unkilled one is OPEN there")
    for (path, name), number in listed.items():
        found.append(f"{KILLERS}:{number}: {path} has no edge {name}")
    return found


TABLE = [
    "// Synchronization edges",
    "//   hand-over   put() release --> take() acquire   why",
    "//   pin-scan    pin() light fence <-> scan() heavy fence   why",
    "",
]
ENDS = [
    "  a.store(1, release);  // edge hand-over",
    "  // edge hand-over",
    "  a.load(acquire);",
    "  light_fence();  // edge pin-scan",
    "  if (!heavy_fence()) return;  // edge pin-scan",
]
LISTED = ["reclaim/x.h hand-over take_relaxed", "reclaim/x.h pin-scan OPEN"]


class EdgesTest(LawTest):
    def test_every_edge_of_the_tree_has_its_ends_and_its_killer(self):
        files = tree("reclaim", "structures")
        killers = tree(KILLERS, suffixes=(".txt",))[KILLERS]
        mutants = tree(MUTANTS, suffixes=(".bzl",))[MUTANTS]
        self.assertGreater(sum(len(rows_of(p, lines)) for p, lines in files.items()), 10)
        self.assertHolds(complaints(files, killers, mutants))

    def test_accepts_a_file_that_keeps_the_laws(self):
        self.assertHolds(complaints({"reclaim/x.h": TABLE + ENDS}, LISTED))

    def test_finds_a_missing_source(self):
        self.assertFinds("edge hand-over has no source: put() release", complaints({"reclaim/x.h": TABLE + ENDS[1:]}, LISTED))

    def test_finds_a_missing_target(self):
        self.assertFinds("edge hand-over has no target: take() acquire", complaints({"reclaim/x.h": TABLE + ENDS[:1] + ENDS[3:]}, LISTED))

    def test_finds_a_source_that_became_relaxed(self):
        weaker = [ENDS[0].replace("release", "relaxed")] + ENDS[1:]
        self.assertFinds("edge hand-over has no source", complaints({"reclaim/x.h": TABLE + weaker}, LISTED))

    def test_finds_a_missing_fence(self):
        self.assertFinds("edge pin-scan has no source: pin() light fence", complaints({"reclaim/x.h": TABLE + ENDS[:3] + ENDS[4:]}, LISTED))

    def test_finds_an_order_without_an_edge(self):
        self.assertFinds("reclaim/x.h:10: an order without an edge", complaints({"reclaim/x.h": TABLE + ENDS + ["  b.load(acquire);"]}, LISTED))

    def test_finds_an_edge_that_is_in_no_table(self):
        self.assertFinds("edge nowhere is in no table", complaints({"reclaim/x.h": TABLE + ENDS + ["  b.load(acquire);  // edge nowhere"]}, LISTED))

    def test_accepts_an_edge_of_the_caller(self):
        self.assertHolds(complaints({"reclaim/x.h": TABLE + ENDS + ["  b.load(acquire);  // edge of whoever published b"]}, LISTED))

    def test_looks_for_an_end_in_the_file_that_the_row_names(self):
        split = {"reclaim/x.h": [TABLE[0], "//   hand-over   put() release --> y.h take() acquire   why", "", ENDS[0]], "reclaim/y.h": ENDS[1:3]}
        self.assertHolds(complaints(split, LISTED[:1]))
        split["reclaim/y.h"] = []
        self.assertFinds("edge hand-over has no target: y.h take() acquire", complaints(split, LISTED[:1]))

    def test_finds_an_edge_without_a_killer(self):
        self.assertFinds("edge pin-scan has no killer", complaints({"reclaim/x.h": TABLE + ENDS}, LISTED[:1]))

    def test_finds_a_killer_without_an_edge(self):
        self.assertFinds("reclaim/x.h has no edge old", complaints({"reclaim/x.h": TABLE + ENDS}, LISTED + ["reclaim/x.h old a_test"]))

    def test_finds_a_killer_that_is_no_mutant(self):
        named = ["reclaim/x.h hand-over mutants/x.take_relaxed", LISTED[1]]
        self.assertHolds(complaints({"reclaim/x.h": TABLE + ENDS}, named, ['            "take_relaxed": {"a": "b"},']))
        self.assertFinds("has no mutants/x.take_relaxed", complaints({"reclaim/x.h": TABLE + ENDS}, named, ['"other": {"a": "b"},']))

    def test_finds_a_line_without_a_killer(self):
        self.assertFinds("needs a file, an edge, and a killer", complaints({}, ["reclaim/x.h pin-scan"]))


if __name__ == "__main__":
    main()
