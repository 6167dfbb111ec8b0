"""Two hundred wrong uses: each raises a Python exception that says something, and none harms the interpreter or other simulations."""

import copy
import math
import multiprocessing
import os
import pathlib
import pickle
import shutil
import tempfile
import threading
import unittest

import numpy
import rall

from models import PYRAMIDAL, ball_and_stick

SWC = str(PYRAMIDAL.parent / "NMO_49821.swc")
NOT_NUMBERS = {"a text": "abc", "None": None, "an object": object(), "a dict": {}, "a nested list": [[1.0, 2.0]], "a complex number": 1j}
NO_PATHS = {"None": None, "a number": 3, "an object": object(), "a list": ["a"]}


class Bench:
    """What the cases are tried on."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="rall-misuse-")
        self.model, self.cell, self.syn, self.step = ball_and_stick()
        self.sim = rall.Simulation(self.model, keep=["hh.gna"])
        self.sim.run(1)
        self.soma, self.dend = self.sim["cell", "soma(0.5)"], self.sim["cell", "dend"]
        self.closed = rall.Simulation(self.model)
        self.closed_view = self.closed["cell", "soma(0.5)"]
        self.closed_view.v
        self.closed.close()
        self.other_checkpoint = self.file("other.h5")
        other = rall.Simulation(PYRAMIDAL)
        other.run(0.1)
        other.save(self.other_checkpoint)

    def file(self, name, content=None):
        path = os.path.join(self.folder, name)
        if content is not None:
            with open(path, "wb") as out:
                out.write(content)
        return path


def config(change=None, **sections):
    """The config of ball_and_stick, with sections replaced or changed."""
    all_of_it = ball_and_stick()[0].to_config()
    all_of_it.update(sections)
    if change:
        change(all_of_it)
    return all_of_it


def models(b):
    for what, value in {**NO_PATHS, "bytes": b"x"}.items():
        if value is not None:
            yield f"Model({what})", lambda value=value: rall.Model(value)
    yield "Model of a missing file", lambda: rall.Model("/proc/nowhere/model.json")
    yield "Model of a directory", lambda: rall.Model(b.folder)
    yield "Model of an empty file", lambda: rall.Model(b.file("empty.json", b""))
    yield "Model of no JSON", lambda: rall.Model(b.file("no.json", b"{,}"))
    yield "Model of random bytes", lambda: rall.Model(b.file("random.json", bytes(range(256))))
    yield "Model of JSON cut short", lambda: rall.Model(b.file("short.json", b'{"run": {"tstop": 1'))
    yield "Model of deep JSON", lambda: rall.Model(b.file("deep.json", b"[" * 100000))
    yield "Model of a file and a directory", lambda: rall.Model(PYRAMIDAL, directory=".")
    yield "Model of a dict with a key that is no text", lambda: rall.Model({1: 2})
    yield "Model of a dict with a set", lambda: rall.Model({"cells": {1, 2}})
    yield "Model of a dict with a function", lambda: rall.Model({"cells": print})
    yield "Model of three things", lambda: rall.Model({}, ".", 3)
    yield "Model.save to nowhere", lambda: b.model.save("/proc/nowhere/x.json")
    for value in (0, -1, 1.5, True, "2", None):
        yield f"add_cell(count={value!r})", lambda value=value: rall.Model().add_cell(SWC, {}, count=value)
    yield "add_cell with a name that is none", lambda: rall.Model().add_cell(SWC, {}, name=3)
    yield "add_cell with an empty name", lambda: rall.Model().add_cell(SWC, {}, name="")
    yield "add_cell twice", lambda: b.model.add_cell(SWC, {}, name="cell")
    yield "add_cell of an object", lambda: rall.Model().add_cell(object(), {})
    yield "add_cell with biophysics that cannot be said", lambda: rall.Model().add_cell(SWC, {"regions": object()})
    for value in (3, None, object(), ("a", "b", "c"), ("a", 1), [b.cell]):
        yield f"synapse at {type(value).__name__} {value!r:.20}", lambda value=value: rall.Model().synapse(value, "ExpSyn")
        if value is not None:
            yield f"record at {type(value).__name__} {value!r:.20}", lambda value=value: rall.Model().record(value)
            yield f"stimulus at {type(value).__name__} {value!r:.20}", lambda value=value: rall.Model().stimulus(value)
    yield "connect an object", lambda: rall.Model().connect(object(), "syn", 1)
    yield "connect without a weight", lambda: b.model.connect(b.cell, b.syn)
    yield "run options that cannot be said", lambda: b.model.run_options(tstop=object())
    yield "connections that are no list", lambda: rall.Model({"connections": {}}).connect("a", "b", 1)
    yield "cells that are no dict", lambda: rall.Model({"cells": []}).add_cell(SWC, {})
    for x in (-0.1, 1.1, math.nan, "a", None):
        yield f"dend({x!r})", lambda x=x: b.cell.dend(x)
    for index in (-1, 1.5, "a", None, True):
        yield f"dend[{index!r}]", lambda index=index: b.cell.dend[index]
        yield f"cell[{index!r}]", lambda index=index: b.cell[index]
        yield f"syn[{index!r}]", lambda index=index: b.syn[index]
    yield "a section of a section", lambda: b.cell.dend[0][1]
    yield "a cell that is not there", lambda: b.cell[7]
    yield "dend.at(text)", lambda: b.cell.dend.at("far")
    yield "a hidden attribute of cells", lambda: b.cell._nothing


def shapes(b):
    for what, value in NO_PATHS.items():
        yield f"Morphology({what})", lambda value=value: rall.Morphology(value)
    yield "Morphology of a missing file", lambda: rall.Morphology("/proc/nowhere/cell.swc")
    yield "Morphology of a directory", lambda: rall.Morphology(b.folder)
    yield "Morphology of an empty file", lambda: rall.Morphology(b.file("empty.swc", b""))
    yield "Morphology of text", lambda: rall.Morphology(b.file("text.swc", b"once upon a time\n"))
    yield "Morphology of NaN", lambda: rall.Morphology(b.file("nan.swc", b"1 1 nan 0 0 1 -1\n"))
    yield "Morphology of a loop", lambda: rall.Morphology(b.file("loop.swc", b"1 1 0 0 0 1 2\n2 1 1 0 0 1 1\n"))
    yield "Morphology of random bytes", lambda: rall.Morphology(b.file("random.swc", bytes(range(256))))
    yield "Morphology of half an ASC file", lambda: rall.Morphology(b.file("half.asc", b"((CellBody) (1 2"))
    yield "an unknown option", lambda: rall.Morphology(SWC, zero_radious="keep")
    yield "an unknown choice", lambda: rall.Morphology(SWC, zero_radius="maybe")
    shape = rall.Morphology(SWC)
    for name, value in (("nseg", 0), ("nseg", -3), ("nseg", 1e12), ("nseg", "a"), ("max_length", 0), ("max_length", -1), ("max_length", math.nan),
                        ("d_lambda", 0), ("d_lambda", math.nan), ("d_lambda", None), ("Ra", -1), ("cm", math.nan), ("Ra", "x"), ("frequency", 0)):
        yield f"segments({name}={value!r})", lambda name=name, value=value: shape.segments(**{name: value})
    yield "segments by two rules", lambda: shape.segments(nseg=1, max_length=10)
    yield "segments by no rule", lambda: shape.segments(rule="all")
    for region in ("", "nowhere", "dend[999]", "dend(0.5)", "((", "a,,b"):
        yield f"select({region!r})", lambda region=region: shape.select(region)
    yield "select(3)", lambda: shape.select(3)
    yield "an array that is not there", lambda: shape.segments().radius
    for axes in ("xx", "xw", "x", "xyz"):
        yield f"plot(axes={axes!r})", lambda axes=axes: shape.plot(axes=axes)


def making(b):
    for what, value in NO_PATHS.items():
        if value is not None:
            yield f"Simulation({what})", lambda value=value: rall.Simulation(value)
    yield "Simulation of nothing", lambda: rall.Simulation()
    yield "Simulation of an empty dict", lambda: rall.Simulation({})
    yield "Simulation of a missing file", lambda: rall.Simulation("/proc/nowhere/model.json")
    yield "an unknown key", lambda: rall.Simulation(config(lambda c: c["run"].update(tstopp=3)))
    for key, value in (("tstop", -1), ("tstop", "long"), ("dt", 0), ("dt", -1), ("dt", 1e-30), ("dt", 1e300), ("random_seed", -1), ("random_seed", 0.5),
                       ("integration_method", "guess"), ("tstop", [1]), ("tstop", None), ("dt", True)):
        yield f"run.{key} = {value!r}", lambda key=key, value=value: rall.Simulation(config(lambda c: c["run"].update({key: value})))
    yield "a number that is none", lambda: rall.Simulation(config(lambda c: c["run"].update(tstop=math.nan)))
    yield "an infinite number", lambda: rall.Simulation(config(lambda c: c["conditions"].update(celsius=math.inf)))
    yield "a cell without biophysics", lambda: rall.Simulation(config(cells={"cell": {"morphology": SWC}}))
    yield "a cell of a missing file", lambda: rall.Simulation(config(cells={"cell": {"morphology": "no.swc", "biophysics": {}}}))
    yield "an unknown mechanism", lambda: rall.Simulation(config(lambda c: c["synapses"]["syn"].update(mechanism="ExpSin")))
    yield "an unknown parameter", lambda: rall.Simulation(config(lambda c: c["synapses"]["syn"].update(parameters={"taux": 1})))
    yield "a place that is not there", lambda: rall.Simulation(config(lambda c: c["synapses"]["syn"].update(location="dend[7](0.5)")))
    yield "a place beyond the end", lambda: rall.Simulation(config(lambda c: c["synapses"]["syn"].update(location="dend(1.5)")))
    yield "a connection to nothing", lambda: rall.Simulation(config(connections=[{"source": "cell", "target": "nobody", "weight": 1}]))
    yield "a delay that is negative", lambda: rall.Simulation(config(connections=[{"source": "cell", "target": "syn", "weight": 1, "delay": -1}]))
    yield "a record of nothing", lambda: rall.Simulation(config(lambda c: c["reports"]["v"].update(variable_name="vv")))
    for threads in (-1, 513, 10**12, 1.5, "2", None, [1]):
        yield f"threads={threads!r}", lambda threads=threads: rall.Simulation(b.model, threads=threads)
    yield "other threads than the process has", lambda: rall.Simulation(b.model, threads=rall.threads() + 1)
    yield "set_threads to another number", lambda: rall.set_threads(rall.threads() + 1)
    for n in (0, -1, 1.5, "1", None, True):
        yield f"set_threads({n!r})", lambda n=n: rall.set_threads(n)
    for keep in ("hh.gna", ["hh.gnaa"], ["nope.x"], ["xi"], [3], [""], 3, ["hh."]):
        yield f"keep={keep!r}", lambda keep=keep: rall.Simulation(b.model, keep=keep)
    yield "mechanisms that are no list", lambda: rall.Simulation(b.model, mechanisms="mods")
    yield "mechanisms that are not there", lambda: rall.Simulation(b.model, mechanisms=["/proc/nowhere"])
    yield "an argument that is unknown", lambda: rall.Simulation(b.model, thread=1)


def running(b):
    for what, value in NOT_NUMBERS.items():
        if value is not None:
            yield f"run({what})", lambda value=value: b.sim.run(value)
    for t in (math.nan, math.inf, -math.inf, -1, 0, 1e300, 1e10):
        yield f"run({t})", lambda t=t: b.sim.run(t)
    for call in (3, "f", object()):
        yield f"run(on_epoch={type(call).__name__})", lambda call=call: b.sim.run(5, on_epoch=call)
        yield f"on_epoch({type(call).__name__})", lambda call=call: b.sim.on_epoch(call)
    yield "a callback that takes nothing", lambda: b.sim.run(b.sim.t + 1, on_epoch=lambda: None)
    yield "a callback that fails", lambda: b.sim.run(b.sim.t + 1, on_epoch=lambda s: 1 / 0)
    yield "a callback that runs", lambda: b.sim.run(b.sim.t + 1, on_epoch=lambda s: s.run(s.t + 5))
    yield "a callback that closes", lambda: b.sim.run(b.sim.t + 1, on_epoch=lambda s: s.close())
    yield "run to two times", lambda: b.sim.run(1, 2, 3, 4)
    yield "setting t", lambda: setattr(b.sim, "t", 5)
    yield "setting dt", lambda: setattr(b.sim, "dt", 5)
    for value in ("warm", None, math.nan, math.inf, [1]):
        yield f"celsius = {value!r}", lambda value=value: setattr(b.sim, "celsius", value)


def looking(b):
    for what in (3, None, 1.5, object(), b"cell", ["cell"], slice(0, 3), ...):
        yield f"sim[{what!r:.20}]", lambda what=what: b.sim[what]
    for what in ("nobody", "", "cell[7]", "cell[-1]", "cell[x]", "cell]", "syn[5]", ("cell", "axon"), ("cell", "soma(2)"), ("cell", "soma(x)"), ("nobody", "soma"),
                 ("cell",), ("cell", "soma", "x"), ("cell", 0.5), ("syn", "soma(0.5)"), "soma(", "dend@1e9", "all,", "\0", "x" * 10**6):
        yield f"sim[{what!r:.30}]", lambda what=what: b.sim[what]
    for name in ("vv", "m", "hh_m", "naa", "", "v[3]", "nai[", "hh.m.x"):
        yield f"soma.get({name!r})", lambda name=name: b.soma.get(name)
    for name in (3, None, b"v", ["v"]):
        yield f"soma.get({name!r})", lambda name=name: b.soma.get(name)
    for name in ("h", "gnabarr", "n[2]", "m[", "m[-1]"):
        if name != "h":
            yield f"soma.hh.get({name!r})", lambda name=name: b.soma.hh.get(name)
    yield "soma.pas.g", lambda: b.soma.pas.g
    yield "dend.hh.m", lambda: b.dend.hh.m
    yield "everywhere.hh.m", lambda: b.sim["cell"].hh.m
    yield "a variable that nobody keeps", lambda: b.soma.hh.gk
    yield "i_membrane that nobody keeps", lambda: b.soma.i_membrane
    yield "a hidden attribute", lambda: b.soma._x
    for what, value in NOT_NUMBERS.items():
        yield f"soma.v = {what}", lambda value=value: setattr(b.soma, "v", value)
        yield f"dend.v = {what}", lambda value=value: setattr(b.dend, "v", value)
        yield f"hh.gnabar = {what}", lambda value=value: setattr(b.soma.hh, "gnabar", value)
    for value in (math.nan, math.inf, -math.inf):
        yield f"soma.v = {value}", lambda value=value: setattr(b.soma, "v", value)
        yield f"syn.tau = {value}", lambda value=value: setattr(b.sim["syn"], "tau", value)
    for n in (0, 2, 4, 6, 1000):
        yield f"{n} values for 5 places", lambda n=n: setattr(b.dend, "v", numpy.zeros(n))
        yield f"{n} values for 5 places of pas.g", lambda n=n: setattr(b.dend.pas, "g", numpy.zeros(n))
    yield "a column for 5 places", lambda: setattr(b.dend, "v", numpy.zeros((5, 1)))
    yield "setting i_membrane", lambda: setattr(b.soma, "i_membrane", 1)
    yield "setting ena", lambda: setattr(b.soma, "ena", 50)
    yield "setting what is computed", lambda: setattr(b.soma.hh, "gna", 1)
    yield "setting an area", lambda: setattr(b.soma, "area", 1)
    yield "setting what is not there", lambda: setattr(b.soma, "vv", 1)
    yield "deleting v", lambda: delattr(b.soma, "v")
    for what, value in {**NOT_NUMBERS, "NaN": math.nan, "the past": -1.0, "infinity": math.inf}.items():
        yield f"send at {what}", lambda value=value: b.sim.send("syn", value, 0.1)
    for what, value in {**NOT_NUMBERS, "NaN": math.nan, "infinity": math.inf}.items():
        yield f"send a weight of {what}", lambda value=value: b.sim.send("syn", b.sim.t + 1, value)
    yield "send to a compartment", lambda: b.sim.send(("cell", "soma(0.5)"), 10, 1)
    yield "send to an electrode", lambda: b.sim.send("step", 10, 1)
    yield "a report that is not there", lambda: b.sim.reports["nope"]
    yield "a report that is no word", lambda: b.sim.reports.nope
    yield "a column that is not there", lambda: b.sim.reports.v["nope"]
    yield "a column beyond the last", lambda: b.sim.reports.v[5]
    yield "writing into a report", lambda: b.sim.reports.v.values.__setitem__(0, 1)
    yield "resizing a report", lambda: b.sim.reports.v.values.resize(10)
    yield "an epoch that is set", lambda: setattr(b.sim, "epoch", 1)


def files(b):
    for what, value in NO_PATHS.items():
        yield f"save({what})", lambda value=value: b.sim.save(value)
        yield f"restore({what})", lambda value=value: b.sim.restore(value)
    yield "save to nowhere", lambda: b.sim.save("/proc/nowhere/x.h5")
    yield "save to a directory", lambda: b.sim.save(b.folder)
    yield "restore from nowhere", lambda: b.sim.restore("/proc/nowhere/x.h5")
    yield "restore from a directory", lambda: b.sim.restore(b.folder)
    yield "restore from an empty file", lambda: b.sim.restore(b.file("empty.h5", b""))
    yield "restore from random bytes", lambda: b.sim.restore(b.file("random.h5", bytes(range(256)) * 64))
    yield "restore from half a checkpoint", lambda: b.sim.restore(b.file("half.h5", pathlib.Path(b.other_checkpoint).read_bytes()[:3000]))
    yield "restore another model", lambda: b.sim.restore(b.other_checkpoint)
    yield "restore another model's values", lambda: b.sim.restore(b.other_checkpoint, other_values=True)


def objects(b):
    yield "pickling a simulation", lambda: pickle.dumps(b.sim)
    yield "pickling a view", lambda: pickle.dumps(b.soma)
    yield "copying a simulation", lambda: copy.copy(b.sim)
    yield "deep-copying a simulation", lambda: copy.deepcopy(b.sim)
    yield "a simulation to a process", lambda: multiprocessing.get_context("spawn").Process(target=print, args=(b.sim,)).start()
    yield "hashing segments", lambda: hash(rall.Morphology(SWC).segments())
    for name in ("run", "save"):
        yield f"closed.{name}", lambda name=name: getattr(b.closed, name)(b.file("closed.h5") if name == "save" else 5)
    for name in ("t", "dt", "spikes", "reports", "celsius", "size", "cells", "epoch"):
        yield f"closed.{name}", lambda name=name: getattr(b.closed, name)
    yield "closed[...]", lambda: b.closed["cell"]
    yield "closed.restore", lambda: b.closed.restore(b.other_checkpoint)
    yield "closed.celsius = 3", lambda: setattr(b.closed, "celsius", 3)
    yield "a view of a closed simulation", lambda: b.closed_view.v
    yield "setting in a closed simulation", lambda: setattr(b.closed_view, "v", 1)
    yield "closed.send", lambda: b.closed.send("syn", 3, 1)
    yield "closed.plot", lambda: b.closed.plot()
    from rall import _rall

    for name in ("Variable", "Places", "Simulation", "Shape"):
        kind = getattr(_rall, name)
        yield f"_rall.{name}()", lambda kind=kind: kind()
        yield f"_rall.{name}.__new__()", lambda kind=kind: kind.__new__(kind)
        yield f"object.__new__(_rall.{name})", lambda kind=kind: object.__new__(kind)
        yield f"a class of one's own from _rall.{name}", lambda kind=kind: type("Own", (kind,), {"__init__": lambda self: None})()
    yield "a simulation that was never made", lambda: rall.Simulation.__new__(rall.Simulation).t


def studies(b):
    for what, value in {**NO_PATHS, "an empty dict": {}}.items():
        yield f"sweep({what})", lambda value=value: rall.sweep(value)
    yield "sweep of a missing file", lambda: rall.sweep("/proc/nowhere/sweep.json")
    yield "sweep over a key that is not there", lambda: rall.sweep({"config": config(), "parameters": {"run.nope.x": {"values": [1]}}}, directory=b.folder)
    yield "sweep over texts", lambda: rall.sweep({"config": config(), "parameters": {"run.tstop": {"values": ["a"]}}}, directory=b.folder)
    yield "sweep with a callback that fails", lambda: rall.sweep({"config": config(), "parameters": {"conditions.celsius": {"values": [6, 7]}}}, directory=b.folder,
                                                                on_progress=lambda done, n: 1 / 0)
    for value in (None, 3, [], [3], "nope", "/proc/nowhere/x.mod", ["hh", "nope"], "ExpSyn"):
        yield f"channel({value!r})", lambda value=value: rall.channel(value)
    for more in ({"protocols": ["nope"]}, {"celsius": math.nan}, {"celsius": "hot"}, {"sets": ["gnope=1"]}, {"ions": {"exx": 3}}, {"ions": 3}, {"dt": -1}, {"dt": "a"},
                 {"current": "ixx"}, {"series_resistance": -1}, {"capacitance": 0}, {"capacitance": math.nan}, {"constants": {"x": "y"}}):
        yield f"channel('hh', {more!r})", lambda more=more: rall.channel("hh", **{"protocols": ["activation"], "current": "ina", **more})


class Misuse(unittest.TestCase):
    def test_each_wrong_use_raises_an_exception(self):
        import matplotlib

        matplotlib.use("Agg")
        bench = Bench()
        names = set()
        for part in (models, shapes, making, running, looking, files, objects, studies):
            for name, wrong in part(bench):
                with self.subTest(name), self.assertRaises(Exception) as caught:
                    wrong()
                if hasattr(caught, "exception"):
                    self.assertTrue(str(caught.exception).strip() or isinstance(caught.exception, (AssertionError, IndexError, KeyError)), name)
                self.assertNotIn(name, names)
                names.add(name)
        self.assertGreaterEqual(len(names), 200)
        shutil.rmtree(bench.folder)
        # What was tried on is as good as before.
        bench.sim.run(bench.sim.t + 1)
        self.assertTrue(numpy.isfinite(bench.sim["cell"].v).all())

    def test_threads_that_use_one_simulation_at_once(self):
        sim = rall.Simulation(ball_and_stick()[0])
        failures = []

        def use():
            try:
                for _ in range(20):
                    sim["cell"].v, sim.spikes, sim.reports.v.values
                    sim["cell", "soma"].hh.gnabar = 0.12
                    try:
                        sim.run(sim.t + 0.5)
                    except rall.Error:
                        pass  # another thread has run further
            except Exception as error:  # noqa: BLE001
                failures.append(error)

        threads = [threading.Thread(target=use) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertTrue(numpy.isfinite(sim["cell"].v).all())

    def test_a_fork_is_refused_or_works(self):
        rall.Simulation(ball_and_stick()[0]).run(1)
        pid = os.fork()
        if pid == 0:
            try:
                rall.Simulation(ball_and_stick()[0]).run(1)
                os._exit(0)
            except rall.UsageError as error:
                os._exit(0 if "spawn" in str(error) else 3)
            except BaseException:
                os._exit(4)
        self.assertEqual(os.waitpid(pid, 0)[1], 0)


if __name__ == "__main__":
    unittest.main()
