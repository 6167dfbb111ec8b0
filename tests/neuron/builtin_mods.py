#!/usr/bin/python3
"""The built-in mechanisms, run by NEURON: those that NEURON has too must give its traces to rounding; channels must have the
steady states, time constants and reversal that their papers print; synapses their peaks; pools their calcium.

    builtin_mods.py BUILTIN_DIR BUILD_DIR
"""
import sys
from math import exp, log
from pathlib import Path
from types import SimpleNamespace

from neuron import h
from nrnmod import load

h.load_file("stdrun.hoc")
h.usetable_hh = 0
NAMES = {}  # name in Rall -> name in this NEURON
FARADAY, R = 96485.33212331001, 8.31446261815324  # C/mol, J/(mol K); CODATA 2018


def close(what, got, expected, tolerance):
    assert abs(got - expected) <= tolerance * max(abs(expected), 1e-12), f"{what}: {got!r}, expected {expected!r}"


# ---- the same trace as NEURON's own mechanism ----------------------------------------------------------------------------

def traces(mechanism, attach=lambda soma, dend, own: [], v_init=-65, tstop=40):
    """v in soma and dendrite, and what `attach` returns to be recorded, of a ball and stick with `mechanism` everywhere."""
    soma, dend = h.Section(name="soma"), h.Section(name="dend")
    soma.L = soma.diam = 20
    dend.L, dend.diam, dend.nseg = 300, 2, 11
    dend.connect(soma(1))
    for section in (soma, dend):
        section.insert(mechanism)
    kept, recorded = attach(soma, dend)
    vectors = [h.Vector().record(ref) for ref in [soma(0.5)._ref_v, dend(0.7)._ref_v, *recorded]]
    h.celsius, h.dt, h.tstop = 6.3, 0.025, tstop
    h.finitialize(v_init)
    h.continuerun(tstop)
    return [list(vector) for vector in vectors]


def same(what, ours, neurons, allowed=1e-12):
    for a, b in zip(ours, neurons, strict=True):
        scale = max(map(abs, b))
        worst = max(abs(x - y) for x, y in zip(a, b, strict=True)) / scale
        assert max(b) - min(b) > 1e-6 * scale, f"{what}: nothing happens in this test"
        assert worst <= allowed, f"{what}: relative difference {worst}"
        print(f"  {what}: relative difference {worst:.1e}")


def step(kind):
    def attach(soma, _):
        clamp = getattr(h, kind)(soma(0.5))
        clamp.delay, clamp.dur, clamp.amp = 5.01, 20, 0.2
        return clamp, [clamp._ref_i]
    return attach


def our_step(soma, _):
    clamp = getattr(h, NAMES["IClamp"])(soma(0.5))
    setattr(clamp, "del", 5.01)
    clamp.dur, clamp.amp = 20, 0.2
    return clamp, [clamp._ref_i]


def clamp(kind):
    def attach(soma, _):
        electrode = getattr(h, kind)(soma(0.5))
        electrode.rs = 2
        electrode.dur1, electrode.amp1 = 5, -70
        electrode.dur2, electrode.amp2 = 10.01, -20
        electrode.dur3, electrode.amp3 = 8, -50
        return electrode, [electrode._ref_i, electrode._ref_vc]
    return attach


def amplifier(kind, levels, **parameters):
    """VClamp; ours has its three levels under names of their own."""
    def attach(soma, _):
        electrode = getattr(h, kind)(soma(0.5))
        for name, value in parameters.items():
            setattr(electrode, name, value)
        for k, (duration, amplitude) in enumerate(levels):
            if kind == "VClamp":
                electrode.dur[k], electrode.amp[k] = duration, amplitude
            else:
                setattr(electrode, f"dur{k + 1}", duration)
                setattr(electrode, f"amp{k + 1}", amplitude)
        return electrode, [electrode._ref_i, electrode._ref_vo, electrode._ref_e]
    return attach


def placed(kind, recorded, **parameters):
    """A point process in the soma beside a current that makes it fire."""
    def attach(soma, _):
        clamp, point = h.IClamp(soma(0.5)), getattr(h, kind)(soma(0.5))
        clamp.delay, clamp.dur, clamp.amp = 1, 40, 0.4
        for name, value in parameters.items():
            setattr(point, name, value)
        return (clamp, point), [getattr(point, f"_ref_{name}") for name in recorded]
    return attach


def synapse(kind, **parameters):
    def attach(_, dend):
        point = getattr(h, kind)(dend(0.3))
        for name, value in parameters.items():
            setattr(point, name, value)
        train = h.NetStim()
        train.start, train.interval, train.number = 3, 3.3, 5
        wire = h.NetCon(train, point, 0, 0.7, 0.004)
        return (point, train, wire), [point._ref_g, point._ref_i]
    return attach


def test_like_neurons_own():
    same("pas", traces(NAMES["pas"], step("IClamp"), v_init=-60), traces("pas", step("IClamp"), v_init=-60))
    same("hh", traces(NAMES["hh"], step("IClamp")), traces("hh", step("IClamp")))
    same("IClamp", traces("hh", our_step), traces("hh", step("IClamp")))
    same("SEClamp", traces("hh", clamp(NAMES["SEClamp"])), traces("hh", clamp("SEClamp")))
    same("ExpSyn", traces("hh", synapse(NAMES["ExpSyn"], tau=2)), traces("hh", synapse("ExpSyn", tau=2)))
    for tau1 in (0.5, 4, 1e-12):  # the second is made shorter than tau2, the third longer than tau2*1e-9
        same(f"Exp2Syn, tau1 = {tau1}", traces("hh", synapse(NAMES["Exp2Syn"], tau1=tau1, tau2=4)),
             traces("hh", synapse("Exp2Syn", tau1=tau1, tau2=4)))


def test_two_electrode_clamp_like_neurons():
    levels = [(5, -70), (10.01, -20), (8, -50)]
    for case in ({}, {"gain": 100, "tau1": 0.1, "tau2": 0.05}, {"gain": 1000, "tau2": 1, "rstim": 2}):  # dI/dv by difference here
        same(f"VClamp {case}", traces("hh", amplifier(NAMES["VClamp"], levels, **case)), traces("hh", amplifier("VClamp", levels, **case)), 1e-8)


def test_alpha_synapse_and_count_like_neurons():
    alpha = {"onset": 3.01, "tau": 1.3, "gmax": 0.05, "e": -10}
    same("AlphaSynapse", traces("hh", placed(NAMES["AlphaSynapse"], ["i"], **alpha)), traces("hh", placed("AlphaSynapse", ["i"], **alpha)))
    for v_init in (-65, 0):
        same(f"APCount from {v_init} mV", *(traces("hh", placed(kind, ["n", "time", "firing"], thresh=-10), v_init=v_init)
                                            for kind in (NAMES["APCount"], "APCount")))


def test_integrate_and_fire_cells_like_neurons():
    weights = (0.4, 0.8, 1.3, -0.5)
    events = [((37 * k * k % 2503) / 10, weights[k * 7 % 4 if k % 3 else k % 4]) for k in range(1, 121)]
    for kind, tolerance in (("IntFire1", 0), ("IntFire2", 1e-9), ("IntFire4", 2e-3)):  # ms; NEURON's IntFire4 fires within 1e-6 of 1
        for case in {"IntFire1": ({}, {"refrac": 2}), "IntFire2": ({}, {"ib": 1.2, "taus": 8, "taum": 6}, {"taus": 5}),
                     "IntFire4": ({}, {"taue": 2, "taum": 30}, {"taui1": 25, "taui2": 12})}[kind]:
            ours, neurons = train(NAMES[kind], events, **case), train(kind, events, **case)
            worst = max(abs(a - b) for a, b in zip(ours, neurons, strict=True))
            assert len(neurons) > 10 and worst <= tolerance, f"{kind} {case}: {worst} ms"
            print(f"  {kind} {case}: {len(ours)} spikes, {worst:.1e} ms apart")


# ---- generators: with NEURON 8's random numbers in place of RANDOM --------------------------------------------------------

def load_random(folder, build):
    """The files that use RANDOM, rewritten to draw from NEURON's global generator."""
    rewritten = Path(build) / "random"
    rewritten.mkdir(parents=True, exist_ok=True)
    for name in ("NetStim", "PoissonStim", "OUNoise"):
        text = (folder / f"{name}.mod").read_text()
        for old, new in (("    RANDOM r\n", ""), ("random_negexp(r)", "exprand(1)"), ("random_normal(r)", "normrand(0, 1)"),
                         ("random_setids(r, seed, 0, 1)", "")):
            text = text.replace(old, new)
        (rewritten / f"{name}.mod").write_text(text)
    return load(sorted(rewritten.glob("*.mod")), build)


def train(kind, events=(), tstop=400, **parameters):
    """Spike times of a generator that hears `events`, (time, weight)."""
    generator, times = getattr(h, kind)(), h.Vector()
    for name, value in parameters.items():
        setattr(generator, name, value)
    out, wires = h.NetCon(generator, None), [h.NetCon(None, generator, 0, 0, weight) for _, weight in events]
    out.record(times)
    h.NetStim().seed(7)
    h.dt = 0.025
    h.finitialize()
    for wire, (time, _) in zip(wires, events, strict=True):
        wire.event(time)
    h.continuerun(tstop)
    return list(times)


def test_netstim_sends_neurons_trains():
    cases = (dict(), dict(noise=1, number=40), dict(noise=0.3, number=15, interval=3.7, start=0), dict(noise=7, number=5), dict(number=0),
             dict(interval=0, start=10, number=4), dict(start=-1), dict(start=-1, noise=0.5, events=((20, 1), (30, 1), (90, -1), (120.5, 1))),
             dict(number=6, events=((70, -1), (75, 1), (80, 0), (300, 1))), dict(noise=1, number=1000, events=((200, -1),)))
    for case in cases:
        ours, neurons = train(NAMES["NetStim"], **case), train("NetStim", **case)
        assert ours == neurons, f"NetStim {case}: {ours}, in NEURON {neurons}"
    assert len(train(NAMES["NetStim"])) == 10


def test_poisson_train_has_its_rate_and_irregularity():
    times = train(NAMES["PoissonStim"], rate=500, start=100, dur=10000, tstop=12000)
    assert times[0] > 100 and times[-1] < 10100
    intervals = [b - a for a, b in zip(times, times[1:])]
    mean = sum(intervals) / len(intervals)
    spread = (sum((i - mean) ** 2 for i in intervals) / len(intervals)) ** 0.5
    close("mean interval", mean, 2, 0.05)  # about 5000 intervals: 3.5 standard errors
    close("coefficient of variation", spread / mean, 1, 0.05)
    assert train(NAMES["PoissonStim"], rate=0) == []


def test_ou_noise_has_its_moments_at_any_dt():
    for dt in (0.025, 1):
        section = h.Section(name="noisy")
        noise = getattr(h, NAMES["OUNoise"])(section(0.5))
        noise.mean, noise.std, noise.tau = 0.3, 0.2, 2
        trace = h.Vector().record(noise._ref_i)
        h.NetStim().seed(3)
        h.dt = dt
        h.finitialize(-65)
        for _ in range(100000):
            h.fadvance()
        i = trace.as_numpy()
        correlation = exp(-dt / 2)
        error = 4 * ((1 + correlation) / (1 - correlation) / len(i)) ** 0.5  # four standard errors of the mean, in std
        assert abs(i.mean() - 0.3) < 0.2 * error, f"mean {i.mean()}"
        close("standard deviation", i.std(), 0.2, error)
        lag = (i[1:] - i.mean()) @ (i[:-1] - i.mean()) / len(i) / i.var()
        assert abs(lag - correlation) < 0.02, f"correlation {lag}, expected {correlation}"


# ---- channels: steady states and time constants ---------------------------------------------------------------------------

def clamped(mechanism, v, celsius=6.3, cai=None, **parameters):
    """Every RANGE variable of the mechanism where `v` has been held for ever, as attributes."""
    section = h.Section(name="clamped")
    section.insert(NAMES[mechanism])
    segment = section(0.5)
    for name, value in parameters.items():
        setattr(getattr(segment, NAMES[mechanism]), name, value)
    if cai is not None and hasattr(segment, "cai"):
        segment.cai = cai
    h.celsius = celsius
    h.finitialize(v)
    suffix = "_" + NAMES[mechanism]
    variables = {variable.name().removesuffix(suffix): variable[0] for variable in getattr(segment, NAMES[mechanism])}
    return SimpleNamespace(**variables)


# Boltzmann curves 1/(1 + exp(-(v - half)/slope)): mechanism, gate, half (mV), slope (mV, negative: inactivation)
BOLTZMANN = [
    ("Nap", "h", -48.8, -10), ("K_P", "m", -14.3, 14.6), ("K_P", "h", -54, -11), ("K_T", "m", -47, 29), ("K_T", "h", -66, -10),
    ("Kd", "m", -43, 8), ("Kd", "h", -67, -7.3), ("Kv2like", "h1", -58, -11), ("Kv3_1", "m", 18.7, 9.7),
    ("Ca_LVA", "m", -40, 6), ("Ca_LVA", "h", -90, -6.4), ("cat", "m", -57, 6.2), ("cat", "h", -81, -4),
    ("Im", "m", -35, 5), ("Im_v2", "m", -48, 26.12 / 6), ("NaTa", "h", -69, -6), ("NaTs", "h", -66, -6),
]

# opening and closing rates (1/ms) as the papers write them: mechanism, gate, opening, closing
RATES = [
    ("hh", "m", lambda v: 0.1 * (v + 40) / (1 - exp(-(v + 40) / 10)), lambda v: 4 * exp(-(v + 65) / 18)),
    ("hh", "h", lambda v: 0.07 * exp(-(v + 65) / 20), lambda v: 1 / (1 + exp(-(v + 35) / 10))),
    ("hh", "n", lambda v: 0.01 * (v + 55) / (1 - exp(-(v + 55) / 10)), lambda v: 0.125 * exp(-(v + 65) / 80)),
    ("kv", "n", lambda v: 0.02 * (v - 25) / (1 - exp(-(v - 25) / 9)), lambda v: -0.002 * (v - 25) / (1 - exp((v - 25) / 9))),
    ("km", "n", lambda v: 0.001 * (v + 30) / (1 - exp(-(v + 30) / 9)), lambda v: -0.001 * (v + 30) / (1 - exp((v + 30) / 9))),
    ("na", "m", lambda v: 0.182 * (v + 25) / (1 - exp(-(v + 25) / 9)), lambda v: -0.124 * (v + 25) / (1 - exp((v + 25) / 9))),
    *((name, "m", lambda v: 0.055 * (-27 - v) / (exp((-27 - v) / 3.8) - 1), lambda v: 0.94 * exp((-75 - v) / 17))
      for name in ("ca", "cahva", "Ca_HVA")),
    *((name, "h", lambda v: 0.000457 * exp((-13 - v) / 50), lambda v: 0.0065 / (exp((-v - 15) / 28) + 1))
      for name in ("ca", "cahva", "Ca_HVA")),
    ("cal", "m", lambda v: 1.6 / (1 + exp(-0.072 * (v - 5))), lambda v: 0.02 * (v - 1.31) / (exp((v - 1.31) / 5.36) - 1)),
    ("Ih", "m", lambda v: 0.00643 * (v + 154.9) / (exp((v + 154.9) / 11.9) - 1), lambda v: 0.193 * exp(v / 33.1)),
    ("NaTs", "m", lambda v: 0.182 * (v + 40) / (1 - exp(-(v + 40) / 6)), lambda v: 0.124 * (-v - 40) / (1 - exp((v + 40) / 6))),
    ("NaTa", "m", lambda v: 0.182 * (v + 48) / (1 - exp(-(v + 48) / 6)), lambda v: 0.124 * (-v - 48) / (1 - exp((v + 48) / 6))),
]
# degC at which the rates hold, and the factor per 10 degC
TEMPERATURE = {"hh": (6.3, 3), "kv": (23, 2.3), "km": (23, 2.3), "na": (23, 2.3), "ca": (23, 2.3), "cahva": (23, 2.3),
               "cal": (23.5, 3), "NaTs": (23, 2.3), "NaTa": (23, 2.3), "Ih": (6.3, 1), "Ca_HVA": (6.3, 1)}


def time_constant(instance, gate):
    return getattr(instance, gate + ("Tau" if hasattr(instance, gate + "Tau") else "tau"))


def test_curves_have_published_half_and_slope():
    for mechanism, gate, half, slope in BOLTZMANN:
        for v, expected in ((half, 0.5), (half + slope * log(9), 0.9), (half - slope * log(9), 0.1)):
            close(f"{mechanism}.{gate} at {v} mV", getattr(clamped(mechanism, v), gate), expected, 1e-9)


def test_gates_follow_the_published_rates():
    for mechanism, gate, opening, closing in RATES:
        base, factor = TEMPERATURE[mechanism]
        for v in (-111.3, -70.2, -40.7, -12.1, 33.3):
            for celsius in (base, base + 10):
                instance = clamped(mechanism, v, celsius)
                a, b = opening(v), closing(v)
                close(f"{mechanism}.{gate} at {v} mV", getattr(instance, gate), a / (a + b), 1e-9)
                close(f"tau of {mechanism}.{gate} at {v} mV, {celsius} degC", time_constant(instance, gate),
                      1 / (a + b) / (factor if celsius > base else 1), 1e-9)


def test_singular_points_are_removed():
    for mechanism, gate, v in (("hh", "m", -40), ("hh", "n", -55), ("na", "m", -25), ("kv", "n", 25), ("km", "n", -30), ("ca", "m", -27),
                               ("Ca_HVA", "m", -27), ("cahva", "m", -27), ("cal", "m", 1.31), ("Ih", "m", -154.9),
                               ("NaTs", "m", -40), ("NaTs", "h", -66), ("NaTa", "m", -48), ("NaTa", "h", -69), ("Nap", "h", -17),
                               ("Nap", "h", -64.4), ("Kv2like", "m", 43)):
        at, below, above = (clamped(mechanism, v + d) for d in (0, -1e-3, 1e-3))
        close(f"{mechanism}.{gate} at {v} mV", getattr(at, gate), (getattr(below, gate) + getattr(above, gate)) / 2, 1e-7)
        if mechanism != "Kv2like":
            close(f"tau of {mechanism}.{gate}", time_constant(at, gate),
                  (time_constant(below, gate) + time_constant(above, gate)) / 2, 1e-7)


def test_hh_rests_where_hodgkin_and_huxley_say():
    rest = clamped("hh", -65)
    for gate, printed in (("m", 0.0529), ("h", 0.5961), ("n", 0.3177)):
        assert round(getattr(rest, gate), 4) == printed


def test_sodium_inactivates_at_minus_65():
    # Mainen & Sejnowski: half-inactivation -65 mV, slope 6.2 mV, seen at v + vshift
    for v, expected in ((-55, 0.5), (-55 - 6.2 * log(9), 0.9)):
        close("na.h", clamped("na", v).h, expected, 1e-9)
    close("na.h, vshift 0", clamped("na", -65, vshift=0).h, 0.5, 1e-9)


def test_a_current_is_half_open_at_published_voltages():
    for mechanism, half in (("kap", 11), ("kad", -1)):
        close(f"{mechanism}.n", clamped(mechanism, half, 24).n, 0.5, 1e-9)
        close(f"{mechanism}.l", clamped(mechanism, -56, 24).l, 0.5, 1e-9)
        close(f"{mechanism}.n, shifted", clamped(mechanism, half + 10, 24, vshift=10).n, 0.5, 1e-9)
        close(f"{mechanism}.taul", clamped(mechanism, -30, 24).taul, 5.2, 1e-9)
        close(f"{mechanism}.taul, shortest", clamped(mechanism, -80, 24).taul, 2, 1e-9)


def test_calcium_activated_channels():
    close("SK at its EC50", clamped("SK", -65, cai=0.00043).z, 0.5, 1e-9)
    close("SK tenfold higher", clamped("SK", -65, cai=0.0043).z, 1 / (1 + 10**-4.8), 1e-9)
    close("kca at 2 mM", clamped("kca", -65, cai=2).n, 0.5, 1e-9)
    close("tau of kca at rest", clamped("kca", -65, 23, cai=0.0001).ntau, 1 / (0.01 * 0.0001 + 0.02), 1e-9)


def test_calcium_currents_obey_goldman_hodgkin_katz():
    celsius, inner, outer = 34, 5e-5, 2.0  # NEURON's default concentrations of calcium
    kT_2F = 1000 * R * (celsius + 273.15) / (2 * FARADAY)
    for mechanism, gates in (("cat", lambda c: c.m**2 * c.h), ("cal", lambda c: c.m**2), ("cahva", lambda c: c.m**2 * c.h)):
        for v in (-60, -1e-5, 0, 1e-5, 40):
            channel, x = clamped(mechanism, v, celsius), v / kT_2F
            per_volume = (inner - outer * exp(-x)) * (x / (1 - exp(-x)) if abs(x) > 1e-3 else 1)
            close(f"{mechanism} at {v} mV", channel.ica, channel.pbar * gates(channel) * 2 * FARADAY * 1e-3 * per_volume,
                  1e-9 if abs(x) > 1e-3 else 1e-6)
        nernst = kT_2F * log(outer / inner)
        below, above = clamped(mechanism, nernst - 0.01, celsius).ica, clamped(mechanism, nernst + 0.01, celsius).ica
        assert below < 0 < above, f"{mechanism} does not reverse at {nernst} mV"


# ---- currents reverse and have their maximal conductance --------------------------------------------------------------------

def test_ohmic_currents_reverse_at_their_ions_potential():
    for mechanism, current, reversal in (
            *((name, "ina", 50) for name in ("na", "Nap", "NaTa", "NaTs")),
            *((name, "ik", -77) for name in ("kv", "km", "kca", "kap", "kad", "SK", "Im", "Im_v2", "K_P", "K_T", "Kd", "Kv2like", "Kv3_1")),
            *((name, "ica", 132.4579341637009) for name in ("ca", "Ca_HVA", "Ca_LVA")), ("Ih", "ihcn", -45)):
        parameter = "gkabar" if mechanism in ("kap", "kad") else "gbar"
        at, above = (clamped(mechanism, reversal + d, cai=0.001, **{parameter: 1}) for d in (0, 1))
        assert abs(getattr(at, current)) < 1e-9, f"{mechanism} does not reverse at {reversal}"
        conductance = getattr(above, "gka" if parameter == "gkabar" else "g")
        assert conductance > 0
        close(f"{mechanism}: current at 1 mV", getattr(above, current),
              conductance * (1e-4 if mechanism in ("na", "kv", "km", "ca", "kca") else 1), 1e-9)


# ---- calcium pools -----------------------------------------------------------------------------------------------------------

def test_pools_fill_and_empty_exponentially():
    for mechanism, influx, floor, decay in (("cad", 1, 100e-6, 200), ("CaDynamics", 0.05, 1e-4, 80)):
        section = h.Section(name="pool")
        section.insert(mechanism)
        section.insert("Ca_HVA")  # a calcium current that the clamped potential keeps constant
        section.gbar_Ca_HVA = 1e-5
        section.Ra = 100
        electrode = h.SEClamp(section(0.5))
        electrode.rs, electrode.dur1, electrode.amp1 = 1e-6, 1e9, -20
        section.cao = 2
        style = h.ion_style("ca_ion", 3, 1, 0, 0, 0, sec=section)  # eca stays as set
        section.eca = 120
        h.dt = 0.025
        h.finitialize(-20)
        close(f"{mechanism}: start", section.cai, floor, 1e-12)
        h.continuerun(50)
        current = section.ica
        assert current < 0 and style is not None
        level = -1e4 * current * influx / (2 * FARADAY * 0.1) * decay
        close(f"{mechanism}: after 50 ms", section.cai - floor, level * (1 - exp(-50 / decay)), 2e-3)


# ---- synapses ----------------------------------------------------------------------------------------------------------------

def response(kind, variable, tstop, times=(1,), weight=1e-6, v=-65, **parameters):
    """`variable` of a synapse every 0.025 ms, on a large compartment that hardly moves from `v`."""
    section = h.Section(name="target")
    section.L = section.diam = 1000
    point = getattr(h, NAMES[kind])(section(0.5))
    for name, value in parameters.items():
        setattr(point, name, value)
    wire = h.NetCon(None, point, 0, 0, weight)
    trace = h.Vector().record(getattr(point, "_ref_" + variable))
    h.dt = 0.025
    h.finitialize(v)
    for time in times:
        wire.event(time)
    h.continuerun(tstop)
    return list(trace)


def test_ampa_nmda_peaks_at_its_weight():
    close("AMPA", max(response("AMPANMDA", "g_AMPA", 5)), 1e-6, 1e-3)
    close("NMDA without magnesium", max(response("AMPANMDA", "g_NMDA", 20, mg=0)), 0.71e-6, 1e-3)
    for v in (-80, -40, 0, 40):
        free, blocked = (max(response("AMPANMDA", "g_NMDA", 20, v=v, mg=mg)) for mg in (0, 1))
        close(f"block at {v} mV", blocked / free, 1 / (1 + exp(-0.062 * v) / 3.57), 1e-4)


def test_gabaa_saturates_and_decays():
    g = response("GABAA", "g", 40, times=(1, 1.5))
    steady = 5 / 5.18
    first = steady * (1 - exp(-5.18))
    close("first pulse", g[round(1.25 / 0.025)], 1e-6 * first * exp(-0.18 * 0.25), 0.01)
    second = max(g)
    assert second < 1e-6 * steady, "receptors do not saturate"
    close("decay", g[round(11.6 / 0.025)] / g[round(1.6 / 0.025)], exp(-1.8), 1e-9)


def test_gabab_follows_the_g_protein():
    g = response("GABAB", "g", 500, weight=1)
    opened = 0.045 / 0.0462 * (1 - exp(-0.0462 * 0.3))
    for t in (50, 150, 400):
        G = 0.18 * opened / (0.034 - 0.0012) * (exp(-0.0012 * t) - exp(-0.034 * t))
        close(f"GABAB {t} ms after the spike", g[round((t + 1) / 0.025)], 0.001 * G**4 / (G**4 + 100), 0.01)


if __name__ == "__main__":
    folder, build = map(Path, sys.argv[1:])
    NAMES.update(load(sorted(folder.glob("*.mod")), build))
    NAMES.update(load_random(folder, build))
    setattr(h, f"usetable_{NAMES['hh']}", 0)
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            print(name)
            test()
    print(f"{len(NAMES)} mechanisms")
