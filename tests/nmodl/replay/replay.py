#!/usr/bin/python3
"""Mechanisms of our own, one per feature of the language, run by NEURON and by the kernels that rall-nmodl makes of them:
fed NEURON's potential step by step, every variable a user can see must take NEURON's values.

    replay/replay.py RALL_NMODL SOURCE_DIR BUILD_DIR INCLUDE_DIRS [MOD...]      (INCLUDE_DIRS separated by ':')
"""
import ctypes
import re
import subprocess
import sys
from math import ceil, inf
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "neuron"))
from neuron import h  # noqa: E402
from nrnmod import load  # noqa: E402

ROLES = ["parameter", "changed_parameter", "global", "state", "carried", "observable", "ion_read", "ion_write", "diam",
         "area", "random"]
FIELDS = ["none", "reversal", "inner", "outer", "current"]
TOLERANCE = {"nonlin": 1e-6, "cascade": 1e-9}  # NEURON's Newton iteration stops when a change is below 1e-6
DT, STEPS, CELSIUS = 0.025, 400, 30


class Kernel:
    """The generated code of one mechanism, compiled here."""

    def __init__(self, name, header, source, includes, build):
        library = build / f"{name}.so"
        struct = re.search(r"^struct (\w+) {", header.read_text(), re.M)[1]  # "explicit" is called explicit_ in C++
        subprocess.run(["c++", "-std=c++20", "-O1", "-ffp-contract=off", "-shared", "-fPIC", "-include", header,
                        f"-DMECHANISM={struct}", *(f"-I{i}" for i in includes), source, "-o", library], check=True)
        self.lib = ctypes.CDLL(str(library))
        self.lib.element.restype = ctypes.POINTER(ctypes.c_double)
        self.variables = {}  # name -> [(role, field, element, size)]
        self.initial_values = []
        text, value = ctypes.c_char_p(), ctypes.c_double()
        role, field, size = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
        number = element = 0
        while self.lib.variable(number, *map(ctypes.byref, (text, role, field, value, size))):
            entry = (ROLES[role.value], FIELDS[field.value], element, size.value)
            self.variables.setdefault(text.value.decode(), []).append(entry)
            for i in range(size.value):
                self.lib.element(element + i)[0] = value.value
            number, element = number + 1, element + size.value

    def call(self, function, t, v, *more):
        getattr(self.lib, function)(*(ctypes.c_double(x) for x in (t, DT, CELSIUS, v)), *more)

    def current(self, t, v):
        i, g = ctypes.c_double(), ctypes.c_double()
        self.call("current", t, v, ctypes.byref(i), ctypes.byref(g))
        return i.value, g.value

    def events(self):
        when, flag = ctypes.c_double(), ctypes.c_double()
        while self.lib.take_event(ctypes.byref(when), ctypes.byref(flag)):
            yield when.value, flag.value

    def each(self, *roles):
        for name, entries in self.variables.items():
            for role, field, element, size in entries:
                if role in roles:
                    yield name, field, element, size


class Neuron:
    """The mechanism in NEURON, on one compartment whose potential a clamp moves about."""

    def __init__(self, name, is_point):
        self.soma = h.Section(name="soma")
        self.soma.L = self.soma.diam = 20
        self.segment = self.soma(0.5)
        if is_point:
            self.point = getattr(h, name)(self.segment)
        else:
            self.soma.insert(name)
        self.name, self.is_point = name, is_point
        self.clamp = h.SEClamp(self.segment)
        self.clamp.rs = 0.3
        self.clamp.dur1, self.clamp.amp1 = 1.5, -70
        self.clamp.dur2, self.clamp.amp2 = 4, 10
        self.clamp.dur3, self.clamp.amp3 = 3, -45

    def get(self, variable, i=0, is_ion=False):
        """The variable's value; None where NEURON does not show it."""
        owner = self.point if self.is_point else self.segment if is_ion else getattr(self.segment, self.name)
        value = getattr(owner, variable, None)
        return value if value is None or isinstance(value, float) else value[i]


def compare(name, mod, neuron_name, options):
    rall_nmodl, source, build, includes = options
    subprocess.run([rall_nmodl, mod, "--output-dir", build], check=True, stderr=subprocess.DEVNULL)
    kernel = Kernel(name, build / f"{name}.hpp", source / "replay/instance.cpp", includes, build)
    is_point = "POINT_PROCESS" in mod.read_text()
    neuron = Neuron(neuron_name, is_point)
    try:
        setattr(h, f"usetable_{neuron_name}", 0)
    except LookupError:
        pass
    arrivals, args, connection = [], (ctypes.c_double * 8)(), None
    if is_point and kernel.lib.receive and "NET_RECEIVE" in mod.read_text():
        connection = h.NetCon(None, neuron.point)
        connection.weight[0] = args[0] = 0.002
        arrivals = [(t, 0.0) for t in (1.003, 2.511, 3.008, 7.004)]

    h.celsius, h.dt = CELSIUS, DT
    h.finitialize(-65)
    for t, _ in arrivals:
        connection.event(t)

    def ions(read_current):
        for ion, field, element, _ in kernel.each("ion_read"):
            if (field == "current") == read_current:
                kernel.lib.element(element)[0] = neuron.get(ion, 0, True)

    for diam, *_, element, _ in kernel.each("diam"):
        kernel.lib.element(element)[0] = neuron.soma.diam
    for ion, field, element, _ in kernel.each("ion_write"):
        if field != "current":
            kernel.lib.element(element)[0] = {"cai": 5e-5, "cao": 2}[ion]  # NEURON's own start values
    worst, compared = (0, "", 0), set()

    def check(t):
        nonlocal worst
        for variable, field, element, size in kernel.each("state", "carried", "observable", "ion_write"):
            for i in range(size):
                theirs = neuron.get(variable, i, field != "none")
                if theirs is None:
                    continue
                ours = kernel.lib.element(element + i)[0]
                compared.add(variable)
                difference = abs(ours - theirs) / max(abs(theirs), 1e-6) if ours == ours else inf
                worst = max(worst, (difference, variable, t))

    ions(False), ions(True)
    kernel.call("connect", 0, -65, args)
    kernel.call("initial", 0, -65)
    pending = [(0 + delay, flag) for delay, flag in kernel.events()] + arrivals
    kernel.current(0, -65)
    check(0)
    for step in range(STEPS):
        t, v = step * DT, neuron.segment.v
        for when, flag in sorted(e for e in pending if e[0] <= t + DT / 2):
            pending.remove((when, flag))
            kernel.call("receive", when, v, args, ctypes.c_double(flag))
            pending += [(when + delay, f) for delay, f in kernel.events()]
        ions(False)
        kernel.current(t + DT / 2, v)
        h.fadvance()
        ions(True)
        kernel.call("state", t + DT, neuron.segment.v)
        check(t + DT)
    allowed = TOLERANCE.get(name, 1e-11)
    print(f"{name:10} {len(compared):2} variables, largest relative difference {worst[0]:.1e} "
          f"({worst[1]} at {worst[2]:g} ms)")
    assert compared, f"{name}: NEURON shows no variable to compare"
    assert worst[0] <= allowed, f"{name}: {worst[1]} differs at {worst[2]} ms"


def main():
    rall_nmodl, source, build, includes, *mods = sys.argv[1:]
    source, build = Path(source), Path(build)
    build.mkdir(parents=True, exist_ok=True)
    mods = [Path(m) for m in mods] or sorted((source / "mod").glob("*.mod"))
    names = load(mods, build)
    failed = []
    for mod in mods:
        name = next(n for n in names if n == mod.stem)
        try:
            compare(name, mod, names[name], (rall_nmodl, source, build, includes.split(":")))
        except AssertionError as error:
            print("FAILED", error)
            failed.append(name)
    sys.exit(1 if failed else 0)


main()
