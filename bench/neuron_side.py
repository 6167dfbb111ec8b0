"""Times NEURON on a Rall config: neuron_side.py CONFIG BUILTIN_DIR BUILD_DIR. Prints seconds of the time loop and spikes as JSON.

NEURON's best setting: cache_efficient, and the rate tables of its hh (usetable_hh = 1). "integration_method": "cvode" is its CVODE with local
steps and default tolerances.
"""
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "neuron"))
import reference  # noqa: E402
from neuron import h  # noqa: E402

config, builtin_dir, build_dir = map(Path, sys.argv[1:4])
model = reference.Model(config, builtin_dir, build_dir)
settings, conditions = model.config["run"], model.config["conditions"]
cvode = h.CVode()
cvode.cache_efficient(1)
variable = settings.get("integration_method") == "cvode"
if variable:
    cvode.active(1)
    cvode.use_local_dt(1)
h.celsius, h.dt = conditions["celsius"], settings["dt"]
spikes = [model.watch(cell) for cell in model.cells]
h.finitialize(conditions["v_init"])
for wire, times in model.trains:
    for when in times:
        wire.event(when)
if variable:
    begin = time.perf_counter()
    cvode.solve(settings["tstop"])
    seconds = time.perf_counter() - begin
else:
    h("proc advance_to() { while (t < $1 - dt/2) { fadvance() } }")
    h.advance_to(5 * h.dt)
    begin, first = time.perf_counter(), h.t
    h.advance_to(settings["tstop"])
    seconds = time.perf_counter() - begin
    seconds *= settings["tstop"] / (settings["tstop"] - first)
print(json.dumps({"seconds": seconds, "spikes": int(sum(len(times) for times in spikes)), "version": h.nrnversion(),
                  "compartments": sum(section.nseg for section in h.allsec())}))
