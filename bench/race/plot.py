"""Draws what //bench:race measured: a panel for each row and number of threads, the entrants from best to worst.

Usage: race ... | plot.py FILE.svg, with the race's JSON on standard input.
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
except ImportError as missing:
    sys.exit(f"race: --plot: {missing}: install it (apt-get install python3-matplotlib)")

# Okabe and Ito's colours, which the colour-blind tell apart.
COLOURS = {"ours": "#0072B2", "controls": "#999999", "standard": "#CC79A7"}
PEER = "#E69F00"
COLUMNS = 3
LOG_FROM = 8  # times between the best and the worst


def panels(rows):
    found = {}
    for row in rows:
        found.setdefault((row["row"], row["threads"]), []).append(row)
    return list(found.items())


def is_control(row):
    return "leaky" in row["subject"] or row["family"] == "controls"


def draw_panel(axes, key, rows):
    rows = sorted(rows, key=lambda row: row["value"], reverse=not rows[0]["less_is_better"])
    values = [max(row["value"], 1e-3) for row in rows]
    colours = [COLOURS["controls"] if is_control(row) else COLOURS.get(row["family"], PEER) for row in rows]
    low = [max(0, row["value"] - row["spread"][0]) for row in rows]
    high = [max(0, row["spread"][1] - row["value"]) for row in rows]
    axes.barh(range(len(rows)), values, xerr=[low, high], color=colours, height=0.7, error_kw={"capsize": 2, "lw": 0.8})
    axes.set_yticks(range(len(rows)), [row["subject"] for row in rows], fontsize=7)
    for tick, row in zip(axes.get_yticklabels(), rows):
        tick.set_fontweight("bold" if row["family"] == "ours" and not is_control(row) else "normal")
    for place, row in enumerate(rows):
        axes.annotate(f"{row['value']:.3g}", (max(row["spread"][1], row["value"]), place), (4, 0),
                      textcoords="offset points", va="center", fontsize=7)
    axes.invert_yaxis()
    if max(values) > LOG_FROM * min(values):
        axes.set_xscale("log")
        axes.set_xlim(min(values) / 2, max(values) * 4)
    else:
        axes.set_xlim(0, max(row["spread"][1] for row in rows) * 1.2 + 1e-9)
    tag = f", {rows[0]['tag']}" if rows[0]["tag"] else ""
    threads = "1 thread" if key[1] == 1 else f"{key[1]} threads"
    axes.set_title(f"{key[0]} {rows[0]['title']}\n{threads}{tag}", loc="left", fontsize=9, fontweight="bold")
    better = "less is better" if rows[0]["less_is_better"] else "more is better"
    axes.set_xlabel(f"{rows[0]['unit']}: {better}", fontsize=8)
    axes.tick_params(axis="x", labelsize=7)
    axes.grid(axis="x", color="#dddddd", lw=0.6)
    axes.set_axisbelow(True)


def draw(race):
    pyplot.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "svg.fonttype": "none"})
    all_panels = panels(race["rows"])
    lines = [all_panels[i:i + COLUMNS] for i in range(0, len(all_panels), COLUMNS)]
    heights = [max(len(rows) for _, rows in line) * 0.17 + 1.1 for line in lines]
    figure, grid = pyplot.subplots(
        len(lines), COLUMNS, figsize=(16, sum(heights) + 0.8), gridspec_kw={"height_ratios": heights}, squeeze=False,
        constrained_layout=True,
    )
    for line, places in zip(lines, grid):
        for place, axes in enumerate(places):
            if place < len(line):
                draw_panel(axes, *line[place])
            else:
                axes.axis("off")
    machine = race["machine"]
    figure.suptitle(
        f"{machine['processor']}, {machine['processors']} processors, {machine['kernel']}, {machine['date']}.  "
        "Medians; whiskers: quartiles.  Blue: ours; grey: controls; pink: the standard library; yellow: peers.",
        x=0.01, ha="left", fontsize=9,
    )
    return figure


def main():
    target = sys.argv[1]
    race = json.load(sys.stdin)
    if not race["rows"]:
        sys.exit("race: --plot: no row has a result")
    part = target + ".part"
    try:
        draw(race).savefig(part, format="png" if target.endswith(".png") else "svg")
        os.replace(part, target)
    except OSError as error:
        sys.exit(f"race: --plot: cannot write {target}: {error.strerror}")


if __name__ == "__main__":
    main()
