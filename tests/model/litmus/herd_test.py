"""herd7, where it is installed, finds the verdict of each litmus file; elsewhere this says so, and Relacy alone has checked them.

herd7 is no package of Debian 12:  opam install herdtools7
"""

import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, "tests/lint")
sys.path.insert(0, "tests/model/litmus")
from lint import LawTest, main  # noqa: E402
from litmus import read  # noqa: E402

FOLDER = "tests/model/litmus"
HERD = shutil.which("herd7")


def verdicts(output):
    """{name: verdict}"""
    return dict(re.findall(r"^Observation (\w+) (\w+) \d+ \d+$", output, re.M))


def complaints(files, found):
    return [f"{f.path}: should be {f.result}, and is {found.get(f.name, 'nothing')}" for f in files if found.get(f.name) != f.result]


class HerdTest(LawTest):
    def setUp(self):
        self.files = read(os.path.join(FOLDER, name) for name in os.listdir(FOLDER) if name.endswith(".litmus"))
        self.assertGreater(len(self.files), 20)

    @unittest.skipUnless(HERD, "herd7 is not installed: Relacy alone has checked the litmus files")
    def test_every_verdict(self):
        run = subprocess.run([HERD, "-model", "rc11.cat"] + [f.path for f in self.files], capture_output=True, text=True, check=True)
        self.assertHolds(complaints(self.files, verdicts(run.stdout)))

    def test_finds_another_verdict(self):
        is_all = "\n".join("Test x Allowed\nObservation %s %s 0 3\n" % (f.name, f.result) for f in self.files)
        self.assertHolds(complaints(self.files, verdicts(is_all)))
        self.assertFinds("should be Never, and is Sometimes", complaints(self.files, verdicts(is_all.replace("Never", "Sometimes", 1))))
        self.assertFinds("and is nothing", complaints(self.files, verdicts(is_all.replace("Observation", "Observed", 1))))


if __name__ == "__main__":
    main()
