"""What to_prometheus() prints, read by parsers that others wrote.

usage: exposition_test.py PROGRAM          (PROGRAM: of exposition.cc)

  prometheus_client.parser               what each sample says
  prometheus_client.openmetrics.parser   strict: it refuses a family that comes twice, a sample outside its family, a series
                                         that comes twice, a wrong escape.  OpenMetrics names a counter's family without
                                         _total, and ends with "# EOF"; nothing else is changed for it
  promtool check metrics                 Prometheus itself and its naming rules, where it is installed

Then one fault at a time is put into the text, and the same must refuse it.
"""

import re
import shutil
import subprocess
import sys

sys.path.insert(0, "tests/lint")
from lint import LawTest, main  # noqa: E402

MOST = float(2**64 - 1)

# What distinct_stats() of examples.h has.
DISTINCT = {
    "reclaim_retired_objects_total": 101,
    "reclaim_retired_bytes_total": 10301,
    "reclaim_reclaimed_objects_total": 89,
    "reclaim_reclaimed_bytes_total": 8900,
    "reclaim_pending_objects": 12,
    "reclaim_pending_bytes": 1401,
    "reclaim_peak_pending_objects": 64,
    "reclaim_peak_pending_bytes": 6400,
    "reclaim_participants": 3,
    "reclaim_collects_total": 17,
    "reclaim_heavy_fences_total": 16,
    "reclaim_heavy_fence_failures_total": 1,
    "reclaim_epoch": 8,
    "reclaim_epoch_advances_total": 7,
    "reclaim_epoch_advances_past_guards_total": 2,
    "reclaim_epoch_hold_ups_total": 5,
    "reclaim_deleter_seconds_total": 1.500000001,
}
STALLED = {
    "reclaim_stalled_threads": 2,
    "reclaim_longest_stall_seconds": 2.25,
    "reclaim_stalled_objects": 12,
    "reclaim_stalled_bytes": 1401,
}
ESCAPED = 'a "name"\\new\nall that is escaped, {and}=not, #h\u00e4h'
CUT = "cut \ufffd\ufffd"


def printed(example):
    return subprocess.run([PROGRAM, example], check=True, stdout=subprocess.PIPE).stdout.decode("utf-8", errors="strict")


def as_open_metrics(text):
    """The same in OpenMetrics."""
    return re.sub(r"^(# (?:HELP|TYPE) \w+)_total ", r"\1 ", text, flags=re.M) + "# EOF\n"


def samples(text):
    """What a lenient parser reads: {domain: {metric: value}}."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            of_domain = found.setdefault(sample.labels["domain"], {})
            assert sample.name not in of_domain, sample
            of_domain[sample.name] = sample.value
    return found


def complaints(text):
    """What the strict readers refuse, a line each; and what none of them asks for: a head for each family."""
    found = []
    try:
        for family in open_metrics_families(as_open_metrics(text)):
            if not family.documentation or family.type not in ("counter", "gauge"):
                found.append(f"{family.name} has no head")
    except ValueError as error:
        found.append(f"OpenMetrics: {error}")
    if PROMTOOL:
        ran = subprocess.run([PROMTOOL, "check", "metrics"], input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = ran.stdout.decode().strip()
        if ran.returncode != 0 or said:
            found.append(f"promtool: exit {ran.returncode}: {said}")
    return found


class ExpositionTest(LawTest):
    def test_of_no_domain_there_is_no_text(self):
        self.assertEqual("", printed("none"))

    def test_every_field_is_there(self):
        self.assertEqual({"cache": DISTINCT}, samples(printed("one")))

    def test_edges_read_back_as_they_were(self):
        found = samples(printed("edges"))
        self.assertEqual(["cache", ESCAPED, CUT, ""], list(found))
        self.assertEqual({**DISTINCT, **STALLED}, found["cache"])
        greatest = {name: MOST for name in DISTINCT}
        greatest["reclaim_deleter_seconds_total"] = (2**63 - 1) / 1e9
        self.assertEqual({**greatest, **{name: 0 for name in STALLED}}, found[ESCAPED])
        self.assertEqual({name: 0 for name in DISTINCT}, found[CUT])
        self.assertEqual({name: 0 for name in DISTINCT}, found[""])

    def test_strict_readers_accept_it(self):
        for example in ("one", "edges"):
            with self.subTest(example):
                self.assertHolds(complaints(printed(example)))

    def test_each_head_comes_once_and_counters_alone_end_in_total(self):
        text = printed("edges")
        types = re.findall(r"^# TYPE (\w+) (\w+)$", text, re.M)
        self.assertEqual(sorted({**DISTINCT, **STALLED}), sorted(name for name, _ in types))
        self.assertEqual([name for name, _ in types], re.findall(r"^# HELP (\w+) \S", text, re.M))
        self.assertHolds([name for name, kind in types if (kind == "counter") != name.endswith("_total")])

    def refuses(self, before, after):
        text = printed("edges")
        self.assertEqual(1, text.count(before), before)
        self.assertNotEqual([], complaints(text.replace(before, after)), after)

    def test_finds_a_head_that_comes_twice(self):
        head = "# TYPE reclaim_participants gauge\n"
        self.refuses(head, head + head)

    def test_finds_a_family_in_two_parts(self):
        self.refuses("# HELP reclaim_participants ", 'reclaim_epoch{domain="cache"} 1\n# HELP reclaim_participants ')

    def test_finds_a_family_without_a_head(self):
        self.refuses("# HELP reclaim_participants Threads that are joined.\n", "")
        self.refuses("# TYPE reclaim_participants gauge\n", "")

    def test_finds_a_series_that_comes_twice(self):
        self.refuses('reclaim_participants{domain=""} 0\n', 'reclaim_participants{domain="cache"} 0\n')

    def test_finds_a_quote_that_is_not_escaped(self):
        text = printed("edges")
        self.assertNotEqual([], complaints(text.replace('a \\"name\\"', 'a "name"')))

    def test_finds_a_new_line_that_is_not_escaped(self):
        text = printed("edges")
        self.assertNotEqual([], complaints(text.replace("new\\nall", "new\nall")))

    def test_finds_a_counter_without_total(self):
        text = printed("edges")
        self.assertNotEqual([], complaints(text.replace("reclaim_collects_total", "reclaim_collects")))

    def test_finds_a_value_that_is_no_number(self):
        self.refuses('reclaim_participants{domain=""} 0\n', 'reclaim_participants{domain=""} none\n')


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    PROMTOOL = shutil.which("promtool")
    if not PROMTOOL:
        print("without promtool, which is not installed (Debian: apt-get install prometheus)", flush=True)
    try:
        from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics_families
        from prometheus_client.parser import text_string_to_metric_families
    except ImportError:
        print("skipped: no parser is installed (Debian: apt-get install python3-prometheus-client)")
        sys.exit(0)
    main()
