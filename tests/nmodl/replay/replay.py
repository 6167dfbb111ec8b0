#!/usr/bin/python3
"""Mechanisms of our own, one per feature of the language, run by NEURON and by the kernels that rall-nmodl makes of them:
fed NEURON's potential step by step, every variable a user can see must take NEURON's values, every event NEURON's time.

    replay/replay.py [--show PASS] RALL_NMODL SOURCE_DIR BUILD_DIR INCLUDE_DIRS [MOD...]    (INCLUDE_DIRS separated by ':')

With --show NEURON gets what `rall-nmodl --show PASS` prints of each file: it must mean the same.
A file whose method is not exact says how far it may be from NEURON, and why, in a line ": replay tolerance 1e-6: the reason".
"""
import ctypes
import re
import subprocess
import sys
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_double, c_int
from math import inf
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "neuron"))
from neuron import h  # noqa: E402
from nrnmod import load, mod_text  # noqa: E402

ROLES = ["parameter", "changed_parameter", "global", "state", "carried", "observable", "ion_read", "ion_write", "diam",
         "area", "random"]
FIELDS = ["none", "reversal", "inner", "outer", "current"]
ARTIFICIAL = 2
DT, STEPS, CELSIUS, V_INIT = 0.025, 400, 30, -65
EXACT = 1e-11
ARRIVALS = 1.003, 2.511, 3.008, 7.004  # of the events that a connection brings, ms
WEIGHT = 0.002
CALL = [c_double] * 4  # t, dt, celsius, v


class Interface(ctypes.Structure):
    """The struct of that name in instance.hpp."""
    _fields_ = [
        ("kind", c_int), ("n_net_args", c_int), ("has_receive", c_int),
        ("variable", CFUNCTYPE(c_int, c_int, POINTER(c_char_p), *[POINTER(c_int)] * 2, POINTER(c_double), POINTER(c_int))),
        ("element", CFUNCTYPE(POINTER(c_double), c_int)),
        ("initial", CFUNCTYPE(None, *CALL)),
        ("current", CFUNCTYPE(None, *CALL, POINTER(c_double), POINTER(c_double))),
        ("state", CFUNCTYPE(None, *CALL)),
        ("receive", CFUNCTYPE(None, *CALL, POINTER(c_double), c_double)),
        ("connect", CFUNCTYPE(None, *CALL, POINTER(c_double))),
        ("take_event", CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_double), POINTER(c_double))),
    ]


def build_kernels(rall_nmodl, mods, source, build, includes):
    """One library with the kernels of all files: {name: Interface}."""
    subprocess.run([rall_nmodl, *mods, "--output-dir", build], check=True, stderr=subprocess.PIPE)
    headers = [build / f"{name_of(mod)}.hpp" for mod in mods]
    lines = [f'#include "{header}"' for header in headers] + ['#include "instance.hpp"', "using namespace rall;"]
    for header in headers:
        struct = re.search(r"^struct (\w+) {", header.read_text(), re.M)[1]  # "explicit" is called explicit_ in C++
        lines.append(f'extern "C" replay::Interface const replay_{header.stem} = replay::interface_of<mechanism::{struct}>;')
    everything = build / "kernels.cpp"
    everything.write_text("\n".join(lines) + "\n")
    library = build / "kernels.so"
    subprocess.run(["c++", "-std=c++20", "-O1", "-ffp-contract=off", "-shared", "-fPIC", f"-I{source / 'replay'}",
                    *(f"-I{i}" for i in includes), everything, "-o", library], check=True)
    lib = ctypes.CDLL(str(library))
    return {header.stem: Interface.in_dll(lib, f"replay_{header.stem}") for header in headers}


def name_of(mod):
    return re.search(r"\b(?:SUFFIX|POINT_PROCESS|ARTIFICIAL_CELL)\s+(\w+)", mod_text(mod))[1]


class Kernel:
    """The generated code of one mechanism."""

    def __init__(self, lib):
        self.lib = lib
        self.variables = {}  # name -> [(role, field, element, size)]
        text, value = c_char_p(), c_double()
        role, field, size = c_int(), c_int(), c_int()
        number = element = 0
        while self.lib.variable(number, *map(ctypes.byref, (text, role, field, value, size))):
            entry = (ROLES[role.value], FIELDS[field.value], element, size.value)
            self.variables.setdefault(text.value.decode(), []).append(entry)
            for i in range(size.value):
                self.lib.element(element + i)[0] = value.value
            number, element = number + 1, element + size.value

    def call(self, function, t, v, *more):
        getattr(self.lib, function)(t, DT, CELSIUS, v, *more)

    def current(self, t, v):
        i, g = c_double(), c_double()
        self.call("current", t, v, ctypes.byref(i), ctypes.byref(g))
        return i.value, g.value

    def events(self):
        """What was sent since the last call: (is it a net_event, delay or time, flag)."""
        kind, time, flag = c_int(), c_double(), c_double()
        while self.lib.take_event(*map(ctypes.byref, (kind, time, flag))):
            yield kind.value == 1, time.value, flag.value

    def each(self, *roles):
        for name, entries in self.variables.items():
            for role, field, element, size in entries:
                if role in roles:
                    yield name, field, element, size


class Neuron:
    """The mechanism in NEURON, on one compartment whose potential a clamp moves about."""

    def __init__(self, name, kind):
        self.soma = h.Section(name="soma")
        self.soma.L = self.soma.diam = 20
        self.segment = self.soma(0.5)
        self.name, self.is_point, self.is_artificial = name, kind != 0, kind == ARTIFICIAL
        if self.is_artificial:
            self.point = getattr(h, name)()
        elif self.is_point:
            self.point = getattr(h, name)(self.segment)
        else:
            self.soma.insert(name)
        self.clamp = h.SEClamp(self.segment)
        self.clamp.rs = 0.3
        self.clamp.dur1, self.clamp.amp1 = 1.5, -70
        self.clamp.dur2, self.clamp.amp2 = 4, 10
        self.clamp.dur3, self.clamp.amp3 = 3, -45

    @property
    def v(self):
        return 0 if self.is_artificial else self.segment.v

    def get(self, variable, i=0, is_ion=False):
        """The variable's value; None where NEURON does not show it."""
        owner = self.segment if is_ion else self.point if self.is_point else getattr(self.segment, self.name)
        value = getattr(owner, variable, None)
        if value is None and not is_ion:
            value = getattr(h, f"{variable}_{self.name}", None)  # GLOBAL
        return value if value is None or isinstance(value, float) else value[i]


def compare(name, mod, neuron_name, interface):
    kernel = Kernel(interface)
    neuron = Neuron(neuron_name, interface.kind)
    try:
        setattr(h, f"usetable_{neuron_name}", 0)
    except LookupError:
        pass
    arrivals, args, connection = [], (c_double * 8)(), None
    fired = h.Vector()  # times of NEURON's net_events
    if interface.has_receive:
        connection = h.NetCon(None, neuron.point)
        connection.weight[0] = args[0] = WEIGHT
        arrivals = [(t, 0.0) for t in ARRIVALS]
        listener = h.NetCon(neuron.point, None)
        listener.record(fired)

    h.celsius, h.dt = CELSIUS, DT
    h.finitialize(V_INIT)
    for t, _ in arrivals:
        connection.event(t)

    def ions(read_current):
        for ion, field, element, _ in kernel.each("ion_read"):
            if (field == "current") == read_current:
                kernel.lib.element(element)[0] = neuron.get(ion, 0, True)

    for _, _, element, _ in kernel.each("diam"):
        kernel.lib.element(element)[0] = neuron.soma.diam
    for _, _, element, _ in kernel.each("area"):
        kernel.lib.element(element)[0] = neuron.segment.area()
    for ion, field, element, _ in kernel.each("ion_write"):
        if field in ("inner", "outer"):
            kernel.lib.element(element)[0] = getattr(h, f"{ion}0_{ion[:-1]}_ion")
    worst, compared, events, pending = (0, "", 0), set(), [], list(arrivals)

    def take_events(now):
        for is_net_event, time, flag in kernel.events():
            if is_net_event:
                events.append(time)
            else:
                pending.append((now + time, flag))

    def check(t):
        nonlocal worst

        def value(variable, ours, theirs):
            nonlocal worst
            compared.add(variable)
            difference = abs(ours - theirs) / max(abs(theirs), 1e-6) if ours == ours else inf
            worst = max(worst, (difference, variable, t))

        for variable, field, element, size in kernel.each("changed_parameter", "state", "carried", "observable", "ion_write"):
            for i in range(size):
                theirs = neuron.get(variable, i, field != "none")
                if theirs is not None:
                    value(variable, kernel.lib.element(element + i)[0], theirs)
        for i in range(interface.n_net_args):
            value(f"weight[{i}]", args[i], connection.weight[i])

    ions(False), ions(True)
    v_init = 0 if neuron.is_artificial else V_INIT
    kernel.call("initial", 0, v_init)
    kernel.call("connect", 0, v_init, args)
    take_events(0)
    kernel.current(0, v_init)
    check(0)
    for step in range(STEPS):
        t, v = step * DT, neuron.v
        for when, flag in sorted(e for e in pending if e[0] <= t + DT / 2):
            pending.remove((when, flag))
            kernel.call("receive", when, v, args, flag)
            take_events(when)
        ions(False)
        if not neuron.is_artificial:
            kernel.current(t + DT / 2, v)
        h.fadvance()
        ions(True)
        if not neuron.is_artificial:
            kernel.call("state", t + DT, neuron.v)
        check(t + DT)
    stated = re.search(r"replay tolerance (\S+):", mod_text(mod))
    allowed = float(stated[1]) if stated else EXACT
    print(f"{name:12} {len(compared):2} variables, largest relative difference {worst[0]:.1e} "
          f"({worst[1]} at {worst[2]:g} ms)" + (f", {len(events)} events" if events else ""))
    assert compared, f"{name}: NEURON shows no variable to compare"
    assert worst[0] <= allowed, f"{name}: {worst[1]} differs at {worst[2]} ms"
    theirs = list(fired)
    same = len(events) == len(theirs) and all(abs(a - b) < 1e-9 for a, b in zip(events, theirs))
    assert same, f"{name}: events at {events}, in NEURON at {theirs}"


def shown(mod, shown_pass, rall_nmodl, build):
    """The file that `--show` prints of another."""
    result = build / shown_pass / mod.name
    result.parent.mkdir(exist_ok=True)
    text = subprocess.run([rall_nmodl, "--show", shown_pass, mod], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout
    result.write_bytes(text)
    return result


def main():
    arguments = sys.argv[1:]
    shown_pass = arguments[1] if arguments[0] == "--show" else None
    rall_nmodl, source, build, includes, *mods = arguments[2 if shown_pass else 0:]
    source, build = Path(source), Path(build)
    build.mkdir(parents=True, exist_ok=True)
    mods = [Path(m) for m in mods] or sorted((source / "mod").glob("*.mod"))
    names = load([shown(m, shown_pass, rall_nmodl, build) for m in mods] if shown_pass else mods, build)
    try:
        kernels = build_kernels(rall_nmodl, mods, source, build, includes.split(":"))
    except subprocess.CalledProcessError as error:
        sys.exit((error.stderr or b"").decode(errors="replace") + str(error))
    failed = []
    for mod in mods:
        name = name_of(mod)
        try:
            compare(name, mod, names[name], kernels[name])
        except AssertionError as error:
            print("FAILED", error)
            failed.append(name)
    sys.exit(1 if failed else 0)


main()
