"""Draws what //bench:replay measured: throughput by scheme, and unreclaimed memory over time.

Usage: replay ... | plot.py FILE.svg, with the replay's JSON on standard input.
"""

import json
import logging
import os
import sys

logging.getLogger("matplotlib").setLevel(logging.ERROR)  # where the home cannot be written it says so, and works

try:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import FuncFormatter
except ImportError as missing:
    sys.exit(f"replay: --plot: {missing}: install it (apt-get install python3-matplotlib)")

# Okabe and Ito's colours, which the colour-blind tell apart; markers and labels say the same again.
LOOKS = {
    "epoch": ("#0072B2", "o"),
    "hazard": ("#D55E00", "s"),
    "hybrid": ("#009E73", "^"),
    "leaky": ("#999999", "x"),
    "shared_mutex": ("#CC79A7", "D"),
    "tbb": ("#E69F00", "v"),
}
OTHER = ("#000000", "P")
MIB = 1024 * 1024
LEAST_MIB = 0.01  # what the logarithmic axis shows as nothing


def draw_throughput(axes, runs):
    schemes = [run["scheme"] for run in runs]
    medians = [run["mops"] for run in runs]
    spread = [
        [run["mops"] - run["mops_min"] for run in runs],
        [run["mops_max"] - run["mops"] for run in runs],
    ]
    colours = [LOOKS.get(scheme, OTHER)[0] for scheme in schemes]
    axes.barh(schemes, medians, xerr=spread, color=colours, height=0.65, error_kw={"capsize": 3, "lw": 1})
    for place, run in enumerate(runs):
        axes.annotate(f"{run['mops']:.2f}", (run["mops_max"], place), (6, 0), textcoords="offset points", va="center")
    axes.set_xlim(0, max(run["mops_max"] for run in runs) * 1.12)
    axes.invert_yaxis()
    axes.set_xlabel("million operations per second (median; whiskers: least and most)")
    axes.set_title("Throughput", loc="left", fontweight="bold")


def draw_memory(axes, timelines, stall_ms):
    ends = []
    for scheme, line in timelines.items():
        colour, marker = LOOKS.get(scheme, OTHER)
        seconds = [ms / 1000 for ms in line["ms"]]
        mib = [max(count * line["bytes_an_object"] / MIB, LEAST_MIB) for count in line["objects"]]
        every = max(1, len(seconds) // 10)
        axes.plot(seconds, mib, color=colour, marker=marker, markevery=every, markersize=5, lw=1.6, label=scheme)
        if seconds:
            ends.append(seconds[-1])
    if stall_ms:
        begin = min(line["stall_begin_ms"] for line in timelines.values()) / 1000
        end = max(line["stall_end_ms"] for line in timelines.values()) / 1000
        axes.axvspan(begin, end, color="#000000", alpha=0.07, lw=0)
        axes.annotate(
            f"one reader stalls ({stall_ms:g} ms)", ((begin + end) / 2, 1), (0, -4), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha="center", va="top", color="#444444",
        )
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    axes.set_ylim(LEAST_MIB, max(high, 1) * (3 if stall_ms else 1))
    axes.set_xlim(0, max(ends, default=1))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("seconds since the start of the run")
    axes.set_ylabel("unreclaimed blocks, MiB (log scale)")
    axes.set_title("Memory that is retired and not yet reclaimed", loc="left", fontweight="bold")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)


def draw(results):
    trace = results["trace"]
    with_memory = bool(results["timelines"])
    pyplot.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False, "svg.fonttype": "none"})
    heights = [0.45 * len(results["runs"]) + 0.5, 3.4] if with_memory else [0.45 * len(results["runs"]) + 0.5]
    figure, axes = pyplot.subplots(
        len(heights), 1, figsize=(9, sum(heights) + 1.6), gridspec_kw={"height_ratios": heights}, squeeze=False,
        constrained_layout=True,
    )
    figure.suptitle(
        f"Replay of {os.path.basename(trace['name'])}: {trace['operations']:,} operations, "
        f"cache of {results['capacity']:,} blocks, {results['threads']} threads",
        x=0.01, ha="left",
    )
    draw_throughput(axes[0][0], results["runs"])
    if with_memory:
        draw_memory(axes[1][0], results["timelines"], results["stall_ms"])
    for each in axes.flat:
        each.grid(axis="x" if each is axes[0][0] else "both", color="#dddddd", lw=0.6)
        each.set_axisbelow(True)
    return figure


def main():
    target = sys.argv[1]
    results = json.load(sys.stdin)
    if not results["runs"]:
        sys.exit("replay: --plot: no run has a result")
    part = target + ".part"
    try:
        draw(results).savefig(part, format="png" if target.endswith(".png") else "svg")
        os.replace(part, target)
    except OSError as error:
        sys.exit(f"replay: --plot: cannot write {target}: {error.strerror}")


if __name__ == "__main__":
    main()
