"""What the laws of the text share: reading the tree, telling code from comment, and running as a Bazel test.

A complaint is one line, "path:line: what is wrong", so that an editor can jump to it.
"""

import os
import re
import sys
import time
import unittest
from xml.sax.saxutils import quoteattr

SOURCES = (".h", ".cc")


def tree(*folders, suffixes=SOURCES):
    """The files below `folders` as {path: lines}; paths are relative to the top of the workspace."""
    found = {}
    for folder in folders:
        walk = os.walk(folder, followlinks=True) if os.path.isdir(folder) else [(os.path.dirname(folder), [], [os.path.basename(folder)])]
        for here, _, names in walk:
            for name in names:
                path = os.path.normpath(os.path.join(here, name))
                if path.endswith(suffixes) and os.path.isfile(path):
                    with open(path, encoding="utf-8") as file:
                        found[path] = file.read().splitlines()
    return found


_COMMENT_OR_STRING = re.compile(r'//.*|/\*.*?\*/|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])+\'')


def code_of(line):
    """`line` without its comments, and with its strings emptied.  Block comments that span lines are not used here."""
    return _COMMENT_OR_STRING.sub(lambda m: "" if m.group().startswith("/") else '""', line)


def comment_of(line):
    """The text after // in `line`, or ""."""
    for m in _COMMENT_OR_STRING.finditer(line):
        if m.group().startswith("//"):
            return m.group()[2:].strip()
    return ""


class Result(unittest.TextTestResult):
    """Keeps what Bazel wants to read in test.xml: each case with its time and its failure."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cases = []

    def startTest(self, test):
        super().startTest(test)
        self._began = time.time()
        self.cases.append([test, 0.0])

    def stopTest(self, test):
        self.cases[-1][1] = time.time() - self._began
        super().stopTest(test)


def _write_xml(path, result):
    failed = {test.id(): text for test, text in result.failures + result.errors}
    with open(path, "w", encoding="utf-8") as xml:
        xml.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n')
        xml.write('<testsuite name="lint" tests="%d" failures="%d" errors="0">\n' % (len(result.cases), len(failed)))
        for test, seconds in result.cases:
            suite, _, name = test.id().rpartition(".")
            xml.write('<testcase classname=%s name=%s time="%.3f">' % (quoteattr(suite), quoteattr(name), seconds))
            if test.id() in failed:
                xml.write("<failure message=%s/>" % quoteattr(failed[test.id()]))
            xml.write("</testcase>\n")
        xml.write("</testsuite>\n</testsuites>\n")


def main():
    """Runs the test cases of the calling script."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(stream=sys.stdout, resultclass=Result).run(suite)
    if os.environ.get("XML_OUTPUT_FILE"):
        _write_xml(os.environ["XML_OUTPUT_FILE"], result)
    sys.exit(0 if result.wasSuccessful() and result.cases else 1)


class LawTest(unittest.TestCase):
    """A test case of one law."""

    maxDiff = None

    def assertHolds(self, complaints):
        self.assertEqual([], complaints, "\n" + "\n".join(complaints))

    def assertFinds(self, expected, complaints):
        """One complaint, with `expected` in it."""
        self.assertEqual(1, len(complaints), complaints)
        self.assertIn(expected, complaints[0])
