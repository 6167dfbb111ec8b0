"""Times NEURON on a Rall config: neuron_side.py CONFIG BUILTIN_DIR BUILD_DIR [--exact] [--coreneuron] [--library FILE] [--spikes FILE]. Prints seconds of the time loop and
spikes as JSON.

NEURON's best setting: cache_efficient, the rate tables of its hh (usetable_hh = 1; --exact: its formulas), as many steps at once as delays allow
(psolve). "integration_method": "cvode" is its CVODE with local steps and default tolerances. With --coreneuron the loop is CoreNEURON's (NEURON 9, this
Python's), whose mechanisms the environment's CORENEURONLIB may name. --library is where all mechanisms of the model are already.
"""
import argparse
import ctypes
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "neuron"))
import reference  # noqa: E402
from neuron import h  # noqa: E402



def said_by(act):
    """What is written to standard output meanwhile, from C++ too."""
    sys.stdout.flush()
    with tempfile.TemporaryFile() as file:
        kept = os.dup(1)
        os.dup2(file.fileno(), 1)
        act()
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        file.seek(0)
        return file.read().decode()


parser = argparse.ArgumentParser()
parser.add_argument("config", type=Path)
parser.add_argument("builtin_dir", type=Path)
parser.add_argument("build_dir", type=Path)
parser.add_argument("--exact", action="store_true")
parser.add_argument("--coreneuron", action="store_true")
parser.add_argument("--library", type=Path)
parser.add_argument("--spikes", type=Path, help="write [gid, step] of all spikes to this file")
arguments = parser.parse_args()
if arguments.library:
    h.nrn_load_dll(str(arguments.library))
    reference.load, reference.Model.mechanism = lambda files, build_dir: {}, lambda model, name, folders=(): name
model = reference.Model(arguments.config, arguments.builtin_dir, arguments.build_dir)
settings, conditions = model.config["run"], model.config["conditions"]
cvode, parallel = h.CVode(), h.ParallelContext()
cvode.cache_efficient(1)
variable = settings.get("integration_method") == "cvode"
if variable:
    cvode.active(1)
    cvode.use_local_dt(1)
h.usetable_hh = 0 if arguments.exact else 1
h.celsius, h.dt = conditions["celsius"], settings["dt"]
times, gids = h.Vector(), h.Vector()
if arguments.coreneuron:
    from neuron import coreneuron
    coreneuron.enable, coreneuron.verbose, coreneuron.cell_permute = True, 2, 0
    for cell in model.cells:
        segment = cell.segment(cell.spike_location)
        wire = h.NetCon(segment._ref_v, None, sec=segment.sec)
        wire.threshold = cell.spike_threshold
        parallel.set_gid2node(cell.gid, 0)
        parallel.cell(cell.gid, wire)
    parallel.spike_record(-1, times, gids)
else:
    watched = [(cell.gid, model.watch(cell)) for cell in model.cells]
parallel.set_maxstep(10)
h.finitialize(conditions["v_init"])
for wire, due in model.trains:
    for when in due:
        wire.event(when)
advance = cvode.solve if variable else parallel.psolve
first = 0
if not variable and not arguments.coreneuron:
    advance(5 * h.dt)
    first = h.t
begin, processor = time.perf_counter(), time.process_time()
if arguments.coreneuron:
    said = said_by(lambda: advance(settings["tstop"]))
else:
    advance(settings["tstop"])
whole = settings["tstop"] / (settings["tstop"] - first)
seconds, processor = (time.perf_counter() - begin) * whole, (time.process_time() - processor) * whole
if arguments.coreneuron:  # without the copies from NEURON and back
    seconds, begun = float(re.search(r"Solver Time\s*:\s*([\d.eE+-]+)", said)[1]), seconds
    processor *= seconds / begun
if not arguments.coreneuron:
    for gid, of_cell in watched:
        times.append(of_cell)
        gids.append(h.Vector(len(of_cell), gid))
if arguments.spikes:
    arguments.spikes.write_text(json.dumps(sorted([int(gid), round(when / h.dt)] for gid, when in zip(gids, times))))
print(json.dumps({"seconds": seconds, "processor": processor, "spikes": len(times), "version": h.nrnversion(),
                  "compartments": sum(section.nseg for section in h.allsec())}))
