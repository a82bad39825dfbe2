"""The scenarios of the model tests, counted: the table of docs/model_tests.md is what the programs say of themselves (--list),
and there are as many as the project promises."""

import os
import re
import subprocess
import sys

sys.path.insert(0, "tests/lint")
from lint import LawTest, main  # noqa: E402

PAGE = "docs/model_tests.md"
LEAST_SCENARIOS = 45
LEAST_COMPLETE = 20  # with two preemptions or more
MOST_PREEMPTIONS = 3

PROGRAMS = [a for a in sys.argv[1:] if not a.startswith("--")]  # what else is said to all model tests is not for this one


class Plan:
    def __init__(self, line):
        self.name, threads, bound = line.split()
        self.threads, self.bound = int(threads), int(bound)

    def scenario(self):
        """Without the domain that it runs over."""
        return self.name.partition("/")[0]


def table(plans):
    """The lines of the page, for {model: plans}."""
    bounds = range(1, MOST_PREEMPTIONS + 1)
    rows = [[model, len({p.scenario() for p in some}), len(some)] + [sum(p.bound == b for p in some) for b in bounds]
            for model, some in sorted(plans.items())]
    rows.append(["in all"] + [sum(column) for column in list(zip(*rows))[1:]])
    return ["| " + " | ".join(str(cell or "") for cell in row) + " |" for row in rows]


def too_few(plans, models_of_their_own=("litmus_model",)):
    some = [p for model, of in plans.items() if model not in models_of_their_own for p in of]
    complete = [p for p in some if p.bound >= 2]
    found = []
    if len({p.scenario() for p in some}) < LEAST_SCENARIOS:
        found.append(f"fewer than {LEAST_SCENARIOS} scenarios")
    if len(complete) < LEAST_COMPLETE:
        found.append(f"fewer than {LEAST_COMPLETE} complete searches with two preemptions or more: {len(complete)}")
    return found


def listed(program):
    out = subprocess.run([program, "--list"], capture_output=True, text=True, check=True).stdout
    return [Plan(line) for line in out.splitlines()]


class PlansTest(LawTest):
    def test_the_page_tells_what_is_searched(self):
        model = lambda program: re.sub(r"^.*tests/model/", "", os.path.normpath(program))
        plans = {model(program): listed(program) for program in PROGRAMS}
        self.assertGreater(len(plans), 15)
        self.assertHolds(too_few(plans))
        with open(PAGE, encoding="utf-8") as page:
            on_page = [line for line in page.read().splitlines() if re.match(r"\| (\S+_model|in all) \|", line)]
        self.assertEqual(table(plans), on_page, "\n%s should have:\n%s" % (PAGE, "\n".join(table(plans))))

    def test_counts_scenarios_and_complete_searches(self):
        plans = {"b_model": [Plan("x/epoch 2 2"), Plan("x/hazard 2 0")], "a_model": [Plan("y 3 3")]}
        self.assertEqual(["| a_model | 1 | 1 |  |  | 1 |", "| b_model | 1 | 2 |  | 1 |  |", "| in all | 2 | 3 |  | 1 | 1 |"], table(plans))

    def test_finds_too_few(self):
        many = [Plan("s%d 2 2" % i) for i in range(LEAST_SCENARIOS)]
        self.assertHolds(too_few({"a_model": many}))
        self.assertFinds("scenarios", too_few({"a_model": many[1:]}))
        shallow = [Plan("s%d 2 %d" % (i, 2 if i < LEAST_COMPLETE - 1 else 1)) for i in range(LEAST_SCENARIOS)]
        self.assertFinds("complete", too_few({"a_model": shallow}))


if __name__ == "__main__":
    main()
