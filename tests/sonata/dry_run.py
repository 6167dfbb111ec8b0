#!/usr/bin/python3
"""`rall run --dry-run` of circuits: the memory it predicts is within 10 % of what the run takes. Times are told only: a machine that others share does not keep them.

    dry_run.py RALL CONFIG...
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "bench"))
import edges


def summary(rall, config, folder, *options):
    path = folder / "summary.json"
    subprocess.run([rall, "run", config, "--threads", "2", "--quiet", "--output-dir", folder / "out", "--summary", path, *options], check=True, capture_output=True)
    return json.loads(path.read_text())


def main(rall, *configs):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = [(Path(config), []) for config in configs]
        cases += [(edges.write(folder / f"{case}_{cells}_{n}", case, cells, n), ["--tstop", tstop])
                  for case, cells, n, tstop in (("synapses", 500, 10_000, "20"), ("synapses", 2000, 300_000, "20"), ("synapses", 1000, 1_000_000, "10"),
                                                ("points", 10_000, 1_000_000, "50"), ("synapses", 50_000, 10_000, "2"))]
        far = []
        for config, options in cases:
            predicted = summary(rall, config, folder, "--dry-run", *options)["predicted"]
            done = summary(rall, config, folder, *options)
            memory = predicted["memory_bytes"] / done["peak_memory_bytes"]
            time = predicted["seconds"] / done["seconds"]["time_loop"]
            print(f"{config.parent.name}: memory {done['peak_memory_bytes'] / 1e6:.1f} MB, predicted {memory:.3f} of it; time {done['seconds']['time_loop']:.3g} s, predicted {time:.2f} of it",
                  flush=True)
            if abs(memory - 1) > 0.1:
                far.append(config.parent.name)
    sys.exit(f"memory is not predicted: {', '.join(far)}" if far else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
