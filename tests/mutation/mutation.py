"""Are the model tests any good?  Puts one fault after the other into the library and shows what dies of it.

  ./bazelw run //tests/mutation -- --json=mutation.json            all faults; goes on where it stopped
  ./bazelw run //tests/mutation -- --only=reclaim/schemes/epoch.h  those of one header
  ./bazelw run //tests/mutation -- --sample=10                     ten, spread over all

A fault that nothing dies of is a missing scenario, an order that is not needed, or waived with an argument (waivers.txt).
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import faults  # noqa: E402
import search  # noqa: E402

_MOST_WAIVED = 0.05  # of all


def _arguments():
    parser = argparse.ArgumentParser(prog="mutation", description="Puts faults into the library, one at a time; the model tests must find each.")
    parser.add_argument("--json", metavar="FILE", help="writes all results as JSON, after each fault; goes on where FILE ends")
    parser.add_argument("--only", metavar="FILE", action="append", default=[], help="only the faults of this header (may be given again)")
    parser.add_argument("--sample", metavar="N", type=int, default=0, help="only N faults, spread over all that there are")
    parser.add_argument("--jobs", metavar="N", type=int, default=os.cpu_count() or 1, help="faults at a time (default: %(default)s)")
    parser.add_argument("--seconds", metavar="S", type=int, default=900, help="after so long one search of one model is given up (default: %(default)s)")
    parser.add_argument("--rounds", metavar="R", type=int, default=len(search.ROUNDS), help="of search, each wider or deeper than the last (default: %(default)s)")
    asked = parser.parse_args()
    if asked.sample < 0 or asked.jobs < 1 or asked.seconds < 1 or asked.rounds < 1:
        parser.error("--sample must be at least 0, --jobs, --seconds and --rounds at least 1")
    known = faults.headers()
    for path in asked.only:
        if path not in known:
            parser.error("--only: %s is no header whose faults are looked at, such as %s" % (path, known[0]))
    return asked


def waivers(path):
    """{name of a fault: why it is none}.  Raises ValueError for a waiver without an argument."""
    found, name = {}, None
    with open(path, encoding="utf-8") as file:
        for line in file.read().split("\n"):
            if line.startswith("#"):
                continue
            if line and not line[0].isspace():
                name = line.strip()
                found[name] = ""
            elif line.strip() and name is not None:
                found[name] = (found[name] + " " + line.strip()).strip()
    for name, why in found.items():
        if len(why) < 40:
            raise ValueError("waivers.txt: there is no argument for: " + name)
    return found


def _chosen(asked):
    seeded = faults.seeded("tests/model/mutants.bzl")
    seeded_texts = {f.text for f in seeded}  # these have their killers
    every = [f for f in faults.in_text(faults.headers()) if f.text not in seeded_texts] + seeded
    chosen = [f for f in every if not asked.only or f.header in asked.only]
    if asked.sample:
        step = max(1, len(chosen) // asked.sample)
        chosen = chosen[step // 2 :: step][: asked.sample]
    killers = collections.defaultdict(list)  # of a header: what kills the faults that were seeded there
    for f in seeded:
        if not any(f.known[:4] == k[:4] for k in killers[f.header]):
            killers[f.header].append(f.known)
    return every, chosen, killers


def _earlier(path, chosen, waived, rounds):
    """What FILE tells of faults that are the same still, and were searched for as long if they live."""
    if not path or not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        told = {r["name"]: r for r in json.load(file)["mutants"]}

    def holds(row, fault):
        if row is None or row["digest"] != _digest(fault):
            return False
        return row["result"] == "killed" or row["name"] in waived or row.get("rounds", 0) >= rounds

    return [told[f.name] for f in chosen if holds(told.get(f.name), f)]


def _digest(fault):
    return hashlib.sha256((fault.text + str(fault.known)).encode()).hexdigest()[:16]


class Report:
    def __init__(self, path, waived):
        self.path, self.waived = path, waived
        self.rows = {}

    def add(self, row):
        if row["result"] != "killed" and row["name"] in self.waived:
            row["result"], row["why"] = "waived", self.waived[row["name"]]
        self.rows[row["name"]] = row
        if self.path:
            with open(self.path + ".new", "w", encoding="utf-8") as file:
                json.dump(self.as_json(), file, indent=1)
                file.write("\n")
            os.replace(self.path + ".new", self.path)

    def count(self, result):
        return sum(r["result"] == result for r in self.rows.values())

    def as_json(self):
        killed, waived, survivors = self.count("killed"), self.count("waived"), self.count("survived")
        return {
            "total": killed + waived + survivors,
            "killed": killed,
            "waived": waived,
            "survivors": survivors,
            "no_mutants": self.count("broken"),
            "score": round(killed / (killed + survivors), 4) if killed + survivors else None,
            "schedules_a_scenario": [schedules for _, schedules in search.ROUNDS],
            "mutants": sorted(self.rows.values(), key=lambda r: r["name"]),
        }


def _show_table(report):
    per_header = collections.defaultdict(collections.Counter)
    for row in report.rows.values():
        per_header[row["header"]][row["result"]] += 1
    print("\n%-48s %7s %7s %7s %9s" % ("header", "mutants", "killed", "waived", "survivors"))
    for header, counts in sorted(per_header.items()):
        total = counts["killed"] + counts["waived"] + counts["survived"]
        print("%-48s %7d %7d %7d %9d" % (header, total, counts["killed"], counts["waived"], counts["survived"]))
    for row in report.rows.values():
        if row["result"] == "survived":
            print("\nSURVIVED  %s:%d\n  %s\n  searched: %s" % (row["header"], row["line"], row["name"], row["why"]))


def main():
    asked = _arguments()
    search.ROUNDS = search.ROUNDS[: asked.rounds]
    if asked.json:
        asked.json = os.path.join(os.environ.get("BUILD_WORKING_DIRECTORY", os.getcwd()), asked.json)
    every, chosen, killers = _chosen(asked)
    known_names = {f.name for f in every}
    waived = waivers("tests/mutation/waivers.txt")
    for name in waived:
        if name not in known_names:
            sys.exit("waivers.txt waives what is no fault: " + name)
    report = Report(asked.json, waived)
    for row in _earlier(asked.json, chosen, waived, asked.rounds):
        report.add(row)
    left = [f for f in chosen if f.name not in report.rows]
    print("%d faults, %d of them judged earlier" % (len(chosen), len(chosen) - len(left)), flush=True)

    models = search.Models()
    folder = tempfile.mkdtemp(prefix="mutation")
    began, done = time.monotonic(), 0
    try:
        runner = search.build_runner(folder) if left else None
        with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:

            def judge(number, fault):
                own = os.path.join(folder, str(number))
                found = search.judge(fault, models, runner, own, asked.seconds, killers[fault.header], fault.name in waived)
                shutil.rmtree(own, ignore_errors=True)
                return fault, found

            for ended in concurrent.futures.as_completed([pool.submit(judge, n, f) for n, f in enumerate(left)]):
                fault, found = ended.result()
                report.add({"name": fault.name, "header": fault.header, "line": fault.line, "digest": _digest(fault),
                            "result": found.how, "by": found.by, "schedules": found.schedules, "rounds": asked.rounds, "why": found.why})
                done += 1
                minutes = (time.monotonic() - began) / done * (len(left) - done) / 60
                shown = report.rows[fault.name]
                print("[%*d/%d, %3.0f min left] %-8s %s%s" % (len(str(len(left))), done, len(left), minutes, shown["result"], fault.name,
                      "  <- %s (%d schedules)" % (found.by, found.schedules) if found.by else ""), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

    _show_table(report)
    told = report.as_json()
    print("\n%d mutants: %d killed, %d waived, %d survived; score %s" %
          (told["total"], told["killed"], told["waived"], told["survivors"], told["score"]))
    if told["waived"] > _MOST_WAIVED * max(told["total"], 20):
        print("more than %.0f %% are waived" % (100 * _MOST_WAIVED))
        return 1
    return 0 if told["survivors"] == 0 and told["total"] != 0 else 1


if __name__ == "__main__":
    sys.exit(main())
