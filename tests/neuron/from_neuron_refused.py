#!/usr/bin/python3
"""What rall.from_neuron cannot carry over is refused before anything runs, by its code and with the place.

    from_neuron_refused.py BUILD_DIR

Each case builds it beside a cell that could run, in an interpreter of its own.
"""
import multiprocessing
import sys
import types
from pathlib import Path

import neuron
from neuron import h
from nrnmod import NINE, load

import rall

h.load_file("stdrun.hoc")
CASES = {}
LOOKED_UP = """NEURON { SUFFIX lookedup NONSPECIFIC_CURRENT i RANGE i }
PARAMETER { on = 0 }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = 0 if (on > 0) { i = level(v) } }
FUNCTION_TABLE level(x (mV)) (mA/cm2)
"""
SHARED_NOISE = """NEURON { SUFFIX sharednoise NONSPECIFIC_CURRENT i RANGE i }
ASSIGNED { i (mA/cm2) }
BREAKPOINT { i = 1e-6*scop_random() }
"""


SHARED_GATE = """NEURON { SUFFIX sharedgate NONSPECIFIC_CURRENT i RANGE g GLOBAL minf }
PARAMETER { g = 1e-4 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) minf }
STATE { h }
INITIAL { minf = 1/(1 + exp(-(v + 40)/5)) h = 1 }
BREAKPOINT { SOLVE s METHOD cnexp i = g*minf*h*v }
DERIVATIVE s { minf = 1/(1 + exp(-(v + 40)/5)) h' = (minf - h)/10 }
"""


SHARED_TABLE = """NEURON { SUFFIX sharedtable NONSPECIFIC_CURRENT i RANGE g, shift }
PARAMETER { g = 1e-4 (S/cm2) shift = 0 (mV) }
ASSIGNED { v (mV) i (mA/cm2) minf }
BREAKPOINT { open(v) i = g*minf*v }
PROCEDURE open(v (mV)) { TABLE minf DEPEND shift FROM -100 TO 100 WITH 200
    minf = 1/(1 + exp(-(v + 40 + shift)/5)) }
"""


NOISE_BESIDE_A_POINTER = """NEURON { POINT_PROCESS Unsteady NONSPECIFIC_CURRENT i RANGE i POINTER vpre }
ASSIGNED { i (nA) vpre (mV) }
BREAKPOINT { i = 1e-6*scop_random()*vpre }
"""


STREAM_OF_DENSITY = """NEURON { SUFFIX densestream NONSPECIFIC_CURRENT i RANGE i
RANDOM r }
ASSIGNED { i (mA/cm2) }
BREAKPOINT { i = 1e-6*random_uniform(r) }
"""


DRAWING = """NEURON { ARTIFICIAL_CELL Drawing }
INITIAL { net_send(scop_random(), 1) }
NET_RECEIVE(w) { if (flag == 1) { net_event(t) net_send(scop_random(), 1) } }
"""


RESETTING = """NEURON { POINT_PROCESS Resetting }
ASSIGNED { v (mV) }
NET_RECEIVE(w (nA)) { if (v == -50) { v = -60 } }
"""


def case(code, place):
    def take(function):
        CASES[function.__name__] = (code, place, function)
        return function
    return take


@case("extracellular", "soma")
def extracellular(soma):
    soma.insert("extracellular")


@case("variable-step", "CVode")
def variable_step(soma):
    h.CVode().active(1)


@case("linear-mechanism", "LinearMechanism")
def linear_mechanism(soma):
    c, g, y, b = h.Matrix(1, 1, 2), h.Matrix(1, 1), h.Vector(1), h.Vector(1)
    return c, g, y, b, h.LinearMechanism(c, g, y, b)


@case("rounding", "the axial resistances that meet at soma(1) differ")
def resistivity_near_nothing(soma):
    soma.Ra = 1e-8
    dendrite = h.Section(name="dendrite")
    dendrite.L, dendrite.diam, dendrite.Ra = 200, 1, 150
    dendrite.connect(soma(1))
    return dendrite


@case("function-table", "level of lookedup")
def function_table_without_numbers(soma):
    soma.insert("lookedup")


@case("shared-variable", "minf, GLOBAL and ASSIGNED, of sharedgate")
def gate_of_all(soma):
    soma.nseg = 3
    soma.insert("sharedgate")
    stimulus = h.IClamp(soma(0.1))
    stimulus.dur, stimulus.amp = 5, 0.1
    return stimulus


@case("shared-table", "TABLE of sharedtable depends on shift")
def table_of_all(soma):
    soma.nseg = 3
    soma.insert("sharedtable")
    soma(0.1).sharedtable.shift = 5


@case("mechanism-not-read", "NET_RECEIVE sets v")
def potential_that_an_event_sets(soma):
    return h.Resetting(soma(0.5))


@case("random-generator", "sharednoise")
def generator_of_all(soma):
    soma.insert("sharednoise")


@case("random-generator", "Unsteady")
def generator_beside_a_pointer(soma):
    unsteady = h.Unsteady(soma(0.5))
    h.setpointer(soma(0.5)._ref_v, "vpre", unsteady)
    return unsteady


@case("random-generator", "Drawing")
def cell_that_draws_and_hears_a_cell(soma):
    drawing = h.Drawing()
    return drawing, h.NetCon(soma(0.5)._ref_v, drawing, sec=soma)


if not NINE:  # whose NetStims have a stream each
    @case("random-generator", "NetStim[0]")
    def stimulus_without_a_stream_that_hears_a_cell(soma):
        stimulus = h.NetStim()
        stimulus.noise, stimulus.number, stimulus.start = 1, 10, 1
        return stimulus, h.NetCon(soma(0.5)._ref_v, stimulus, sec=soma)


@case("vector-variable", "Vector[")
def records_a_weight(soma):
    synapse = h.ExpSyn(soma(0.5))
    wire = h.NetCon(soma(0.5)._ref_v, synapse, sec=soma)
    return synapse, wire, h.Vector().record(wire._ref_weight[0])


@case("record-kind", "of a statement")
def statement_played(soma):
    h("objref rall_values, rall_times")
    h("rall_values = new Vector(3)")
    h("rall_times = new Vector(3)")
    h.rall_times.indgen()
    h('rall_values.play("celsius = $1", rall_times, 1)', sec=soma)


@case("record-kind", "of a statement changes what Rall runs")
def statement_played_beside_own_cells(soma):
    drawing = h.Drawing()
    h("objref rall_values")
    h("rall_values = new Vector(3)")
    h.rall_values.indgen(6, 1)
    h('rall_values.play("celsius = $1", 2)', sec=soma)
    synapse = h.ExpSyn(soma(0.5))
    return drawing, synapse, h.NetCon(drawing, synapse)


@case("spike-statement", "soma(0.5)")
def statement_at_spikes(soma):
    wire = h.NetCon(soma(0.5)._ref_v, None, sec=soma)
    wire.record(lambda: None)
    return wire


@case("queue-statement", "ms runs a statement")
def statement_at_a_time(soma):
    return h.FInitializeHandler(lambda: h.CVode().event(1, lambda: None))


@case("advance-redefined", "advance()")
def advance(soma):
    h("proc advance() { fadvance() celsius = celsius + 0.01 }")


@case("fstim", "fstim of hoc")
def old_stimulus(soma):
    h("fstim(1)")


@case("time", "t = -0.01 ms")
def between_steps(soma):
    return lambda: setattr(h, "t", -0.01)


@case("not-initialized", "this model")
def changed_since(soma):
    return lambda: setattr(soma, "nseg", 3)


@case("neuron-layout", "is of neither version 8.2 nor 9")
def another_version(soma):
    neuron.__version__ = "10.0.0"


@case("neuron-layout", "its segments lie otherwise")
def segments_that_lie_otherwise(soma):
    from rall.neuron.layout import Node
    Node.rinv += 8


@case("neuron-layout", "its NetCons lie otherwise")
def connections_that_lie_otherwise(soma):
    from rall.neuron.layout import PreSyn
    PreSyn.threshold -= 8
    return h.NetCon(soma(0.5)._ref_v, None, sec=soma)


if NINE:
    @case("random-generator", "densestream is one of density")
    def stream_of_density(soma):
        soma.insert("densestream")

    @case("neuron-layout", "its nodes lie otherwise")
    def nodes_that_lie_otherwise(soma):
        from rall.neuron.layout import Node
        Node.thread += 8

    @case("neuron-layout", "the numbers of its mechanisms lie otherwise")
    def numbers_that_lie_otherwise(soma):
        from rall.neuron.layout import Prop
        Prop.row += 16


def one(name, sender):
    code, place, build = CASES[name]
    soma = h.Section(name="soma")
    soma.insert("hh")
    kept = build(soma)
    h.finitialize(-65)
    if isinstance(kept, types.FunctionType):
        kept()
    v = soma(0.5).v
    try:
        rall.psolve(5)
    except rall.neuron.Refused as refused:
        found = [(refusal.code, str(refusal)) for refusal in refused.refusals]
        sender.send("" if [code] == [c for c, _ in found] and place in found[0][1] else f"refused otherwise: {refused}")
    else:
        sender.send("it ran")
    assert soma(0.5).v == v


def mod_files(build_dir):
    """The mechanisms of the cases, written under `build_dir`."""
    folder = Path(build_dir) / "refused"
    folder.mkdir(parents=True, exist_ok=True)
    for text in LOOKED_UP, SHARED_GATE, SHARED_TABLE, SHARED_NOISE, NOISE_BESIDE_A_POINTER, STREAM_OF_DENSITY, DRAWING, RESETTING:
        (folder / f"{text.split()[3]}.mod").write_text(text)
    return sorted(folder.glob("*.mod"))


def main(build_dir):
    load(mod_files(build_dir), build_dir)
    failures = []
    for name in CASES:
        receiver, sender = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.get_context("fork").Process(target=one, args=(name, sender))
        child.start()
        child.join()
        failure = receiver.recv() if receiver.poll() else f"the process ended with {child.exitcode}"
        print(f"{name}: {failure or 'refused'}")
        if failure or child.exitcode:
            failures.append(name)
    if failures:
        sys.exit(f"not refused as expected: {', '.join(failures)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
