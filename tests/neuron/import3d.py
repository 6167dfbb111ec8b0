"""Compares how NEURON's Import3d and Rall read reconstructions and cut them into compartments.

    import3d.py DUMP FILE_OR_FOLDER...

DUMP is the program test_morphology_dump. For each file, and for random trees and outlines: the same sections, joined in the same places; length and area of
each region to 1e-6; for several nseg the area, diameter, axial resistance and distance of every compartment. Files that
NEURON cannot read, and those where Rall differs on purpose, are listed below with the reason (docs/morphology.md).
"""

import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
from collections import defaultdict

from neuron import h

h.load_file("stdlib.hoc")
h.load_file("import3d.hoc")

TOLERANCE = 1e-6
RA, CM = 100, 1  # as test_morphology_dump takes them

NOT_READ_BY_NEURON = {  # file: why
    "asc_thumbnail": "properties inside of properties",
    "commas_without_blanks": "commas between numbers",
    "duplicate_id": "two points with one number",
    "fly_flywire_8798": "points before their parents",
    "fly_flywire_T4": "points before their parents",
    "parent_not_in_file": "a parent that is not there",
    "nan_coordinate": "a coordinate that is no number",
    "lines_out_of_order": "points before their parents",
    "ids_beyond_2_53": "numbers of points that no table holds",
}
AS_NEURON = {  # file: the options that read it as NEURON does, where the default is not to
    "int_rat_BBP_contour_soma_radius0": ["contour-soma=neuron"],
    "soma_three_points_split": ["soma-order=as-written"],
    "soma_two_points_split": ["soma-order=as-written"],
}
READ_OTHERWISE = {  # file: why
    "parent_missing": "NEURON takes a point whose parent is missing for a root",
    "retina_jaxley_allradius0": "NEURON reads a cell without membrane",
    "six_fields": "NEURON leaves out lines it cannot parse",
    "first_point_branches_out_of_line": "NEURON joins points that are not connected",
}


class Cell:
    def __str__(self):
        return "cell"


def read_with_neuron(path):
    for section in list(h.allsec()):
        h.delete_section(sec=section)
    reader = h.Import3d_Neurolucida3() if path.suffix.lower() == ".asc" else h.Import3d_SWC_read()
    reader.quiet = 1
    reader.input(str(path))
    cell = Cell()  # with None instead, coordinates pass through text of eight digits
    h.Import3d_GUI(reader, 0).instantiate(cell)
    return {section.name().split(".")[-1]: section for section in cell.all}


def read_with_rall(dump, path, *arguments):
    output = subprocess.run([dump, str(path), *map(str, arguments)], capture_output=True, check=True, text=True).stdout
    return json.loads(output)


LEAST = 1e-8  # um, um2: below it are NEURON's stand-ins for nothing
BLOCKED = 1e12  # Megohm: where a diameter is 0 the resistance is as good as infinite, in NEURON sometimes negative


def close(a, b):
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b)) or max(abs(a), abs(b)) < LEAST


class Differences(list):
    def check(self, what, rall, neuron):
        if not close(rall, neuron):
            self.append(f"{what}: {rall!r}, in NEURON {neuron!r}")

    def check_resistance(self, what, rall, neuron):
        if rall < BLOCKED or abs(neuron) < BLOCKED:
            self.check(what, rall, neuron)


def compare_sections(found, rall, neuron):
    names = [section["name"] for section in rall]
    if sorted(names) != sorted(neuron):
        found.append(f"sections: {len(names)}, in NEURON {len(neuron)}: {sorted(set(names) ^ set(neuron))[:6]}")
        return
    totals = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for section in rall:
        name, twin = section["name"], neuron[section["name"]]
        parent = twin.parentseg()
        expected = None if parent is None else (parent.sec.name().split(".")[-1], parent.x)
        joined = None if section["parent"] < 0 else (names[section["parent"]], section["parent_x"])
        if joined != expected:
            found.append(f"{name} is joined to {joined}, in NEURON to {expected}")
        sums = totals[name.split("[")[0]]
        for i, value in enumerate([section["length"], section["area"], twin.L, sum(segment.area() for segment in twin)]):
            sums[i] += value
    for region, (length, area, neuron_length, neuron_area) in totals.items():
        found.check(f"length of {region}", length, neuron_length)
        found.check(f"area of {region}", area, neuron_area)


def compare_compartments(found, rall, neuron, rule):
    origin = neuron["soma[0]"](0.5) if "soma[0]" in neuron else neuron[rall[0]["name"]](0)
    for section in rall:
        twin = neuron[section["name"]]
        n = len(section["compartments"])
        if rule == "nseg":
            twin.nseg = n
        elif n != twin.nseg:
            found.append(f"{section['name']} has {n} compartments, in NEURON {twin.nseg}")
            return
        twin.Ra, twin.cm = RA, CM
    h.distance(0, origin)
    for section in rall:
        twin, name = neuron[section["name"]], section["name"]
        found.check(f"L of {name}", section["L"], twin.L)
        if section["length"] == 0:
            continue  # NEURON gives such a section a length of 1e-9 um, and the diameter it had before
        before = 0
        for segment, (area, diam, left, right, distance) in zip(twin, section["compartments"]):
            where = f"{name}({segment.x:g}) of {twin.nseg}"
            found.check(f"area of {where}", area, segment.area())
            found.check(f"diam of {where}", diam, segment.diam)
            found.check_resistance(f"ri of {where}", 0.01 * RA * (before + left), segment.ri())
            found.check(f"distance of {where}", distance, h.distance(segment))
            before = right
        found.check_resistance(f"ri of the end of {name}", 0.01 * RA * before, twin(1).ri())


def set_d_lambda(neuron):
    for section in neuron.values():
        section.Ra, section.cm = RA, CM
        # lambda_f divides by zero where there is no length
        lambdas = section.L / h.lambda_f(100, sec=section) if section.L > LEAST else 0
        section.nseg = int((lambdas / 0.1 + 0.9) / 2) * 2 + 1


def compare(dump, path):
    found = Differences()
    options = AS_NEURON.get(path.stem, [])
    rall = read_with_rall(dump, path, "nseg", 1, *options)
    if "error" in rall:
        if path.stem not in NOT_READ_BY_NEURON and path.stem not in READ_OTHERWISE:
            found.append(rall["error"])
        return found
    if path.stem in NOT_READ_BY_NEURON:
        return found
    try:
        neuron = read_with_neuron(path)
    except (RuntimeError, AttributeError) as error:  # hoc's errors arrive as these
        return [f"NEURON cannot read it: {error}"]
    compare_sections(found, rall["sections"], neuron)
    if path.stem in READ_OTHERWISE:
        return [] if found else ["read as NEURON does, but listed as different"]
    if found:
        return found
    for nseg in (1, 2, 3, 8):
        compare_compartments(found, read_with_rall(dump, path, "nseg", nseg, *options)["sections"], neuron, "nseg")
    cut = read_with_rall(dump, path, "d_lambda", 0.1, *options)
    thin = any(section.diam3d(i) == 0 for section in neuron.values() for i in range(section.n3d()))
    if "error" not in cut and not thin:  # NEURON's lambda_f refuses any point of diameter 0, Rall stretches of it
        set_d_lambda(neuron)
        compare_compartments(found, cut["sections"], neuron, "d_lambda")
    return found


def random_tree(seed):
    """Rows (type, x, y, z, radius, parent) with branching somata, changes of type, lines out of place and duplicate points."""
    draw = random.Random(seed)
    n, n_soma = draw.randint(2, 25), draw.choice([0, 1, 1, 2, 3, 3, 4, 6])
    rows = []
    for i in range(n):
        before = draw.choice([i - 1] * 4 + [draw.randrange(i), 0]) if i else -1
        if i < n_soma:
            kind = 1
        else:
            kind = rows[before][0] if i and rows[before][0] != 1 and draw.random() < 0.85 else draw.choice([2, 3, 4, 7])
        place = rows[before][1:4] if i and draw.random() < 0.07 else tuple(round(draw.uniform(-50, 50), 2) for _ in range(3))
        rows.append((kind, *place, 5 if i < n_soma else round(draw.uniform(0.2, 4), 2), before))
    return rows


def neuron_joins_strangers(rows):
    """Whether the tree has the case listed as first_point_branches_out_of_line."""
    kind, parent = [row[0] for row in rows], [row[5] for row in rows]

    def starts_neurite(p):
        return kind[p] != 1 and (p == 0 or (p > 1 and kind[max(parent[p], 0)] == 1))

    def goes_on(p):
        return p + 1 < len(rows) and parent[p + 1] == p and kind[p + 1] == kind[p]

    return any(0 <= p != i - 1 and starts_neurite(p) and not goes_on(p) for i, p in enumerate(parent))


def random_outline(seed):
    """Corners of rectangles, regular, crossed and any polygons, closed or not, in a plane z = constant."""
    draw = random.Random(seed)
    size = lambda: draw.choice([1, 2, 3.3, 5, 7, 10, 12.5])
    a, b, n = size(), size(), draw.choice([3, 4, 5, 6, 8, 12, 16])
    corners = [
        [(a, b), (-a, b), (-a, -b), (a, -b)],
        [(a, 0), (0, b), (-a, 0), (0, -b)],
        [(a, b), (-a, -b), (-a, b), (a, -b)],
        [(0, 0), (2 * a, 0), (2 * a, b), (a, b), (a, 2 * b), (0, 2 * b)],
        [(a * math.cos(2 * math.pi * i / n), a * math.sin(2 * math.pi * i / n)) for i in range(n)],
        [(draw.randint(-10, 10), draw.randint(-10, 10)) for _ in range(n)],
    ][seed % 6]
    if draw.random() < 0.5:
        corners.append(corners[0])
    if draw.random() < 0.5:
        corners.reverse()
    x, y, z = draw.choice([0, 5, 100.25]), draw.choice([0, -7, 33.1]), draw.choice([0, 3.5])
    return [(p + x, q + y, z) for p, q in corners]


def compare_random_outlines(dump, count):
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "outline.asc"
        for seed in range(count):
            path.write_text('("CellBody"' + "".join(f"({x!r} {y!r} {z!r} 0)\n" for x, y, z in random_outline(seed))
                            + ")\n((Dendrite) (0 0 0 1) (90 0 0 1))\n")
            found = Differences()
            rall = read_with_rall(dump, path, "nseg", 3)
            if "error" in rall:
                found.append(rall["error"])
            else:
                neuron = read_with_neuron(path)
                compare_sections(found, rall["sections"], neuron)
                compare_compartments(found, rall["sections"], neuron, "nseg")
            if found:
                failed += 1
                print(f"random outline {seed}: {found[0]}")
    print(f"{count} random outlines, {failed} differ")
    return failed


def compare_random_trees(dump, count):
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "tree.swc"
        for seed in range(count):
            rows = random_tree(seed)
            if neuron_joins_strangers(rows):
                continue
            path.write_text("".join(f"{i} {kind} {x} {y} {z} {r} {p + 1 if p >= 0 else -1}\n"
                                    for i, (kind, x, y, z, r, p) in enumerate(rows, 1)))
            found = Differences()
            rall, neuron = read_with_rall(dump, path, "nseg", 3)["sections"], read_with_neuron(path)
            compare_sections(found, rall, neuron)
            if not found:
                compare_compartments(found, rall, neuron, "nseg")
            if found:
                failed += 1
                print(f"random tree {seed}: {found[0]}")
    print(f"{count} random trees, {failed} differ")
    return failed


def main():
    dump, *places = sys.argv[1:]
    files = []
    for place in map(pathlib.Path, places):
        files += sorted(f for f in place.iterdir() if f.suffix in (".swc", ".asc")) if place.is_dir() else [place] * place.exists()
    failed = 0
    for path in files:
        differences = compare(dump, path)
        failed += bool(differences)
        reason = NOT_READ_BY_NEURON.get(path.stem) or READ_OTHERWISE.get(path.stem)
        print(f"{path.name}: {len(differences)} differences" if differences else f"{path.name}: {'ok' if not reason else reason}")
        for line in differences[:5]:
            print("   ", line)
    print(f"{len(files)} files, {failed} differ")
    failed += compare_random_trees(dump, 200) + compare_random_outlines(dump, 180)
    sys.exit(failed > 0 or not files)


if __name__ == "__main__":
    main()
