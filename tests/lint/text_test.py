"""Small laws of the text: headers are short and guarded by their path, nothing is left to be done in a comment, and what
a page shows is compiled."""

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


def pages_not_compiled(pages, build):
    return [
        f"{path}:{lines.index('```cpp') + 1}: the page is not compiled: name it in tests/docs/BUILD.bazel"
        for path, lines in sorted(pages.items())
        if "```cpp" in lines and not any('"//docs:%s"' % path.rpartition("/")[2] in line for line in build)
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

    def test_what_pages_show_is_compiled(self):
        pages = tree("docs", suffixes=".md")
        build = tree("tests/docs/BUILD.bazel", suffixes=".bazel")
        self.assertGreater(len(pages), 10)
        self.assertHolds(pages_not_compiled(pages, build["tests/docs/BUILD.bazel"]))

    def test_finds_a_page_that_is_not_compiled(self):
        page = {"docs/a.md": ["text", "```cpp", "```"]}
        self.assertHolds(pages_not_compiled(page, ['"a": "//docs:a.md",']))
        self.assertHolds(pages_not_compiled({"docs/a.md": ["```sh"]}, []))
        self.assertFinds("docs/a.md:2", pages_not_compiled(page, ['"b": "//docs:b.md",']))

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
