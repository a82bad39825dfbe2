"""Which faults there are: every order, fence and grace period of the library, each weakened or taken away once.

A fault that is found in the text is named by its file, the text of its line and what is done to it, so that it keeps its name
when lines move.  Beside these stand the faults that were seeded by hand (tests/model/mutants.bzl), each with its killer.
"""

import collections
import glob
import os
import re

# The model checker has a floor of its own in place of this one; and metrics have no orders.
_LEFT_OUT = ("reclaim/sync/", "reclaim/metrics/", "reclaim/std/")

# Weaker, and one step at a time.
_WEAKER = {"seq_cst": ("acq_rel",), "acq_rel": ("acquire", "release"), "acquire": ("relaxed",), "release": ("relaxed",)}

_ORDER = re.compile(r"(?<![\w:.])(acquire|release|acq_rel|seq_cst)\b(?!\s*[({=])")
_LIGHT_FENCE = re.compile(r"\bsync::(?:asymmetric_)?light_fence\(\)")
_HEAVY_FENCE = re.compile(r"\b(?:(?:self|domain|this)(?:\.|->))?(?:sync::)?heavy_fence\(\)")
_GRACE = re.compile(r"\bgrace = 2 \* one_advance\b")


class Fault:
    """text: what `header` is with the fault, at `line`.  known: its killer, (model, scenario, fences, bound, schedules), if it was seeded."""

    def __init__(self, name, header, text, line=0, known=None):
        self.name, self.header, self.text, self.line, self.known = name, header, text, line, known


def headers():
    found = glob.glob("reclaim/**/*.h", recursive=True) + glob.glob("structures/**/*.h", recursive=True)
    return sorted(path for path in found if not path.startswith(_LEFT_OUT))


def _edits(code):
    """Yields (begin, end, other text, what is done) for one line of code, without its comment."""
    for found in _ORDER.finditer(code):
        for weaker in _WEAKER[found[1]]:
            # Where a failure is acquire Boost.Atomic refuses a relaxed success.
            if weaker == "relaxed" and code.startswith(", acquire)", found.end()):
                if found[1] == "acquire":
                    continue
                weaker = "acquire"
            yield found.start(), found.end(), weaker, "%s to %s" % (found[1], weaker)
    for found in _LIGHT_FENCE.finditer(code):
        yield found.start(), found.end(), "void()", "no light fence"
    for found in _HEAVY_FENCE.finditer(code):
        if not re.search(r"\bbool\s+$|^\s*(inline )?bool\b", code[: found.start()]):
            yield found.start(), found.end(), "true", "no heavy fence"
    for found in _GRACE.finditer(code):
        yield found.start(), found.end(), "grace = one_advance", "one advance is grace"


def in_text(paths):
    """The faults that the text itself shows."""
    all_faults = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        seen = collections.Counter()
        for number, line in enumerate(lines):
            code = line.split("//")[0]
            if code.lstrip().startswith(("#", "using ", "inline constexpr memory_order")):
                continue
            for begin, end, other, what in _edits(code):
                key = "%s | %s | %s" % (path, " ".join(code.split()), what)
                seen[key] += 1
                name = key if seen[key] == 1 else "%s | %d" % (key, seen[key])
                changed = lines[:number] + [line[:begin] + other + line[end:]] + lines[number + 1 :]
                all_faults.append(Fault(name, path, "\n".join(changed), number + 1))
    return all_faults


def seeded(table):
    """The faults of the table that Bazel reads: (header, changes, model, scenario, fences, bound, schedules) each."""
    rows = []

    def model_mutant(name, header, changes, model, scenario, fences, bound=0, schedules=1000000):
        rows.append((name, header, changes, model, scenario, fences, bound, schedules))

    def fail(why):
        raise ValueError(why)

    with open(table, encoding="utf-8") as file:
        source = re.sub(r"^load\(.*\)\n", "", file.read(), flags=re.M)
    names = {"model_mutant": model_mutant, "fail": fail}
    exec(compile(source, table, "exec"), names)  # pylint: disable=exec-used
    names["model_mutants"]()
    all_faults = []
    for name, header, changes, model, scenario, fences, bound, schedules in rows:
        with open(header, encoding="utf-8") as file:
            text = file.read()
        for old, new in changes.items():
            if old not in text:
                raise ValueError("%s: the text is not in %s any more: %s" % (name, header, old))
            text = text.replace(old, new)
        known = (os.path.join("tests/model", model) if not model.startswith("tests/") else model, scenario, fences, bound, schedules)
        all_faults.append(Fault("seeded | " + name.split("/", 1)[-1], header, text, 0, known))
    return all_faults
