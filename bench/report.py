#!/usr/bin/python3
"""Tables and plots of docs/performance.md from bench/results.

    report.py [--check]

What stands between <!-- measured --> and <!-- end of measured --> is written anew, and so are docs/images/performance_*.svg. With --check nothing is
written: exits 1 where the page is not what the results say.
"""
import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "performance.md"
IMAGES = HERE.parent / "docs" / "images"
BEGIN, END = "<!-- measured -->\n", "<!-- end of measured -->\n"
PEERS = {"neuron": "NEURON 8.2.2", "coreneuron": "CoreNEURON 9.0.2", "arbor": "Arbor 0.12.1"}
# (file, what the machine is), the newest of each kind of machine; a file may hold several of bench/run.py's cases.
RUNS = [("2026-12-01_hay_avx512_2-cores", "AVX-512, full width"), ("2026-12-01_peers_avx512_2-cores", "AVX-512, full width"),
        ("2026-11-30_hay_zen4_2-cores", "AVX-512 in two halves")]
NETWORK, SIZES = "2026-11-29_network_2-cores", "2026-11-29_sizes_2-cores"


def result(name):
    return json.loads((HERE / "results" / f"{name}.json").read_text())


def with_range(numbers):
    return f"{numbers['median']:.3g} ({numbers['lowest']:.3g} to {numbers['highest']:.3g})"


def ratio(peer):
    if not peer:
        return ""
    goal = f", goal {peer['goal']:g}" if "goal" in peer else ""
    return with_range(peer) + goal


def runs():
    text = ["| processor | case | ns per compartment and step | " + " | ".join(f"times {name}" for name in PEERS.values()) + " |", "|---" * 6 + "|"]
    for file, machine in RUNS:
        for case in result(file)["cases"].values():
            if "ns" in case:
                peers = case.get("peers", {})
                text.append(f"| {machine} | {case['what'].splitlines()[0]} | {with_range(case['ns'])} | " + " | ".join(ratio(peers.get(peer)) for peer in PEERS) + " |")
    network = result(NETWORK)["network"]["speed"]
    text.append(f"| not noted | (W4) {network['cells']:,} cells of {network['compartments'] // network['cells']} compartments, "
                f"{network['connections']:,} connections | {network['ns_per_compartment_and_step']['rall']:.3g} | "
                f"{with_range(network['faster_than_neuron'])} | {with_range(network['faster_than_coreneuron'])} | |")
    return "\n".join(text)


def sizes():
    text = ["| compartments | ns each and step | bytes each |", "|---|---|---|"]
    for size in result(SIZES)["sizes"].values():
        bytes_each = size["bytes_per_compartment"]
        text.append(f"| {size['compartments']:,} | {with_range(size['ns'])} | {f'{bytes_each:.0f}' if bytes_each else ''} |")
    return "\n".join(text)


def measured():
    return f"""How many times as fast as its peers Rall takes steps, one core each, double precision, the same spikes: medians and ranges of alternating rounds
(`bench/run.py`, `bench/network.py`; settings and versions are in the files of `bench/results`).

{runs()}

![Times as fast as its peers](images/performance_peers.svg)

`hh` in 10^2 to 10^7 compartments (`bench/sizes.py`): a step costs the same from the first-level cache to memory, since a group stays in the cache for a whole epoch.

{sizes()}

![ns per compartment and step over the size of the model](images/performance_sizes.svg)
"""


def pictures():
    import matplotlib
    matplotlib.use("svg")
    import matplotlib.pyplot as plt
    matplotlib.rcParams.update({"svg.hashsalt": "rall", "svg.fonttype": "none", "font.size": 9})

    bars = [(f"{name}\n{machine}", {peer: found["median"] for peer, found in case.get("peers", {}).items()})
            for file, machine in RUNS for name, case in result(file)["cases"].items() if "ns" in case and case.get("peers")]
    figure, axes = plt.subplots(figsize=(8, 0.55 * len(bars) + 1))
    for k, (peer, name) in enumerate(PEERS.items()):
        rows = [(i, found[peer]) for i, (_, found) in enumerate(bars) if peer in found]
        axes.barh([i + 0.27 * (k - 1) for i, _ in rows], [value for _, value in rows], 0.25, label=name)
    axes.set_yticks(range(len(bars)), [label for label, _ in bars])
    axes.invert_yaxis()
    axes.axvline(1, color="gray", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlabel("times as fast")
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(IMAGES / "performance_peers.svg", metadata={"Date": None})

    found = result(SIZES)["sizes"].values()
    figure, axes = plt.subplots(figsize=(6, 3))
    axes.fill_between([s["compartments"] for s in found], [s["ns"]["lowest"] for s in found], [s["ns"]["highest"] for s in found], alpha=0.3)
    axes.plot([s["compartments"] for s in found], [s["ns"]["median"] for s in found], "o-")
    axes.set_xscale("log")
    axes.set_ylim(0, None)
    axes.set_xlabel("compartments")
    axes.set_ylabel("ns per compartment and step")
    figure.tight_layout()
    figure.savefig(IMAGES / "performance_sizes.svg", metadata={"Date": None})


def main(check):
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    old, after = rest.split(END)
    new = measured()
    if check:
        if old != new or not all((IMAGES / f"performance_{name}.svg").exists() for name in ("peers", "sizes")):
            sys.exit(f"{PAGE.name} is not what bench/results say: run bench/report.py")
        return
    PAGE.write_text(before + BEGIN + new + END + after)
    pictures()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    main(**vars(parser.parse_args()))
