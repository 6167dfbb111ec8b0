#!/usr/bin/env python3
"""The colours of the pages are told apart by people who see red, green or blue otherwise: simulated after Machado, Oliveira & Fernandes (2009,
IEEE Transactions on Visualization and Computer Graphics 15:1291, severity 1), compared by their distance in CIELAB (D65). And each stands out
from the paper it is drawn on: contrast after WCAG 2.

Of lines that have a pattern of their own besides, and of regions with names of their own, less is asked than of what has only its colour.
"""
import itertools
import math
import pathlib
import re
import sys

STYLE = pathlib.Path(__file__).parents[2] / "io" / "page" / "assets" / "style.css"
SEEN = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "without red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "without green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "without blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1, 1.08883)
LEAST = 14  # a just noticeable difference is about 2.3; patches of colour side by side are named apart from about 10 on


def linear(colour):
    parts = (int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5))
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]


def lab(rgb):
    x, y, z = (c / w for c, w in zip(times(TO_XYZ, rgb), WHITE))
    f = [t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z)]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def distance(one, two, seen):
    labs = [lab([min(1, max(0, c)) for c in times(SEEN[seen], linear(colour))]) for colour in (one, two)]
    return math.dist(*labs)


def contrast(one, two):
    lights = sorted(times(TO_XYZ, linear(colour))[1] + 0.05 for colour in (one, two))
    return lights[1] / lights[0]


def palettes(rules):
    names = dict(re.findall(r"--([\w-]+): ([^;]+);", rules))
    regions = [names[name] for name in ("soma", "axon", "dend", "apic")]
    return names["panel"], {"traces": names["traces"].split(), "regions": regions, "regions and others": regions + names["others"].split(),
                            "populations": names["populations"].split()}


def main():
    # A palette that everybody has trouble with must be found out.
    assert distance("#b04030", "#6a6a1a", "without green") < LEAST < distance("#b04030", "#6a6a1a", "all colours")
    light, dark = STYLE.read_text().split("* { box-sizing")[0].split(':root[data-theme="dark"]')
    wrong = []
    for theme, rules in (("light", light), ("dark", dark)):
        paper, all_palettes = palettes(rules)
        for name, colours in all_palettes.items():
            for colour in colours:
                if contrast(colour, paper) < 2.9:
                    wrong.append(f"{theme}, {name}: {colour} has a contrast of {contrast(colour, paper):.2f} with {paper}")
            for seen in SEEN:
                least, one, two = min((distance(a, b, seen), a, b) for a, b in itertools.combinations(colours, 2))
                print(f"{theme}, {name}, {seen}: {least:.1f}")
                if least < LEAST:
                    wrong.append(f"{theme}, {name}, {seen}: {one} and {two} are only {least:.1f} apart")
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
