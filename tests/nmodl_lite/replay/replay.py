#!/usr/bin/python3
"""Mechanisms of our own, one per feature of the language, run by NEURON and by the kernels that rall-nmodl makes of them:
fed NEURON's potential step by step, every variable a user can see must take NEURON's values, every event NEURON's time.

    replay/replay.py [--show PASS | --tables] RALL_NMODL SOURCE_DIR BUILD_DIR INCLUDE_DIRS [MOD...]    (INCLUDE_DIRS separated by ':')

With --tables both interpolate between the points of TABLEs, in the files that have one.
With --show NEURON gets what `rall-nmodl --show PASS` prints of each file: it must mean the same.
A file whose method is not exact says how far it may be from NEURON, and why, in a line ": replay tolerance 1e-6: the reason".
"""
import ctypes
import re
import subprocess
import sys
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_double, c_int
from dataclasses import dataclass, field
from math import inf, sin
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "neuron"))
from neuron import h  # noqa: E402
from nrnmod import load, mod_text, name_of  # noqa: E402

ROLES = ["parameter", "changed_parameter", "global", "state", "carried", "observable", "ion_read", "ion_write", "diam",
         "area", "random", "bound", "external", "pointer", "watch", "table", "derivative", "jacobian",
         "channels", "gating", "vector", "misplaced"]
FIELDS = ["none", "reversal", "inner", "outer", "current"]
ARTIFICIAL, LANES = 2, 8
DT, STEPS, CELSIUS, V_INIT = 0.025, 400, 30, -65
EXACT = 1e-11
ARRIVALS = (1.003, 0), (2.511, 1), (3.008, 0), (7.004, 0)  # ms, and which connection brings the event
WEIGHTS = 0.002, 0.003  # of the connections
BEFORE_INITIAL, AFTER_INITIAL, BEFORE_BREAKPOINT, AFTER_SOLVE, BEFORE_STEP = range(5)  # Moment of mechanisms/info.hpp
CALL = [c_double] * 4  # t, dt, celsius, v


class Interface(ctypes.Structure):
    """The struct of that name in instance.hpp."""
    _fields_ = [
        ("kind", c_int), ("n_net_args", c_int), ("has_receive", c_int),
        ("variable", CFUNCTYPE(c_int, c_int, POINTER(c_char_p), *[POINTER(c_int)] * 2, POINTER(c_double), POINTER(c_int))),
        ("element", CFUNCTYPE(POINTER(c_double), c_int)),
        ("look_up_in", CFUNCTYPE(None, c_int, POINTER(c_double))),
        ("initial", CFUNCTYPE(None, *CALL)),
        ("current", CFUNCTYPE(None, *CALL, POINTER(c_double), POINTER(c_double))),
        ("state", CFUNCTYPE(None, *CALL)),
        ("at_moment", CFUNCTYPE(None, *CALL, c_int)),
        ("receive", CFUNCTYPE(None, *CALL, POINTER(c_double), c_double)),
        ("connect", CFUNCTYPE(None, *CALL, POINTER(c_double))),
        ("watch", CFUNCTYPE(None, *CALL)),
        ("take_crossed", CFUNCTYPE(c_int, POINTER(c_double))),
        ("connections", CFUNCTYPE(None, c_int, POINTER(c_double))),
        ("take_event", CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_double), POINTER(c_double))),
    ]


def build_kernels(headers, build, includes):
    """One library with the kernels in all `headers` that rall-nmodl wrote: {name: Interface}."""
    build.mkdir(parents=True, exist_ok=True)
    lines = [f'#include "{header.resolve()}"' for header in headers] + ['#include "instance.hpp"', "using namespace rall;"]
    for header in headers:
        struct = re.search(r"^struct (\w+) {", header.read_text(), re.M)[1]  # "explicit" is called explicit_ in C++
        lines.append(f'extern "C" replay::Interface const replay_{header.stem} = replay::interface_of<mechanism::{struct}>;')
    everything = build / "kernels.cpp"
    everything.write_text("\n".join(lines) + "\n")
    library = build / "kernels.so"
    subprocess.run(["c++", "-std=c++20", "-O1", "-ffp-contract=off", "-shared", "-fPIC", f"-I{Path(__file__).parent}",
                    *(f"-I{i}" for i in includes), everything, "-o", library], check=True)
    lib = ctypes.CDLL(str(library))
    return {header.stem: Interface.in_dll(lib, f"replay_{header.stem}") for header in headers}


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
        self.n_elements = element
        for _, _, pointer, _ in self.each("pointer"):  # counted from its own place to the line behind the last
            self.lib.element(pointer)[0] = (element - pointer) * LANES
        for _, _, bound, _ in self.each("bound"):
            self.lib.element(bound)[0] = 1

    def call(self, function, t, v, *more):
        self.lib.element(self.n_elements)[0] = v  # what POINTERs point to, here and in NEURON
        getattr(self.lib, function)(t, DT, CELSIUS, v, *more)

    def current(self, t, v):
        i, g = c_double(), c_double()
        self.call("current", t, v, ctypes.byref(i), ctypes.byref(g))
        return i.value, g.value

    def events(self):
        """What was sent since the last call: (what, delay or time, flag)."""
        kind, time, flag = c_int(), c_double(), c_double()
        while self.lib.take_event(*map(ctypes.byref, (kind, time, flag))):
            yield ("net_send", "net_event", "net_move")[kind.value], time.value, flag.value

    def each(self, *roles):
        for name, entries in self.variables.items():
            for role, field, element, size in entries:
                if role in roles:
                    yield name, field, element, size


class Neuron:
    """The mechanism in NEURON, on one compartment whose potential a clamp moves about."""

    def __init__(self, name, kind):
        self.kept = []  # what NEURON only points to
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

    def point_to_v(self, pointer):
        h.setpointer(self.segment._ref_v, pointer, self.point if self.is_point else getattr(self.segment, self.name))

    def hand_over(self, variable, vector):
        """By set_<variable>, setVec (of `space2` setVec2), or play, as files call it."""
        number = re.sub(r"\D", "", variable)
        for procedure in f"set_{variable}", f"setVec{number}", f"play{number}":
            if hasattr(self.point, procedure):
                self.kept.append(vector)
                getattr(self.point, procedure)(vector)
                return

    def get(self, variable, i=0, is_ion=False):
        """The variable's value; None where NEURON does not show it."""
        owner = self.segment if is_ion else self.point if self.is_point else getattr(self.segment, self.name)
        value = getattr(owner, variable, None)
        if value is None and not is_ion:
            value = getattr(h, f"{variable}_{self.name}", None)  # GLOBAL
        return value if value is None or isinstance(value, float) else value[i]

    def set(self, variable, value):
        """Sets a parameter; whether NEURON shows it."""
        owner = self.point if self.is_point else getattr(self.segment, self.name)
        if hasattr(owner, variable):
            setattr(owner, variable, value)
        elif hasattr(h, f"{variable}_{self.name}"):
            setattr(h, f"{variable}_{self.name}", value)
        else:
            return False
        return True


def ion_source(current, build):
    """A mechanism of NEURON that lets an ion's current flow, for those that only read it."""
    name = f"source_of_{current}"
    with TemporaryDirectory() as folder:
        mod = Path(folder) / f"{name}.mod"
        mod.write_text(f"NEURON {{ SUFFIX {name}\n USEION {current[1:]} WRITE {current} }}\nASSIGNED {{ v {current} }}\n"
                       f"BREAKPOINT {{ {current} = 1e-5*(v - 40) }}\n")
        load([mod], build)
    return name


class Difference(NamedTuple):
    """The largest between two traces: relative to NEURON's value, or to a thousandth of its peak where that is more."""
    relative: float
    variable: str
    t: float


@dataclass(order=True)
class Event:
    """One under way; events of equal time arrive in the order in which they were sent."""
    time: float
    number: int
    flag: float = field(compare=False)
    connection: int = field(compare=False)  # whose arguments it sees; len(WEIGHTS) for none


class Replay:
    """Both side by side through one voltage clamp: traces[variable] lists (t, ours, NEURON's); the times of the events."""

    def __init__(self, neuron_name, interface, build, settings=None, tables=False):
        """`settings(kernel, neuron)` may change parameters of both before they start."""
        self.kernel = kernel = Kernel(interface)
        written = {name for name, *_ in kernel.each("ion_write")}
        currents = {name for name, field, *_ in kernel.each("ion_read") if field == "current"} - written
        sources = [ion_source(name, build) for name in sorted(currents)]
        self.neuron = neuron = Neuron(neuron_name, interface.kind)
        for source in sources:
            neuron.soma.insert(source)
        self.traces, self.events = {}, []
        self.pending, self.movable, self.sent = [], None, 0  # events under way, what net_move moves, how many were sent
        self.n_args = max(1, interface.n_net_args)
        self.args = (c_double * (self.n_args * (len(WEIGHTS) + 1)))()  # of all connections, then spare ones
        self.connections = []
        self.fired = h.Vector()  # times of NEURON's net_events
        try:
            setattr(h, f"usetable_{neuron_name}", int(tables))
        except LookupError:
            pass
        for pointer, *_ in kernel.each("pointer"):
            neuron.point_to_v(pointer)
        self.take_defaults()
        self.tables = []  # both sides keep pointers into them
        for number, (name, _, element, _) in enumerate(kernel.each("table")):
            self.fill_table(number, name, element, int(kernel.lib.element(element)[0]))
        for number, (name, _, element, _) in enumerate(kernel.each("vector")):
            self.fill_vector(number, name, element)
        if settings:
            settings(kernel, neuron)
        if interface.has_receive:
            self.connections = [h.NetCon(None, neuron.point) for _ in WEIGHTS]
            for i, (connection, weight) in enumerate(zip(self.connections, WEIGHTS, strict=True)):
                connection.weight[0] = self.args[i * self.n_args] = weight
            kernel.lib.connections(len(WEIGHTS), self.args)
            self.listener = h.NetCon(neuron.point, None)
            self.listener.record(self.fired)
        # Concentrations that nothing but the experiment changes swing, unless a reversal potential hangs on them.
        reversals = {name[1:] for name, field, *_ in kernel.each("ion_read") if field == "reversal"}
        self.run({name for name, field, *_ in kernel.each("ion_read")
                  if field == "inner" and name[:-1] not in reversals and name not in written})

    def take_defaults(self):
        """NEURON's translator writes a PARAMETER's default with six digits; both run with what is left of it."""
        for name, _, element, size in self.kernel.each("parameter", "changed_parameter", "global"):
            ours = self.kernel.lib.element(element)[0]
            theirs = self.neuron.get(name)
            if size == 1 and theirs is not None and theirs == float(f"{ours:g}"):
                self.kernel.lib.element(element)[0] = theirs

    def fill_table(self, number, name, element, n_args):
        """A FUNCTION_TABLE of two arguments on a grid; of one, in turn, equally spaced, not so, and one value for all."""
        owner, suffix = (self.neuron.point, "") if self.neuron.is_point else (h, "_" + self.neuron.name)
        tell = getattr(owner, f"table_{name}{suffix}")
        x, y = [-70, -61, -40, -12, 3], [0.1 + sin(7.0 * i) ** 2 for i in range(12)]
        values = h.Vector(y if n_args == 2 else y[:5])
        if n_args == 2:
            tell(values._ref_x[0], 4, -72, 6, 3, 1, 7)
            numbers = [4, -72, 3 / 78, 3, 1, 2 / 6, *y]
        elif number % 3 == 0:
            tell(values._ref_x[0], 5, -68, 4)
            numbers = [5, -68, 4 / 72, *y[:5]]
        elif number % 3 == 1:
            self.tables.append(h.Vector(x))
            tell(values, self.tables[-1])
            numbers = [-5, 0, 0, *x, *y[:5]]
        else:
            tell(y[1])
            numbers = [2, 0, 0, y[1], y[1]]
        ours = (c_double * len(numbers))(*numbers)
        self.tables += [values, ours]
        self.kernel.lib.look_up_in(element, ours)

    def fill_vector(self, number, name, element):
        """The numbers of a VECTOR: times that come ever faster. NEURON gets them by the procedure that keeps a Vector there."""
        times = [8.5*(1 - 0.7**(k + 1)) for k in range(9 + number)]
        self.neuron.hand_over(name, h.Vector(times))
        numbers = (c_double * (len(times) + 1))(1, *times)  # they begin behind the number that says so
        self.tables.append(numbers)
        self.kernel.lib.look_up_in(element, numbers)
        self.kernel.lib.element(element + 1)[0] = len(times)

    def run(self, driven):
        kernel, neuron = self.kernel, self.neuron
        h.celsius, h.dt = CELSIUS, DT
        self.take_ions(True)  # INITIAL sees the currents that flowed before: none
        h.finitialize(V_INIT)
        if self.connections:
            for t, i in ARRIVALS:
                self.connections[i].event(t)
        for _, _, element, _ in kernel.each("diam"):
            kernel.lib.element(element)[0] = neuron.soma.diam
        for _, _, element, _ in kernel.each("area"):
            kernel.lib.element(element)[0] = neuron.segment.area()
        for ion, field, element, _ in kernel.each("ion_write"):
            if field in ("inner", "outer"):
                kernel.lib.element(element)[0] = getattr(h, f"{ion}0_{ion[:-1]}_ion")
        start = {name: neuron.get(name, 0, True) for name in driven}
        self.take_ions(False)
        v_init = 0 if neuron.is_artificial else V_INIT
        kernel.call("at_moment", 0, v_init, BEFORE_INITIAL)
        kernel.call("initial", 0, v_init)
        self.take_events(0, len(WEIGHTS))
        for i in range(len(self.connections)):
            kernel.call("connect", 0, v_init, self.args_of(i))
            self.take_events(0, i)
        kernel.call("at_moment", 0, v_init, AFTER_INITIAL)
        self.deliver(0)
        if self.connections:
            for t, i in ARRIVALS:
                self.send(t, 0, i)
        kernel.call("at_moment", 0, v_init, BEFORE_BREAKPOINT)
        kernel.current(0, v_init)
        self.take_ions(True)
        kernel.call("at_moment", 0, v_init, BEFORE_STEP)
        self.record(0)
        for _ in range(STEPS):
            kernel.call("watch", h.t, neuron.v)
            flag = c_double()
            while kernel.lib.take_crossed(ctypes.byref(flag)):
                self.receive(h.t, flag.value, len(WEIGHTS))
            self.deliver(h.t + DT / 2)
            for name, value in start.items():
                setattr(neuron.segment, name, value * (1 + 9 * sin(h.t) ** 2))
            self.take_ions(False)
            if not neuron.is_artificial:
                kernel.call("at_moment", h.t + DT / 2, neuron.v, BEFORE_BREAKPOINT)
                kernel.current(h.t + DT / 2, neuron.v)
            h.fadvance()
            self.take_ions(True)
            if not neuron.is_artificial:
                for function, *moment in ("state",), ("at_moment", AFTER_SOLVE), ("at_moment", BEFORE_STEP):
                    kernel.call(function, h.t, neuron.v, *moment)
            self.deliver(h.t)
            self.record(h.t)

    def take_ions(self, read_current):
        for ion, field, element, _ in self.kernel.each("ion_read"):
            if (field == "current") == read_current:
                self.kernel.lib.element(element)[0] = self.neuron.get(ion, 0, True)

    def args_of(self, connection):
        return ctypes.cast(ctypes.byref(self.args, ctypes.sizeof(c_double) * connection * self.n_args), POINTER(c_double))

    def send(self, time, flag, connection):
        event = Event(time, self.sent, flag, connection)
        self.pending.append(event)
        self.sent += 1
        return event

    def deliver(self, until):
        """Events due by then, as NEURON's fadvance delivers them: up to the middle of the step, and again at its end."""
        while self.pending and (event := min(self.pending)).time <= until:
            self.pending.remove(event)
            self.receive(event.time, event.flag, event.connection)

    def receive(self, t, flag, connection):
        if flag == 1:
            self.movable = None
        self.kernel.call("receive", t, self.neuron.v, self.args_of(connection), flag)
        self.take_events(t, connection)

    def take_events(self, now, connection):
        for what, time, flag in self.kernel.events():
            if what == "net_event":
                self.events.append(time)
            elif what == "net_send":
                event = self.send(now + time, flag, connection)
                if flag == 1:
                    self.movable = event
            else:
                self.movable.time, self.movable.number = time, self.sent
                self.sent += 1

    def record(self, t):
        def value(variable, ours, theirs):
            self.traces.setdefault(variable, []).append((t, ours, theirs))

        density = 100 / self.neuron.segment.area() if self.neuron.is_point else 1  # nA to the mA/cm2 of NEURON's ions
        for variable, field, element, size in self.kernel.each("changed_parameter", "state", "carried", "observable",
                                                               "ion_write"):
            for i in range(size):
                theirs = self.neuron.get(variable, i, field != "none")
                if theirs is None:
                    break
                ours = self.kernel.lib.element(element + i)[0] * (density if field == "current" else 1)
                value(f"{variable}[{i}]" if size > 1 else variable, ours, theirs)
        for k, connection in enumerate(self.connections):
            for i in range(self.n_args):
                value(f"weight[{i}] of connection {k}", self.args[k * self.n_args + i], connection.weight[i])

    def worst(self):
        def differences():
            for variable, trace in self.traces.items():
                peak = max(abs(theirs) for _, _, theirs in trace)
                for t, ours, theirs in trace:
                    gap = 0 if ours == theirs else abs(ours - theirs)
                    relative = gap / max(abs(theirs), peak / 1000, 1e-30) if gap == gap else inf if theirs == theirs else 0
                    yield Difference(relative, variable, t)

        return max(differences(), default=Difference(0, "", 0))

    def same_events(self):
        return len(self.events) == len(self.fired) and all(abs(a - b) < 1e-9 for a, b in zip(sorted(self.events), sorted(self.fired)))


def stated_tolerance(mod):
    stated = re.search(r"replay tolerance (\S+):", mod_text(mod))
    return float(stated[1]) if stated else EXACT


def compare(name, neuron_name, interface, build, allowed, ignored=(), tables=False):
    replay = Replay(neuron_name, interface, build, tables=tables)
    for variable in ignored:
        del replay.traces[variable]
    worst, events = replay.worst(), replay.events
    print(f"{name:12} {len(replay.traces):2} variables, largest relative difference {worst.relative:.1e} "
          f"({worst.variable} at {worst.t:g} ms)" + (f", {len(events)} events" if events else ""))
    assert replay.traces, f"{name}: NEURON shows no variable to compare"
    assert worst.relative <= allowed, f"{name}: {worst.variable} differs at {worst.t} ms"
    assert replay.same_events(), f"{name}: events at {events}, in NEURON at {list(replay.fired)}"


def shown(mod, shown_pass, rall_nmodl, build):
    """The file that `--show` prints of another."""
    result = build / shown_pass / mod.name
    result.parent.mkdir(exist_ok=True)
    text = subprocess.run([rall_nmodl, "--show", shown_pass, mod], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout
    result.write_bytes(text)
    return result


def translate(mods, rall_nmodl, build, includes, *options):
    """The kernels of files that rall-nmodl must understand: {name: Interface}."""
    try:
        subprocess.run([rall_nmodl, *options, *mods, "--output-dir", build], check=True, stderr=subprocess.PIPE)
        return build_kernels([build / f"{name_of(mod)}.hpp" for mod in mods], build, includes)
    except subprocess.CalledProcessError as error:
        sys.exit((error.stderr or b"").decode(errors="replace") + str(error))


def compare_all(expected, names, kernels, build):
    """`expected`: {name: further arguments of compare()}. Ends the process."""
    failed = False
    for name, arguments in expected.items():
        try:
            compare(name, names[name], kernels[name], build, *arguments)
        except AssertionError as error:
            print("FAILED", error)
            failed = True
    sys.exit(failed)


def main():
    arguments = sys.argv[1:]
    shown_pass = arguments[1] if arguments[0] == "--show" else None
    tables = arguments[0] == "--tables"
    rall_nmodl, source, build, includes, *mods = arguments[2 if shown_pass else 1 if tables else 0:]
    source, build = Path(source), Path(build)
    build.mkdir(parents=True, exist_ok=True)
    mods = [Path(m) for m in mods] or sorted((source / "mod").glob("*.mod"))
    if tables:
        mods = [m for m in mods if re.search(r"^\s*TABLE\b", mod_text(m), re.M)]
        assert mods, "no file has a TABLE"
    names = load([shown(m, shown_pass, rall_nmodl, build) for m in mods] if shown_pass else mods, build)
    compare_all({name_of(mod): (EXACT if tables else stated_tolerance(mod), (), tables) for mod in mods if name_of(mod) in names}, names,
                translate(mods, rall_nmodl, build, includes.split(":"), *["--tables"] * tables), build)


if __name__ == "__main__":
    main()
