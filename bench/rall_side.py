"""Rall as the benchmarks run it, and what their tables are made of."""
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = str(ROOT / "build" / "release" / "bin" / "rall")


class Rall:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def once(self, config, threads=1, *options):
        """Seconds of the processor, and the summary."""
        summary = self.folder / "summary.json"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([self.program, "run", config, "--threads", str(threads), "--no-html", "--quiet", "--output-dir", self.folder / "out",
                               "--summary", summary, *options], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"rall failed on {config}:\n{done.stderr}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, json.loads(summary.read_text())

    def loop(self, config):
        """Seconds of the processor in the time loop, and the summary of the whole run."""
        beginning, short = self.once(config, 1, "--tstop", "0.025")
        whole, summary = self.once(config)
        return (whole - beginning) * summary["steps"] / (summary["steps"] - short["steps"]), summary

    def spikes(self, dt=0.025):
        """[gid, step] of the cells' spikes, sorted."""
        import h5py
        with h5py.File(self.folder / "out" / "spikes.h5") as file:
            populations = file.get("spikes", {}).values()
            return sorted([int(gid), round(time / dt)] for population in populations
                          for gid, time in zip(population["node_ids"][:], population["timestamps"][:]))


def processor():
    """Name, and which vectors it has, since names of virtual machines say little."""
    text = Path("/proc/cpuinfo").read_text()
    name = next((line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")), platform.processor())
    vectors = next((name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if f" {flag} " in text), "")
    family = next((line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("cpu family")), "")
    return " ".join(part for part in (name, f"family {family}" if family else "", vectors) if part)


def spread(values):
    return {"median": statistics.median(values), "lowest": min(values), "highest": max(values)}


def in_words(s, digits=1):
    return f"{s['median']:.{digits}f} ({s['lowest']:.{digits}f} to {s['highest']:.{digits}f})"


def machine():
    return {"date": str(date.today()), "processor": processor(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}


def write(file, program, repeat, **figures):
    """The figures with machine and version, as JSON."""
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip().splitlines()
    file.write_text(json.dumps(machine() | {"rall": version, "repeat": repeat} | figures, indent=1) + "\n")


def write_beside_neuron(file, rounds, **figures):
    """The same of Rall's module, which runs in one process with NEURON."""
    import neuron
    import rall
    about = {"rall": rall.__version__, "neuron": neuron.__version__, "threads": 1, "rounds": rounds}
    Path(file).write_text(json.dumps(machine() | about | figures, indent=1) + "\n")
