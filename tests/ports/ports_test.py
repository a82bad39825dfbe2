"""What a port's run counts as failed: what does not compile, does not end well, or says that a case failed."""

import os
import stat
import sys
import tempfile

sys.path.insert(0, os.path.join("tests", "lint"))
sys.path.insert(0, os.path.join("tests", "ports"))
import ports  # noqa: E402
from lint import LawTest, main  # noqa: E402

REPORT = '<testsuites><testsuite><testcase name="a"/>%s</testsuite></testsuites>'


class OutcomeTest(LawTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def outcome(self, compiler, program, without=()):
        """Of a test that `compiler`, a script, makes of `program`, another."""
        path = os.path.join(self.folder, "compiler")
        with open(path, "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\nfor last; do case $last in -o) shift; break ;; esac; shift; done\n')
            file.write("cat >$1 <<'END'\n#!/bin/sh\n%s\nEND\nchmod +x $1\n%s\n" % (program, compiler))
        os.chmod(path, stat.S_IRWXU)
        build = ports.Build(ports.Port(path, "none", [], [], list(without)), self.folder)
        return build.outcome("some_test.cc", [], [])[:3]

    def wrote(self, case, status):
        return "echo '%s' >${1#--gtest_output=xml:}; exit %d" % (REPORT % case, status)

    def test_counts_what_passes(self):
        self.assertEqual((2, 0, 0), self.outcome("exit 0", self.wrote('<testcase name="b"/>', 0)))

    def test_counts_what_is_skipped(self):
        self.assertEqual((1, 0, 1), self.outcome("exit 0", self.wrote('<testcase name="b" result="skipped"/>', 0)))

    def test_counts_a_case_that_fails(self):
        self.assertEqual((1, 1, 0), self.outcome("exit 0", self.wrote('<testcase name="b"><failure/></testcase>', 1)))

    def test_counts_a_program_that_does_not_compile(self):
        self.assertEqual((0, 1, 0), self.outcome("exit 1", "exit 0"))

    def test_counts_a_program_that_ends_before_it_reports(self):
        self.assertEqual((0, 1, 0), self.outcome("exit 0", "exit 3"))

    def test_builds_what_it_does_not_run(self):
        self.assertEqual((0, 0, 1), self.outcome("exit 0", "exit 3", ["some_test.cc"]))
        self.assertEqual((0, 1, 0), self.outcome("exit 1", "exit 3", ["some_test.cc"]))

    def test_counts_a_port_whose_compiler_is_missing(self):
        self.assertEqual((0, 1, 0), ports.run_port("none", ports.Port("no-such-compiler", "none", [], [], []), ".", 1))


if __name__ == "__main__":
    main()
