#!/usr/bin/python3
"""Memory of a circuit with many edges: 24 bytes an edge beside its synapse, and a peak of at most twice what stays.

    edge_memory.py RALL
"""
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "bench"))
import edges

EDGES, CELLS = 1_000_000, 2000


def main(rall):
    with tempfile.TemporaryDirectory() as name:
        for case in edges.TYPES:
            none = edges.measure(rall, edges.write(Path(name) / f"{case}_none", case, CELLS, 0), 2)
            full = edges.measure(rall, edges.write(Path(name) / case, case, CELLS, EDGES), 2)
            of_events = (full["bytes"]["events"] - none["bytes"]["events"]) / EDGES
            ratio = full["peak_memory_bytes"] / full["built_memory_bytes"]
            stays = (full["built_memory_bytes"] - none["built_memory_bytes"]) / EDGES
            print(f"{case}: {of_events:.1f} bytes an edge, {stays:.1f} with its synapse and what the model keeps; peak {ratio:.2f} times what stays")
            assert of_events < 25, case  # with a share of what each group of cells takes, and these are smaller where caches are
            assert ratio < 2, case
            assert stays < (75 if case == "synapses" else 30), case


if __name__ == "__main__":
    main(*sys.argv[1:])
