#!/usr/bin/python3
"""Runs on several ranks of MPI: ranks.py RALL MPIEXEC equal|circuits|checkpoints|memory|faults ...

equal CASES_DIR CASE...   the bytes of one process, whatever the number of ranks and threads: cases that are compared with NEURON (POINTERs, WATCH, delays
                          below a step, variable steps), the network of reproducible.py, and the balanced one with gap junctions
circuits CONFIG...        the same for SONATA circuits and examples, for one of the Blue Brain form, and for one of artificial cells of which many fire in the very same
                          moment
checkpoints CASES_DIR CASE...   say the same whatever the number of ranks, and a run that is killed goes on with any other
memory                    of a rank falls as ranks share the edges of a circuit, or the connections of a config
faults                    whatever ends one rank ends all, with its message and exit code, within seconds
"""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "neuron"), str(HERE.parent / "sonata")]
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
               "OMPI_MCA_mpi_yield_when_idle": "1", "OMP_WAIT_POLICY": "passive",  # there are fewer cores than threads
               "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
PATIENCE = 10  # s until all ranks have ended
FAILED = []


def complain(text):
    FAILED.append(text)
    print("WRONG", text, flush=True)


class Program:
    def __init__(self, rall, mpiexec):
        self.rall, self.mpiexec = rall, mpiexec

    def words(self, ranks, *words):
        start = [self.mpiexec, "-n", str(ranks)] if ranks else []
        return [str(word) for word in (*start, self.rall, *words)]

    def run(self, ranks, *words, code=0):
        done = subprocess.run(self.words(ranks, *words), capture_output=True, text=True, env=ENVIRONMENT, timeout=300)
        if done.returncode != code:
            complain(f"{ranks} ranks, {' '.join(map(str, words))}: exit {done.returncode} instead of {code}: {done.stderr[-800:]}")
        return done


def contents(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.h5"))}


def check(program, config, folder, ways, *options, spikes=True):
    """Every file of results, of each (ranks, threads) against one process with one thread."""
    def results(ranks, threads):
        out = folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        program.run(ranks, "run", config, "--output-dir", out, "--quiet", "--no-html", "--threads", threads, *options)
        return contents(out)

    begun = time.monotonic()
    expected = results(0, 1)
    if not expected:
        return complain(f"{config} gives no results")
    for ranks, threads in ways:
        got = results(ranks, threads)
        if different := sorted(name for name in {*expected, *got} if expected.get(name) != got.get(name)):
            complain(f"{config}: {different} differ with {ranks} ranks of {threads} threads")
    print(f"{Path(config).stem}: {time.monotonic() - begun:.1f} s", flush=True)


def equal(program, folder, cases, *names):
    for name in names:
        check(program, Path(cases) / f"{name}.json", folder, [(3, 1)])
    import reproducible

    path = reproducible.config(folder)
    check(program, path, folder, [(1, 2), (2, 1), (2, 2), (4, 1), (4, 2)])
    summary = folder / "summary.json"
    program.run(4, "run", path, "--output-dir", folder / "out", "--quiet", "--summary", summary, "--threads", 1)
    said = json.loads(summary.read_text())
    ranks, loop = said["ranks"], said["seconds"]["time_loop"]
    for part in ranks["each"][1:]:  # which take no samples; waiting for one of too few cores is no exchange
        assert part["seconds"]["exchange"] < 0.1 * loop and abs(sum(part["seconds"].values()) - loop) < 0.1 * loop, (loop, ranks)
    assert len(ranks["each"]) == 4 and sum(part["cells"] for part in ranks["each"]) == reproducible.N_CELLS, ranks
    assert all(part["cells"] > 0 and part["seconds"]["compute"] > 0 and part["seconds"]["exchange"] > 0 for part in ranks["each"]), ranks
    assert 1 <= ranks["load_imbalance"] <= 4, ranks
    try:
        import balanced
    except ImportError as missing:
        return print(f"the balanced network is left out: {missing}")
    path = folder / "balanced.json"
    path.write_text(json.dumps(balanced.with_weights(balanced.network(100, 60, 0.025, 1))))
    check(program, path, folder, [(2, 2), (4, 1)])


def circuits(program, folder, *configs):
    for config in configs:
        check(program, config, folder, [(2, 2), (4, 1)], *(["--tstop", 300] if "pyramidal" in config else []))
    import blue_brain
    import ties

    (folder / "bb").mkdir()
    circuit, draw = blue_brain.Circuit(folder / "bb"), random.Random(2)
    sizes = {"A": 12, "B": 7}
    for name, size in sizes.items():
        circuit.balls(name, size), circuit.pulse(name)
    for source, target in (("A", "A"), ("A", "B"), ("B", "A")):
        pairs = [(draw.randrange(sizes[source]), draw.randrange(sizes[target])) for _ in range(150)]
        circuit.bb_edges(source, target, pairs, syn_type_id=[draw.choice((120, 13)) for _ in pairs], u_syn=[draw.random() for _ in pairs],
                         conductance=[draw.uniform(0.2, 1) for _ in pairs])
    check(program, circuit.write(), folder, [(2, 2), (3, 1)])
    check_whole_model(program, folder)
    check(program, ties.intfire(folder / "ties", 1), folder, [(2, 1), (4, 2)])


def check_whole_model(program, folder):
    """A circuit of the Blue Brain form whose edges say more than who hears whom: spontaneous events, overrides, replayed spikes and gap junctions. Each
    rank reads the synapses of its own cells only, unless a report looks at those of all."""
    import blue_brain
    import minimal

    (folder / "whole").mkdir()
    circuit, draw = blue_brain.Circuit(folder / "whole"), random.Random(4)
    circuit.balls("A", 12), circuit.balls("B", 9, exc_mini_frequency=[20.0] * 9, inh_mini_frequency=[10.0] * 9)
    circuit.virtual("V", 6), circuit.pulse("A")
    sizes = {"A": 12, "B": 9, "V": 6}
    for source, target, n in (("A", "A", 900), ("A", "B", 400), ("B", "A", 300), ("V", "A", 200), ("V", "B", 60)):
        pairs = [(draw.randrange(sizes[source]), draw.randrange(sizes[target])) for _ in range(n)]
        circuit.bb_edges(source, target, pairs, syn_type_id=[draw.choice((120, 13 if (source, target) != ("V", "B") else 120)) for _ in pairs],
                         u_syn=[draw.random() for _ in pairs], conductance=[draw.uniform(0.02, 0.1) for _ in pairs])
    # In a ring through all of A, so that ranks see one another's cells at every step.
    ring = [(k, (k + 1) % 12) for k in range(12)] + [((k + 1) % 12, k) for k in range(12)]
    circuit.bb_edges("A", "A", ring, "electrical", afferent_section_id=0, afferent_section_pos=0.5, conductance=0.5, afferent_junction_id=list(range(24)),
                     efferent_junction_id=[*range(12, 24), *range(12)])
    (folder / "whole/sets.json").write_text(json.dumps({"some": {"population": "A", "node_id": [0, 3, 4, 7, 11]}}))
    circuit.simulation["node_sets_file"] = "sets.json"
    circuit.simulation["connection_overrides"] = [
        {"name": "all", "source": "A", "target": "A", "weight": 1.5, "spont_minis": 15.0},
        {"name": "some", "source": "some", "target": "A", "weight": 0.5, "spont_minis": 30.0, "synapse_configure": "%s.Use = 0.8 %s.Dep *= 0.5"},
        {"name": "first", "source": "V", "target": "B", "synapse_configure": "%s.tau_d_NMDA = 20 + 10 * %s.Use"},  # of the first synapse, for all
        {"name": "late", "source": "A", "target": "some", "weight": 3.0, "delay": 50.0}]
    for number, population in enumerate("VA"):
        circuit.simulation["inputs"][f"replay{population}"] = {
            "input_type": "spikes", "module": "synapse_replay", "delay": 0, "duration": 1000, "node_set": "some" if population == "A" else "A",
            "spike_file": circuit.spike_file(f"{population}.h5", **{population: minimal.trains(number, sizes[population], 8, 100)})}
    reports, summary = circuit.simulation["reports"], folder / "summary.json"
    reports.update(current={"cells": "A", "variable_name": "i_membrane", "dt": 1}, gate={"cells": "B", "variable_name": "hh.m", "dt": 1},
                   sum={"type": "summation", "cells": "A", "variable_name": "i_membrane, pas", "sections": "soma", "dt": 1})
    config = circuit.write()
    check(program, config, folder, [(2, 2), (3, 1), (4, 1)])

    def read():
        program.run(4, "run", config, "--output-dir", folder / "out", "--quiet", "--no-html", "--summary", summary, "--threads", 1)
        said = json.loads(summary.read_text())
        return said["connections"], [part["connections_read"] for part in said["ranks"]["each"]]

    n, each = read()
    if not (sum(each) == n and max(each) < 0.4 * n):
        complain(f"four ranks read {each} of {n} connections")
    reports["sum"]["variable_name"] = "i_membrane, ProbAMPANMDA_EMS"
    circuit.write()
    check(program, config, folder, [(3, 1)])
    n, each = read()
    if each != 4 * [n]:
        complain(f"four ranks read {each} of {n} connections, where a report looks at synapses")


# ---- checkpoints


def lists(checkpoint):
    """All that a checkpoint says of the model."""
    found = {}
    with h5py.File(checkpoint) as file:
        file.visititems(lambda name, item: found.update({name: item[()].tobytes()}) if isinstance(item, h5py.Dataset) and item.dtype.kind in "fiu" else None)
    return found


def check_checkpoints(program, config, folder, killed=False):
    """Writes them with other numbers of ranks than it restarts with, undisturbed and killed."""
    text = json.loads(re.sub(r"^\s*//.*", "", Path(config).read_text(), flags=re.M))
    tstop, variable = text["run"]["tstop"], text["run"].get("integration_method") == "cvode"
    every = ["--checkpoint-every", f"{tstop * 0.3:.6g} ms"]
    begun = time.monotonic()
    folder = folder / Path(config).stem
    folder.mkdir()

    def run(ranks, out, *options):
        program.run(ranks, "run", config, "--output-dir", folder / out, "--quiet", "--no-html", "--threads", 1, "--flush", 0, *options)
        return contents(folder / out)

    expected = run(0, "whole", *every)
    for ranks in (3,):
        got = run(ranks, f"of{ranks}", *every)
        if got != expected:
            complain(f"{config}: checkpoints with {ranks} ranks change results")
        for kind in ("checkpoint", "checkpoint.previous"):
            one, other = lists(folder / f"whole.{kind}.h5"), lists(folder / f"of{ranks}.{kind}.h5")
            if different := sorted(name for name in {*one, *other} if one.get(name) != other.get(name)):
                complain(f"{config}: a {kind} of {ranks} ranks says other {different}")
    for ranks, of, kind in ((0, 3, "checkpoint.previous"), (4, 3, "checkpoint")):
        if run(ranks, f"of{of}", "--restart", folder / f"of{of}.{kind}.h5", *(every if variable else [])) != expected:
            complain(f"{config}: {ranks} ranks end with other results after the {kind} of {of}")
    if killed:
        kill_and_restart(program, config, folder, expected)
    print(f"{Path(config).stem}: {time.monotonic() - begun:.1f} s", flush=True)


def kill_and_restart(program, config, folder, expected):
    """One rank is killed at a random moment, again and again; each restart has another number of ranks."""
    out, file, rng = folder / "killed", folder / "killed.checkpoint.h5", random.Random(1)
    kills = 0
    for number in range(40):
        ranks = rng.choice((1, 2, 3, 4))
        goes_on = ["--restart", file] if file.exists() else []
        mark = f"{os.getpid()}_kill{number}"
        process = subprocess.Popen(program.words(ranks, "run", config, "--output-dir", out, "--quiet", "--no-html", "--threads", 1, "--flush", 0.02,
                                                 "--checkpoint-every", "0.02 s", *goes_on),
                                   stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**ENVIRONMENT, "RALL_TEST": mark})
        until = time.monotonic() + rng.uniform(0.2, 0.7)
        while process.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        victim = process_of_rank(rng.randrange(ranks), mark) if process.poll() is None else None
        if victim and kills < 4:
            kills += 1
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                pass
        said = process.communicate(timeout=60)[1]
        if process.returncode == 0:
            break
        if process.returncode != 137:
            return complain(f"{config}: exit {process.returncode} of a run that was killed: {said[-800:]}")
    print(f"    killed {kills} times")
    if kills == 0:
        complain(f"{config}: it was never killed")
    if contents(out) != expected:
        complain(f"{config}: killed and restarted it ends with other results")


def checkpoints(program, folder, cases, *names):
    import reproducible

    for name in names:
        check_checkpoints(program, Path(cases) / f"{name}.json", folder)
    check_checkpoints(program, reproducible.config(folder), folder)
    try:
        import balanced
    except ImportError as missing:
        return print(f"the balanced network is left out: {missing}")
    path = folder / "balanced.json"
    path.write_text(json.dumps(balanced.with_weights(balanced.network(40, 250, 0.025, 1))))
    check_checkpoints(program, path, folder, killed=True)


# ---- memory


def memory(program, folder, few=500_000, many=2_000_000):
    """What more edges take is little more than a quarter in a rank of four. (Few are enough that a file of them is read in more than one go.)"""
    sys.path.insert(0, str(HERE.parents[1] / "bench"))
    import edges

    def inline(path, cells, n):
        path.write_text(json.dumps({
            "cells": {"c": {"count": cells, "stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}}}},
            "synapses": {"s": {"mechanism": "ExpSyn", "cells": "c", "location": "soma(0.5)"}},
            "connections": [{"source": "c", "target": "s", "rule": "fixed_total_number", "N": n, "allow_multapses": True, "weight": 1e-6, "delay": 1}],
            "run": {"tstop": 0.025, "dt": 0.025}, "reports": {}}))
        return path

    for case in (*edges.TYPES, "inline"):
        peaks = {}
        for n in (few, many):
            where, cells = folder / f"{case}_{n}", 8 * 512  # in groups of 512 where they are artificial
            config = inline(where.with_suffix(".json"), cells, n) if case == "inline" else edges.write(where, case, cells, n)
            for ranks in (0, 4):
                summary = folder / "summary.json"
                program.run(ranks, "run", config, "--output-dir", folder / "out", "--quiet", "--no-html", "--threads", 1, "--summary", summary)
                said = json.loads(summary.read_text())
                assert said["connections"] == n, said
                peaks[n, ranks] = max(part["peak_memory_bytes"] for part in said["ranks"]["each"]) if ranks else said["peak_memory_bytes"]
        one, four = (peaks[many, ranks] - peaks[few, ranks] for ranks in (0, 4))
        print(f"{case}: {one / 1e6:.1f} MB of {many - few} edges in one process, {four / 1e6:.1f} in the largest of four ranks")
        if not four < 0.33 * one:
            complain(f"{case}: edges take {four / 1e6:.1f} MB of four ranks, {one / 1e6:.1f} of one")


# ---- faults

HH = {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {"hh": {}}}}}
SIMPLE = {
    "cells": {"c": {"count": 4, "stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": HH}},
    "run": {"tstop": 40, "dt": 0.025},
    "conditions": {"celsius": 6.3, "v_init": -65},
    "inputs": {"i": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.5, "delay": 1, "duration": 1e9, "node_set": "c"}},
    "reports": {"v": {"cells": "c", "variable_name": "v", "dt": 0.1}},
    "output": {"output_dir": "out"},
}


def written(path, **changes):
    content = json.loads(json.dumps(SIMPLE))
    for key, value in changes.items():
        section, name = key.split("__")
        content[section][name] = value
    path.write_text(json.dumps(content))
    return path


def process_of_rank(rank, mark):
    """The process id of a rank of the job whose environment has RALL_TEST=mark."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "environ").read_bytes().split(b"\0")
            name = (path / "comm").read_text().strip()
        except OSError:
            continue
        if name == "rall" and f"RALL_TEST={mark}".encode() in words and f"OMPI_COMM_WORLD_RANK={rank}".encode() in words:
            return int(path.name)
    return None


def signalled(program, config, folder, rank, number):
    """Sends a signal to one rank in the middle of a run. Returns exit code, what was said, and the seconds until all had ended."""
    out, mark = folder / f"signal{number}_{rank}", f"{os.getpid()}_{number}_{rank}"
    process = subprocess.Popen(program.words(2, "run", config, "--output-dir", out, "--no-html", "--flush", 0.05, "--threads", 1), stderr=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, env={**ENVIRONMENT, "RALL_TEST": mark})
    partial = out.with_name(f".{out.name}.partial") / "run.json"
    while process.poll() is None and not partial.exists():
        time.sleep(0.01)
    os.kill(process_of_rank(rank, mark), number)
    begun = time.monotonic()
    try:
        said = process.communicate(timeout=60)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        said = "it hangs"
    if process_of_rank(1 - rank, mark):
        complain(f"signal {number} to rank {rank}: the other goes on")
    return process.returncode, said, time.monotonic() - begun, out


def faults(program, folder):
    (folder / "hh.json").write_text(json.dumps(HH))

    def fails(what, words, code, *texts, start=None, cwd=None):
        begun = time.monotonic()
        done = subprocess.run(start or program.words(4, *words), capture_output=True, text=True, env=ENVIRONMENT, timeout=60, cwd=cwd)
        if done.returncode != code or time.monotonic() - begun > PATIENCE:
            complain(f"{what}: exit {done.returncode} after {time.monotonic() - begun:.1f} s: {done.stderr[-800:]}")
        for text in texts:
            if done.stderr.count(text) != 1:
                complain(f"{what}: says {done.stderr.count(text)} times '{text}': {done.stderr[-800:]}")

    good = written(folder / "good.json")
    quiet = ("--quiet", "--no-html", "--output-dir", folder / "out")
    fails("a config that is wrong on all ranks", ("run", written(folder / "wrong.json", run__dt=-1)), 1, "run.dt")
    fails("an option that there is not", ("run", good, "--no-such"), 2, "--no-such")
    fails("another verb", ("inspect", good), 2, "only `rall run` makes use")
    fails("no place for results", ("run", good, "--output-dir", "/proc/no/such"), 3, "/proc/no/such")
    # One cell of four goes wrong, so that one rank knows.
    diverging = written(folder / "diverging.json")
    content = json.loads(diverging.read_text())
    grows = {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {"pas": {"g": -0.02, "e": -70}}}}}  # without bound
    content["cells"]["odd"] = {**content["cells"]["c"], "count": 1, "biophysics": grows}
    diverging.write_text(json.dumps(content))
    fails("a cell that diverges", ("run", diverging, *quiet), 1, "odd")
    shell = [program.mpiexec, "-n", "2", "sh", "-c"]
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    fails("a rank without its file", (), 1, "cannot read this file",
          start=[*shell, f'[ "$OMPI_COMM_WORLD_RANK" = 0 ] || cd {elsewhere}; exec {program.rall} run good.json --quiet --no-html'], cwd=folder)
    fails("a rank without memory", (), 3, "not enough memory",
          start=[*shell, f'[ "$OMPI_COMM_WORLD_RANK" = 0 ] || ulimit -d 60000; exec {program.rall} run {large(folder)} --quiet --no-html --threads 1'], cwd=folder)

    long = written(folder / "long.json", run__tstop=1e6)
    for rank in (0, 1):
        code, said, seconds, out = signalled(program, long, folder, rank, signal.SIGKILL)
        if code == 0 or seconds > PATIENCE or "signal 9" not in said:
            complain(f"rank {rank} killed: exit {code} after {seconds:.1f} s: {said[-600:]}")
    code, said, seconds, out = signalled(program, long, folder, 1, signal.SIGTERM)
    if code != 143 or seconds > PATIENCE or said.count("rall: ended by SIGTERM") != 1 or not (out / "spikes.h5").exists():
        complain(f"SIGTERM to rank 1: exit {code} after {seconds:.1f} s: {said[-600:]}")


def large(folder):
    """A model that takes more memory than a rank without has."""
    path = folder / "large.json"
    written(path, cells__c={**SIMPLE["cells"]["c"], "count": 300000})
    return path


def main(rall, mpiexec, what, *arguments):
    with tempfile.TemporaryDirectory() as holder:
        {"equal": equal, "circuits": circuits, "checkpoints": checkpoints, "memory": memory, "faults": faults}[what](Program(rall, mpiexec), Path(holder), *arguments)
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
