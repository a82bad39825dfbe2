"""How a fault is killed: the model tests that include its header are built with it, and run until one dies."""

import os
import re
import subprocess

_FLAGS = ["-std=c++20", "-DRECLAIM_BACKEND_RELACY", "-fno-lifetime-dse", "-fno-sized-deallocation", "-w", "-g0"]
_INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)
_LINE = re.compile(r"^(\S+)\s+(full|systemwide|asymmetric)\s+(random|bound \d+)\s+(\d+) schedules\s+\S+ s\s+\d+ reclaims  (.+)$")

# How many of the models, nearest first, and how many schedules of every scenario of theirs.  Most faults die in the first round.
ROUNDS = ((3, 2_000), (None, 2_000), (None, 40_000), (None, 1_000_000))
_BOUNDED = 40_000  # from here on the complete searches too


def _read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def _run(command, seconds=None):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=seconds, check=False)


class Models:
    """The model tests of the tree, and which of them include which header."""

    def __init__(self):
        self._closures = {}
        self.all = []
        for folder, _, names in os.walk("tests/model"):
            self.all += [os.path.join(folder, n) for n in names if n.endswith("_model.cc")]
        self.all.sort()

    def _closure(self, path, seen):
        if path in seen or not os.path.isfile(path):
            return seen
        seen.add(path)
        for other in _INCLUDE.findall(_read(path)):
            self._closure(other, seen)
        return seen

    def _includes(self, model, header):
        if model not in self._closures:
            self._closures[model] = self._closure(model, set())
        return header in self._closures[model]

    def of(self, header, first=()):
        """Those that include the header, most likely killers first: those named, then those whose path is most alike."""
        stem = re.sub(r"(_parts)?\.h$", "", header)

        def distance(model):
            name = model[len("tests/model/") :]
            alike = len(os.path.commonprefix([name, stem]))
            return (model not in first, -alike, len(name))

        return sorted((m for m in self.all if self._includes(m, header)), key=distance)


def build_runner(folder):
    """Compiles what searches the schedules, once.  Returns the object file."""
    made = os.path.join(folder, "runner.o")
    built = _run(["g++", *_FLAGS, "-O3", "-I.", "-c", "tests/model/runner.cc", "-o", made])
    if built.returncode != 0:
        raise RuntimeError("tests/model/runner.cc does not compile:\n" + built.stderr[:2000])
    return made


class Verdict:
    """how: killed, survived, or broken (does not compile: no fault)."""

    def __init__(self, how, by="", schedules=0, why=""):
        self.how, self.by, self.schedules, self.why = how, by, schedules, why


def _build(fault, model, runner, folder):
    path = os.path.join(folder, fault.header)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(fault.text)
    program = os.path.join(folder, "model")
    built = _run(["g++", *_FLAGS, "-O1", "-I", folder, "-I.", model, runner, "-o", program, "-pthread"])
    return (program, "") if built.returncode == 0 else (None, built.stderr[:500])


def _search(program, model, arguments, seconds):
    """Returns a verdict if a schedule failed."""
    try:
        ran = _run([program, "--expect-failure", *arguments], seconds)
        output = ran.stdout
    except subprocess.TimeoutExpired as late:
        output, ran = (late.stdout or b"").decode(errors="replace"), None
    tried, line = 0, None
    for line in map(_LINE.match, output.splitlines()):
        if line is None:
            continue
        tried += int(line[4])
        if line[5] not in ("clean", "NOTHING EVER ENDED"):
            return Verdict("killed", "%s %s, %s, %s" % (model, line[1], line[2], line[3]), tried, line[5])
    if "CRASHED" in output:
        return Verdict("killed", model, tried, "CRASHED")
    return None


def _short(model):
    return model[len("tests/model/") : -len("_model.cc")]


def _order(scenario, fences, bound, schedules):
    how = ["--search=bound", "--bound=%d" % bound] if bound else ["--search=random", "--schedules=%d" % schedules]
    return ["--scenario=" + scenario, "--fences=" + fences, *how]


def _check_sound(model):
    """Raises RuntimeError if the model does not compile without a fault either."""
    built = _run(["g++", *_FLAGS, "-O0", "-fsyntax-only", "-I.", model])
    if built.returncode != 0:
        raise RuntimeError("%s does not compile without a fault:\n%s" % (model, built.stderr[:2000]))


class _Hunt:
    """The search for one fault's killer.  Each model is built once."""

    def __init__(self, fault, runner, folder, seconds):
        self.fault, self.runner, self.folder, self.seconds = fault, runner, folder, seconds
        self.programs = {}

    def on(self, model, arguments):
        if model not in self.programs:
            folder = os.path.join(self.folder, str(len(self.programs)))
            self.programs[model], why = _build(self.fault, model, self.runner, folder)
            if self.programs[model] is None:
                _check_sound(model)
                return Verdict("broken", why=why)
        return _search(self.programs[model], _short(model), arguments, self.seconds)

    def among(self, models, schedules, bounded=False):
        for model in models:
            found = self.on(model, ["--search=random", "--schedules=%d" % schedules])
            if found is None and bounded:
                found = self.on(model, ["--search=bound"])
            if found is not None:
                return found
        return None

    def among_killers(self, killers, schedules):
        for model, scenario, fences, bound, _ in killers:
            found = self.on(model, _order(scenario, fences, bound, schedules))
            if found is not None:
                return found
        return None


def judge(fault, models, runner, folder, seconds, killers=(), is_waived=False):
    """Builds and runs until the fault is dead.

    seconds: after so long a model's search in one round is given up.  killers: what kills the faults that were seeded in this
    header, as they are tried first.  is_waived: whoever waived it has searched; the first round only.
    """
    hunt = _Hunt(fault, runner, folder, seconds)
    if fault.known is not None:
        found = hunt.among_killers([fault.known], fault.known[-1])
        return found if found is not None and found.how == "killed" else Verdict("survived", why=found.why if found else "")
    near_first = models.of(fault.header, [k[0] for k in killers])
    for many, schedules in ROUNDS[:1] if is_waived else ROUNDS:
        found = hunt.among_killers(killers, schedules) or hunt.among(near_first[:many], schedules, schedules >= _BOUNDED)
        if found is not None:
            return found
    return Verdict("survived", why=", ".join(map(_short, hunt.programs)) or "no model includes the header")
