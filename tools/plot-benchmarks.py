#!/usr/bin/env python3
"""Draws what `zkbpf bench prove --json` printed, as an SVG.

Left: microseconds an instruction against the length of the run, a line for each number of threads.
Right: speed-up against the number of threads, a line for each run. Nothing but the standard library.

    zkbpf bench prove --json > prove.jsonl
    tools/plot-benchmarks.py prove.jsonl -o docs/images/prove.svg
"""
import argparse
import json
import math
import sys
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 960, 400
LEFT, TOP, PANEL_WIDTH, PANEL_HEIGHT = 70, 50, 330, 270
GAP = 150
COLOURS = ["#0b5fa5", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#0f766e", "#be123c", "#475569"]
NEEDED = ("program", "instructions", "threads", "seconds", "processor_seconds", "speedup")


def read(path):
    """The lines of one file that are of `bench prove`; the others are left out."""
    runs = []
    with open(path, encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                line = json.loads(text)
            except ValueError as error:
                sys.exit(f"{path}:{number}: not JSON: {error}")
            if not isinstance(line, dict) or line.get("bench") != "prove":
                continue
            missing = [name for name in NEEDED if name not in line]
            if missing:
                sys.exit(f"{path}:{number}: no {missing[0]}")
            runs.append(line)
    if not runs:
        sys.exit(f"{path}: no line of bench prove")
    return runs


def series(runs, key, point):
    """Points by key, rising."""
    found = {}
    for run in runs:
        found.setdefault(key(run), []).append(point(run))
    return {name: sorted(points) for name, points in found.items()}


def text(x, y, content, anchor="middle", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{escape(content)}</text>'


class Panel:
    """Axes of one diagram; logarithmic ones take powers of their base."""

    def __init__(self, left, title, x_title, y_title, x_range, y_range, log):
        self.left, self.x_range, self.y_range, self.log = left, x_range, y_range, log
        self.parts = [
            text(left + PANEL_WIDTH / 2, TOP - 20, title, extra=' font-weight="bold"'),
            text(left + PANEL_WIDTH / 2, TOP + PANEL_HEIGHT + 42, x_title),
            f'<text transform="translate({left - 48} {TOP + PANEL_HEIGHT / 2}) rotate(-90)" '
            f'text-anchor="middle">{escape(y_title)}</text>',
            f'<rect x="{left}" y="{TOP}" width="{PANEL_WIDTH}" height="{PANEL_HEIGHT}" '
            'fill="none" stroke="#555"/>',
        ]

    def share(self, value, limits):
        low, high = limits
        if self.log:
            value, low, high = math.log(value), math.log(low), math.log(high)
        return (value - low) / (high - low)

    def x(self, value):
        return self.left + PANEL_WIDTH * self.share(value, self.x_range)

    def y(self, value):
        return TOP + PANEL_HEIGHT * (1 - self.share(value, self.y_range))

    def tick_x(self, value, label):
        x = self.x(value)
        self.parts.append(f'<path d="M{x:.1f} {TOP}V{TOP + PANEL_HEIGHT}" stroke="#ddd"/>')
        self.parts.append(text(x, TOP + PANEL_HEIGHT + 18, label))

    def tick_y(self, value, label):
        y = self.y(value)
        self.parts.append(f'<path d="M{self.left} {y:.1f}h{PANEL_WIDTH}" stroke="#ddd"/>')
        self.parts.append(text(self.left - 6, y + 4, label, "end"))

    def line(self, points, colour, dashed=False):
        path = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        if not dashed:
            for x, y in points:
                self.parts.append(
                    f'<circle cx="{self.x(x):.1f}" cy="{self.y(y):.1f}" r="3.5" fill="{colour}"/>')

    def legend(self, names):
        for row, (name, colour) in enumerate(names):
            x, y = self.left + PANEL_WIDTH + 10, TOP + 12 + 18 * row
            self.parts.append(f'<path d="M{x} {y - 4}h16" stroke="{colour}" stroke-width="3"/>')
            self.parts.append(text(x + 21, y, name, "start"))


def plural(count, noun):
    return f"{count} {noun}" + ("" if count == 1 else "s")


def cost_panel(runs, clock):
    whole = [run for run in runs if run["program"] == "loop"] or runs
    lines = series(whole, lambda r: r["threads"],
                   lambda r: (r["instructions"], 1e6 * r[clock] / r["instructions"]))
    xs = [x for points in lines.values() for x, _ in points]
    ys = [y for points in lines.values() for _, y in points]
    x_range = (2 ** (math.floor(math.log2(min(xs))) - 1), 2 ** (math.ceil(math.log2(max(xs))) + 1))
    y_range = (10 ** math.floor(math.log10(min(ys))), 10 ** math.floor(math.log10(max(ys)) + 1))
    unit = "microseconds" if clock == "seconds" else "microseconds of processor time"
    panel = Panel(LEFT, "Cost against length", "instructions", f"{unit} an instruction",
                  x_range, y_range, True)
    for x in sorted(set(xs)):
        power = math.log2(x)
        panel.tick_x(x, f"2^{power:.0f}" if power.is_integer() else f"{x:,}")
    for power in range(round(math.log10(y_range[0])), round(math.log10(y_range[1])) + 1):
        panel.tick_y(10 ** power, f"{10.0 ** power:g}")
    names = []
    for colour, threads in zip(COLOURS, sorted(lines)):
        panel.line(lines[threads], colour)
        names.append((plural(threads, "thread"), colour))
    panel.legend(names)
    return panel


def run_name(run):
    power = math.log2(run["instructions"])
    length = f"2^{power:.0f}" if power.is_integer() else f'{run["instructions"]:,}'
    return run["program"] if run["program"] == "50-in-5" else f'{run["program"]} {length}'


def speedup_panel(runs):
    lines = series(runs, run_name, lambda r: (r["threads"], r["speedup"]))
    most = max(x for points in lines.values() for x, _ in points)
    top = max(most, math.ceil(max(y for points in lines.values() for _, y in points)), 2)
    panel = Panel(LEFT + PANEL_WIDTH + GAP, "Speed-up against threads", "threads",
                  "speed-up over one thread", (0.5, most + 0.5), (0, top), False)
    for x in sorted({x for points in lines.values() for x, _ in points}):
        panel.tick_x(x, str(x))
    for step in range(5):
        panel.tick_y(top * step / 4, f"{top * step / 4:g}")
    panel.line([(1, 1), (most, most)] if most > 1 else [(0.5, 1), (1.5, 1)], "#999", True)
    names = [("as many as threads", "#999")]
    for index, name in enumerate(lines):
        colour = COLOURS[index % len(COLOURS)]
        panel.line(lines[name], colour)
        names.append((name, colour))
    panel.legend(names)
    return panel


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines", help="file with what zkbpf bench prove --json printed")
    parser.add_argument("-o", "--output", required=True, help="the SVG to write")
    parser.add_argument("--processor", action="store_true",
                        help="cost in processor time, for a machine that has other work")
    arguments = parser.parse_args()
    runs = read(arguments.lines)
    clock = "processor_seconds" if arguments.processor else "seconds"
    parts = cost_panel(runs, clock).parts + speedup_panel(runs).parts
    with open(arguments.output, "w", encoding="utf-8") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 70} {HEIGHT}" '
                   'font-family="sans-serif" font-size="12" fill="#222">\n'
                   '<rect width="100%" height="100%" fill="#fff"/>\n')
        file.write("\n".join(parts) + "\n</svg>\n")


if __name__ == "__main__":
    main()
