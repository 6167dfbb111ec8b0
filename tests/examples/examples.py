#!/usr/bin/env python3
"""Runs the examples as their READMEs say and checks what they show.

examples.py RALL EXAMPLE
"""
import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def run(rall, name, output):
    subprocess.run([rall, "run", EXAMPLES / name / f"{name}.json", "--output-dir", output], check=True)
    assert (output / "report.html").stat().st_size > 500_000, "report.html lacks its libraries"


def spikes(output):
    """ms"""
    with h5py.File(output / "spikes.h5") as file:
        return file["spikes/cells/timestamps"][()]


def report(output, name):
    """Samples by places, mV."""
    with h5py.File(output / f"{name}.h5") as file:
        return file["report/cells/data"][()]


def script(example, name):
    """The module of a script that stands beside the example."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / example / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pyramidal(output):
    times = spikes(output)
    assert len(times) == 12, times
    assert all(100 < t < 405 for t in times), times
    soma = report(output, "v_soma")
    assert soma.shape == (5000, 1)
    assert 30 < soma.max() < 45
    assert abs(soma[990, 0] + 73.3) < 0.3, "the cell does not rest where its config starts it"


def squid(output):
    velocity = script("squid", "velocity").velocity(output)
    print(f"{velocity:.3f} m/s")
    assert abs(velocity / 18.7 - 1) < 0.03


def random_network(output):
    with h5py.File(output / "spikes.h5") as file:
        cells = file["spikes/cells/node_ids"][()]
    rates = [(cells < 160).sum() / 160 / 0.5, (cells >= 160).sum() / 40 / 0.5]  # Hz
    print(rates)
    assert 9 < rates[0] < 13 and 16 < rates[1] < 24, rates


def gap_junctions(output):
    coupled, alone = script("gap_junctions", "synchrony").synchrony(output)
    assert coupled > 0.8 and alone < 0.3, (coupled, alone)
    (way,) = json.loads((output / "run.json").read_text())["network"]["pathways"][:1]
    assert way["coupling"] and way["count"] == 20, way


def backprop(output):
    assert len(spikes(output)) == 1
    table = script("backprop", "attenuation").table(output)
    distances, amplitudes, delays = zip(*table)
    assert amplitudes[0] > 95 and amplitudes[distances.index(154)] > 70, "the spike should invade the trunk"
    assert amplitudes[-1] < 0.3 * amplitudes[0], "and fail in the tuft"
    assert list(delays) == sorted(delays) and delays[0] == 0, "and arrive later the farther it travels"


def ball_and_stick(output):
    times = spikes(output)
    assert len(times) == 3, times
    for arrival, t in zip((11, 41, 71), times):
        assert arrival < t < arrival + 8, times


def sweep(rall, example, variants, output):
    for variant in variants:
        subprocess.run([rall, "sweep", EXAMPLES / example / f"{variant}.json", "--output-dir", output / variant], check=True)


def nav11(rall, output):
    compare = script("nav11", "compare")
    sweep(rall, "nav11", compare.AUTHORS, output)
    for variant, authors in compare.AUTHORS.items():
        ours = compare.counts(output, variant)
        different = [(pA, theirs, n) for pA, theirs, n in zip(compare.CURRENTS, authors, ours, strict=True) if theirs != n]
        print(variant, "differs from the authors' model at", different)
        assert len(different) <= 2 and all(abs(theirs - n) == 1 and n > 20 for _, theirs, n in different)


def kv72(rall, output):
    compare = script("kv72", "compare")
    sweep(rall, "kv72", compare.AUTHORS, output)
    wild, mild, severe = (compare.counts(output, variant) for variant in compare.AUTHORS)
    assert (wild[0.65], mild[0.65], severe[0.65]) == (1, 2, 29)
    assert all(wild[nA] <= mild[nA] <= severe[nA] for nA in wild), "the variants should let the cell fire more, R213Q most"


def nav15(rall, output):
    example = EXAMPLES / "nav15"
    subprocess.run([rall, "channel", example / "mods" / "nav15.mod", "--celsius", "37", "--dt", "0.005",
                    "--set", "1795insD:recovery=0.4,to_IM2=2.857143e-5,from_IM2=0.05,burst=1e-7", "--quiet",
                    "--protocol", example / "late_current.json", "--protocol", "inactivation", "--output-dir", output], check=True)
    rows = list(script("nav15", "compare").rows(output))
    assert len(rows) == 9
    for what, v, exact_wild, wild, exact_mutant, mutant in rows:
        assert abs(wild / exact_wild - 1) < 0.03 and abs(mutant / exact_mutant - 1) < 0.03, (what, v)
        assert mutant > wild if what == "late over peak" else mutant < wild, "gain of late current, loss of available channels"


def circuit(rall, output):
    script("circuit", "make").main(output / "circuit")
    config, page = output / "circuit" / "simulation_config.json", output / "circuit" / "circuit.html"
    seen = subprocess.run([rall, "inspect", config, "--html", page], check=True, capture_output=True, text=True).stdout
    assert "nodes cells: 100" in seen and "inhibitory                  20 nodes" in seen and "cells: e" in page.read_text(), seen
    subprocess.run([rall, "run", config, "--dry-run"], check=True)
    subprocess.run([rall, "run", config], check=True)
    with h5py.File(output / "circuit" / "output" / "spikes.h5") as file:
        times, nodes = (file["spikes/cells"][key][()] for key in ("timestamps", "node_ids"))
    counts = [[((times >= start) & (times < start + 250) & (low <= nodes) & (nodes < high)).sum() for start in (0, 250)] for low, high in ((0, 80), (80, 100))]
    print(counts)
    (before, after), (inhibitory, silenced) = counts
    assert before > 100 and after > 1.2 * before and inhibitory > 20 and silenced <= 5, counts


def macaque(rall, output):
    """Two areas, and a check of what the whole model is: its cells are those of the paper."""
    model = script("macaque", "macaque")
    with open(EXAMPLES / "macaque" / "areas.csv") as file:
        numbers = [sum(map(int, line.split(",")[1:9])) for line in list(file)[1:]]
    assert len(numbers) == 32 and abs(sum(numbers) / 4.13e6 - 1) < 0.001 and numbers[0] == 197_936, numbers
    output.mkdir()
    files = []
    for connectivity in ("procedural", "stored"):
        made = model.config(2, 0.01, 0.1, 150, connectivity)
        (output / "macaque.json").write_text(json.dumps(made))
        subprocess.run([rall, "run", output / "macaque.json", "--output-dir", output / connectivity, "--no-html", "--quiet"], check=True)
        files.append((output / connectivity / "spikes.h5").read_bytes())
    assert files[0] == files[1]
    rates = model.rates(output / "macaque.json", output / "stored")
    print(rates)
    for layer, (low, high) in {"23E": (0.1, 2), "4E": (0.7, 6), "5E": (2.5, 12), "6E": (0.2, 2.5)}.items():
        assert low < rates[layer][1] < high, rates


def main():
    rall, name = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "out"
        if name in (others := {"nav11": nav11, "kv72": kv72, "nav15": nav15, "circuit": circuit, "macaque": macaque}):
            return others[name](rall, output)
        run(rall, name, output)
        {"pyramidal": pyramidal, "squid": squid, "backprop": backprop, "ball_and_stick": ball_and_stick,
         "random_network": random_network, "gap_junctions": gap_junctions}[name](output)


if __name__ == "__main__":
    main()
