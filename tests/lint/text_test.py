"""Small laws of the text: headers are short and guarded by their path, and nothing is left to be done in a comment."""

import re

from lint import LawTest, main, tree

LONGEST_HEADER = 350
NOTE = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def too_long(files):
    return [
        f"{path}:{len(lines)}: {len(lines)} lines; a header over {LONGEST_HEADER} is split"
        for path, lines in sorted(files.items())
        if path.endswith(".h") and len(lines) > LONGEST_HEADER
    ]


def guard_of(path):
    inside = path if path.startswith("reclaim/") else "reclaim/" + path
    return re.sub(r"\W", "_", inside).upper()


def wrong_guards(files):
    found = []
    for path, lines in sorted(files.items()):
        guard = guard_of(path)
        if path.endswith(".h") and not ("#ifndef " + guard in lines and "#define " + guard in lines):
            found.append(f"{path}:1: its include guard should be {guard}")
    return found


def notes(files):
    return [
        f"{path}:{number}: {line.strip()}"
        for path, lines in sorted(files.items())
        for number, line in enumerate(lines, 1)
        if NOTE.search(line)
    ]


class TextTest(LawTest):
    def setUp(self):
        self.files = tree("reclaim", "structures", "tests", "bench")
        self.assertGreater(len(self.files), 40)

    def test_headers_are_short(self):
        self.assertHolds(too_long(self.files))

    def test_headers_are_guarded_by_their_path(self):
        self.assertHolds(wrong_guards(self.files))

    def test_nothing_is_left_to_be_done_in_a_comment(self):
        self.assertHolds(notes(self.files))

    def test_finds_a_long_header(self):
        self.assertHolds(too_long({"a.h": [""] * 350, "a.cc": [""] * 351}))
        self.assertFinds("a.h:351", too_long({"a.h": [""] * 351}))

    def test_finds_a_wrong_guard(self):
        good = ["#ifndef RECLAIM_STRUCTURES_A_B_H", "#define RECLAIM_STRUCTURES_A_B_H"]
        self.assertHolds(wrong_guards({"structures/a/b.h": good}))
        self.assertFinds("RECLAIM_SYNC_B_H", wrong_guards({"reclaim/sync/b.h": good}))
        self.assertFinds("RECLAIM_STRUCTURES_A_B_H", wrong_guards({"structures/a/b.h": ["#pragma once"]}))

    def test_finds_a_note(self):
        self.assertFinds("a.h:2", notes({"a.h": ["int x;", "// TO" + "DO: y"]}))


if __name__ == "__main__":
    main()
