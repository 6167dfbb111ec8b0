#!/usr/bin/python3
"""Models as users write them for NEURON, run there and by rall.psolve in the same process.

    from_neuron_models.py NAME MODS BUILD_DIR [--parts]     MODS: tests/neuron/mods

--parts: psolve is called five times, and between two calls the script does what it has put into keep.between.
A model is a function that builds it and returns what the script records: {name: Vector}. All must agree: spikes (names that begin with
"spikes") in the same step, times exactly, voltages within 1e-6 mV without spikes and 1e-3 with, all else within 1e-8 or 1e-4 of the largest.
"""
import argparse
import sys
from pathlib import Path

import numpy
from neuron import h
from nrnmod import NINE, load

import rall

h.load_file("stdrun.hoc")
MODELS = {}
MODS = ["Graded", "TransferredGap", "Wanderer", "ca_leak", "pool_a", *(["Dice"] if NINE else [])]  # RANDOM streams came with NEURON 9


class Keep(list):
    """What must live as long as the model."""

    def __init__(self):
        self.between = []  # procedures
        self.begin = []  # procedures that follow finitialize
        self.end = {}  # name -> what gives a number after the run


def model(function):
    MODELS[function.__name__] = function
    return function


class BallAndStick:
    """As in NEURON's tutorials."""

    def __init__(self, gid):
        self.gid = gid
        self.soma = h.Section(name="soma", cell=self)
        self.dend = h.Section(name="dend", cell=self)
        self.dend.connect(self.soma)
        self.soma.L = self.soma.diam = 12.6157
        self.dend.L, self.dend.diam, self.dend.nseg = 200, 1, 3
        for section in self.soma, self.dend:
            section.Ra, section.cm = 100, 1
        self.soma.insert("hh")
        for segment in self.soma:
            segment.hh.gnabar, segment.hh.gkbar, segment.hh.gl, segment.hh.el = 0.12, 0.036, 0.0003, -54.3
        self.dend.insert("pas")
        self.dend.g_pas, self.dend.e_pas = 0.001, -65
        self.syn = h.ExpSyn(self.dend(0.5))
        self.syn.tau = 2
        self.detector = h.NetCon(self.soma(0.5)._ref_v, None, sec=self.soma)
        self.spikes = h.Vector()
        self.detector.record(self.spikes)

    def __repr__(self):
        return f"BallAndStick[{self.gid}]"


@model
def ring(keep):
    """Cells under gids of a ParallelContext; recorded at every step, at times of its own, and with an interval."""
    context = h.ParallelContext()
    cells = [BallAndStick(gid) for gid in range(5)]
    for cell in cells:
        context.set_gid2node(cell.gid, 0)
        context.cell(cell.gid, cell.detector)
    for cell in cells:
        wire = context.gid_connect(cell.gid, cells[(cell.gid + 1) % 5].syn)
        wire.weight[0], wire.delay = 0.01, 5
        keep.append(wire)
    stimulus = h.NetStim()
    stimulus.number, stimulus.start = 1, 9
    wire = h.NetCon(stimulus, cells[0].syn)
    wire.delay, wire.weight[0] = 1, 0.04
    times, ids = h.Vector(), h.Vector()
    context.spike_record(-1, times, ids)

    def change(part):  # and a channel that comes and goes, and a cell that is pushed
        h.celsius = 20 + part
        cells[0].soma(0.5).hh.gkbar = 0.036 + 0.004 * part
        cells[3].soma(0.5).v += 2 * part
    keep.between.append(change)
    keep.append(h.FInitializeHandler(lambda: change(0)))
    sampled = h.Vector([0, 0.3, 1, 10.012, 10.013, 25, 60, 99.99])
    keep += [cells, stimulus, wire, sampled]
    return {"t": h.Vector().record(h._ref_t), "v soma": h.Vector().record(cells[0].soma(0.5)._ref_v), "v dend": h.Vector().record(cells[3].dend(0.5)._ref_v),
            "v end": h.Vector().record(cells[1].dend(1)._ref_v), "m": h.Vector().record(cells[2].soma(0.5).hh._ref_m, 0.1),
            "v uneven": h.Vector().record(cells[4].soma(0.5)._ref_v, 0.33), "v sampled": h.Vector().record(cells[0].soma(0.5)._ref_v, sampled),
            "g": h.Vector().record(cells[1].syn._ref_g), "ina": h.Vector().record(cells[1].soma(0.5)._ref_ina),
            "spikes": times, "ids": ids} | {f"spikes {cell.gid}": cell.spikes for cell in cells}


@model
def pointers(keep):
    """Graded synapses that look at another cell's voltage through a POINTER."""
    cells = [BallAndStick(gid) for gid in range(3)]
    for cell in cells:
        synapse = h.Graded(cell.dend(0.3))
        h.setpointer(cells[(cell.gid + 1) % 3].soma(0.5)._ref_v, "vpre", synapse)
        keep.append(synapse)
    stimulus = h.IClamp(cells[0].soma(0.5))
    stimulus.delay, stimulus.dur, stimulus.amp = 5, 60, 0.3
    keep += [cells, stimulus]
    return {f"v {cell.gid}": h.Vector().record(cell.dend(0.5)._ref_v) for cell in cells} | {f"spikes {cell.gid}": cell.spikes for cell in cells}


@model
def gap_junctions(keep):
    """Coupled by ParallelContext.source_var and target_var."""
    context = h.ParallelContext()
    cells = [BallAndStick(gid) for gid in range(4)]
    for cell in cells:
        context.source_var(cell.dend(0.9)._ref_v, 100 + cell.gid, sec=cell.dend)
    for cell in cells:
        for other in (cell.gid + 1) % 4, (cell.gid + 3) % 4:
            half = h.TransferredGap(cell.dend(0.9))
            half.g = 0.003
            context.target_var(half, half._ref_vgap, 100 + other)
            keep.append(half)
    context.setup_transfer()
    stimulus = h.IClamp(cells[0].soma(0.5))
    stimulus.delay, stimulus.dur, stimulus.amp = 5, 60, 0.4
    keep += [cells, stimulus, context]
    return {f"v {cell.gid}": h.Vector().record(cell.soma(0.5)._ref_v) for cell in cells} | {f"spikes {cell.gid}": cell.spikes for cell in cells}


@model
def played(keep):
    """Vectors move conductances, a current and a clamp's level, by steps and by straight lines."""
    cells = [BallAndStick(gid) for gid in range(3)]
    t = numpy.linspace(0, 100, 501)
    def play(values, target, *how):
        vectors = [h.Vector(values)] + [h.Vector(x) if isinstance(x, numpy.ndarray) else x for x in how]
        vectors[0].play(target, *vectors[1:])
        keep.extend(vectors)
    play(0.001 * (1 + numpy.sin(t / 5)), cells[0].dend(0.5).pas._ref_g, t, True)
    clamp = h.IClamp(cells[1].soma(0.5))
    clamp.delay, clamp.dur = 0, 1e9
    play(0.2 * (numpy.arange(40) % 3 == 0), clamp._ref_amp, 2.5)
    held = h.SEClamp(cells[2].soma(0.5))
    held.dur1, held.rs = 1e9, 1
    play(-65 + 5 * numpy.cos(t), held._ref_amp1, t, 1)
    leaking = [h.Vector().record(cells[0].dend(0.5).pas._ref_g)]
    play(0.12 + 0.01 * numpy.cos(t), cells[0].soma(0.5).hh._ref_gnabar, t)
    keep += [cells, clamp, held]
    return {"g": leaking[0], "i": h.Vector().record(held._ref_i), "amp": h.Vector().record(clamp._ref_amp)} | {
        f"v {cell.gid}": h.Vector().record(cell.soma(0.5)._ref_v) for cell in cells} | {f"spikes {cell.gid}": cell.spikes for cell in cells}


@model
def artificial_cells(keep):
    """Nothing but artificial cells, some of them noisy, and an event of the script's own."""
    stimuli, cells, found = [], [], {}
    for i in range(8):
        stimulus = h.NetStim()
        stimulus.interval, stimulus.number, stimulus.start, stimulus.noise = 5 + i, 1e9, i, 0.5 * (i % 2)
        stimulus.noiseFromRandom123(i, 2, 3)
        stimuli.append(stimulus)
    for i in range(6):
        cell = h.IntFire1() if i % 2 else h.IntFire2()
        if i % 2:
            cell.tau, cell.refrac = 10 + i, 2
        cells.append(cell)
    wires = []
    for i, stimulus in enumerate(stimuli):
        for k, cell in enumerate(cells):
            wire = h.NetCon(stimulus, cell)
            wire.weight[0], wire.delay = 0.3 if k % 2 else 0.4, 1 + 0.25 * ((i + k) % 3)
            wires.append(wire)
    for k, cell in enumerate(cells):
        wire = h.NetCon(cell, cells[(k + 1) % len(cells)])
        wire.weight[0], wire.delay = -0.2, 1.5
        found[f"spikes {k}"] = h.Vector()
        wire.record(found[f"spikes {k}"])
        wires.append(wire)
    quiet = h.NetCon(stimuli[0], cells[0])
    quiet.weight[0] = 5
    quiet.active(0)
    pushed = h.NetCon(None, cells[1])
    pushed.weight[0] = 2
    keep.between.append(lambda part: pushed.event(h.t + 3.21))
    keep += [stimuli, cells, wires, quiet, pushed, h.FInitializeHandler(lambda: pushed.event(3.21))]
    return found


@model
def ion_styles(keep):
    """Calcium that comes in and is pumped out, with a reversal potential that follows Nernst's equation, and with one that ion_style holds."""
    cells = [BallAndStick(gid) for gid in range(2)]
    found = {}
    for cell in cells:
        cell.soma.insert("ca_leak")
        cell.soma.insert("pool_a")
        cell.soma(0.5).ca_leak.g = 1e-4
        found |= {f"eca {cell.gid}": h.Vector().record(cell.soma(0.5)._ref_eca), f"cai {cell.gid}": h.Vector().record(cell.soma(0.5)._ref_cai),
                  f"v {cell.gid}": h.Vector().record(cell.soma(0.5)._ref_v)}
    h.ion_style("ca_ion", 3, 1, 0, 0, 0, sec=cells[1].soma)
    cells[1].soma.eca = 120
    stimulus = h.IClamp(cells[0].soma(0.5))
    stimulus.delay, stimulus.dur, stimulus.amp = 5, 60, 0.3
    keep += [cells, stimulus]
    return found | {f"spikes {cell.gid}": cell.spikes for cell in cells}


@model
def own_cells(keep):
    """Artificial cells that draw from NEURON's generators, and hear one another; a statement that is played to one of them."""
    cells = [BallAndStick(gid) for gid in range(3)]
    wanderers = [h.Wanderer() for _ in range(4)]
    stimuli = [h.NetStim() for _ in range(3)]
    random = h.Random()
    if NINE:  # whose NetStims draw from streams only
        random.Random123(3, 4, 5)
    stimuli[2].noiseFromRandom(random)
    found, wires = {}, []
    for stimulus in stimuli:
        stimulus.interval, stimulus.number, stimulus.start, stimulus.noise = 7, 1e9, 1, 1
    for i, source in enumerate([*wanderers, *stimuli]):
        wire = h.NetCon(source, cells[i % 3].syn)
        wire.weight[0], wire.delay = 0.03, 1 + 0.3 * i
        found[f"spikes of source {i}"] = h.Vector()
        wire.record(found[f"spikes of source {i}"])
        wires.append(wire)
    for i in range(4):
        wire = h.NetCon(stimuli[i % 2], wanderers[i])
        wire.weight[0], wire.delay = 1, 2.5
        wires.append(wire)
    wire = h.NetCon(cells[0].soma(0.5)._ref_v, cells[1].syn, sec=cells[0].soma)
    wire.weight[0], wire.delay = 0.02, 2
    h("objref rall_means")
    h("rall_means = new Vector(20)")
    h.rall_means.indgen(5, 1)
    h('rall_means.play("Wanderer[0].mean = $1", 10)')

    def seed():
        wanderers[0].seed(5)
        random.Random123(3, 4, 5) if NINE else random.MCellRan4(3, 4)
        random.negexp(1)

    keep += [cells, wanderers, stimuli, random, wires, wire, h.FInitializeHandler(0, seed)]
    keep.end = {"the generator's next": random.repick, "mean": lambda: wanderers[0].mean}
    return found | {f"v {cell.gid}": h.Vector().record(cell.soma(0.5)._ref_v) for cell in cells} | {f"spikes {cell.gid}": cell.spikes for cell in cells}


@model
def streams(keep):
    """Point processes with two RANDOM streams each, of ids that NEURON gives them and of the script's."""
    cells = [BallAndStick(gid) for gid in range(3)]
    dice = [h.Dice(cell.soma(0.5)) for cell in cells]
    dice[1].amount.set_ids(7, 8, 9)

    def begin():  # finitialize leaves streams where they are
        for die in dice:
            die.moment.set_seq(0)
            die.amount.set_seq(5)

    keep += [cells, dice, h.FInitializeHandler(0, begin)]
    return {f"i {k}": h.Vector().record(die._ref_i) for k, die in enumerate(dice)} | {f"v {cell.gid}": h.Vector().record(cell.soma(0.5)._ref_v) for cell in cells} | {
        f"spikes {cell.gid}": cell.spikes for cell in cells}


@model
def before_zero(keep):
    """A ring that begins at -12 ms, where NEURON takes the steps itself; the first cell is above its threshold at 0."""
    found = ring(keep)
    keep.begin.append(lambda: setattr(h, "t", -12))
    return found


TSTOP = 100


def main(name, mods, build_dir, in_parts):
    load([Path(mods) / f"{name}.mod" for name in MODS], build_dir)
    keep = Keep()
    vectors = MODELS[name](keep)
    context = h.ParallelContext()
    context.set_maxstep(10)
    h.CVode().cache_efficient(in_parts)  # NEURON then moves what it holds whenever the model changes

    def run(solve):
        h.celsius = 20
        h.finitialize(-65)
        for procedure in keep.begin:
            procedure()
        for part in range(1, 5 if in_parts else 1):
            solve(TSTOP * part / 5)
            for change in keep.between:
                change(part)
        solve(TSTOP)
        ends = {key: numpy.array([number()]) for key, number in keep.end.items()}
        return {key: numpy.array(vector.to_python()) for key, vector in vectors.items()} | ends, numpy.array([s.v for section in h.allsec() for s in section]), h.t

    def steps(tstop):
        while h.t < tstop - h.dt / 2:
            h.fadvance()

    # psolve of NEURON begins at 0 whatever h.t is.
    (expected, v, t), (found, own_v, own_t) = run(steps if keep.begin else context.psolve), run(rall.psolve)
    any_spikes = any(len(values) for key, values in expected.items() if key.startswith("spikes"))
    failures = []
    expected |= {"v at the end": v, "t": expected.get("t", numpy.array([t]))}
    found |= {"v at the end": own_v, "t": found.get("t", numpy.array([own_t]))}
    for key, theirs in expected.items():
        ours = found[key]
        if len(ours) != len(theirs):
            failures.append(f"{key}: {len(ours)} numbers, in NEURON {len(theirs)}")
            continue
        difference = numpy.abs(ours - theirs).max() if len(ours) else 0
        limit = (0 if key in ("t", "ids") else h.dt / 2 if key.startswith("spikes") else (1e-3 if any_spikes else 1e-6) if key.startswith("v ")
                 else (1e-4 if any_spikes else 1e-8) * numpy.abs(theirs).max())
        print(f"{key}: {len(ours)} numbers differ by {difference:.2e} at most (allowed {limit:.1e})")
        if not difference <= limit:
            failures.append(f"{key}: {difference}")
    if name != "played" and not any_spikes:
        failures.append("nothing spikes: this compares too little")
    if failures:
        sys.exit("\n".join(["differs from NEURON:", *failures]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for argument in "name", "mods", "build_dir":
        parser.add_argument(argument)
    parser.add_argument("--parts", action="store_true")
    given = parser.parse_args()
    main(given.name, given.mods, given.build_dir, given.parts)
