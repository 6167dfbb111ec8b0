"""Builds and runs in NEURON the model that a Rall config describes (docs/config.md), as the reference for comparisons.

    result = run("case.json", builtin_dir, build_dir)
    result.reports["v"].data[sample, column], .times, .columns      # columns: (cell name, location)
    result.spikes                                                    # [(gid, time in ms), ...]

Mechanisms that NEURON has (pas, hh, ExpSyn, ...) are NEURON's own, and TABLEs count only where the config says so; all others are compiled from the
.mod files of `builtin_dir` and of the config's mechanism_dirs. Keys that this reader does not know are errors: a comparison
must never leave out a part of the model. NEURON keeps its sections and globals, so one process runs one config.
"""
import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy
from columns import column, per_instance, rows_of
from neuron import h
from nrnmod import BUILT_INTO_NEURON, load
from variables import element, reference
from waveforms import NUMBERS, WAVEFORMS, check_keys, played, tables_of, waveform

REGIONS = ("soma", "axon", "dend", "apic")


@dataclass
class Report:
    columns: list  # (cell name, location)
    times: numpy.ndarray  # ms
    data: numpy.ndarray  # [sample, column]


@dataclass
class Result:
    reports: dict
    spikes: list  # (gid, ms), by time, then gid


@dataclass
class Cell:
    name: str
    gid: int
    sections: dict  # "dend[3]" -> section; the root first
    regions: dict  # "dend" -> sections
    spike_location: str = "soma(0.5)"
    spike_threshold: float = -30
    own: dict = field(default_factory=dict)  # "v_init", "threshold_current", ... of this cell

    @property
    def soma(self):
        return next(iter(self.sections.values()))

    def segment(self, location):
        name, x = re.fullmatch(r"\s*(\w+(?:\[\d+\])?)\(([\d.eE+-]+)\)\s*", location).groups()
        return self.section(name)(float(x))

    def section(self, name):
        return self.sections.get(name) or self.sections.get(name + "[0]") or self.sections[name.removesuffix("[0]")]


def run(config_file, builtin_dir, build_dir):
    model = Model(Path(config_file), Path(builtin_dir), build_dir)
    return model.run()


def read_json(path):
    """JSON with // and /* */ comments."""
    text = re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', lambda m: m[1] or " ", Path(path).read_text(), flags=re.S)
    return json.loads(text)


def mechanisms_of(config, folders):
    """Their names, and the .mod files of those that are not NEURON's own, by name."""
    biophysics = [entry["biophysics"] for entry in config["cells"].values() if not isinstance(entry["biophysics"], str)]
    names = {name for cell in biophysics for region in cell.get("regions", {}).values() for name in region.get("mechanisms", {})}
    names |= {entry["mechanism"] for entry in config.get("synapses", {}).values()}
    files = [next((folder / f"{name}.mod" for folder in folders if (folder / f"{name}.mod").exists()), None) for name in sorted(names - BUILT_INTO_NEURON)]
    return names, [file for file in files if file]


def as_list(value):
    return value if isinstance(value, list) else [value]


class Model:
    def __init__(self, config_file, builtin_dir, build_dir):
        h.load_file("stdrun.hoc")
        h.load_file("import3d.hoc")
        self.folder = config_file.parent
        self.builtin_dir, self.build_dir = builtin_dir, build_dir
        self.config = read_json(config_file)
        check_keys("config", self.config, ("cells", "synapses", "generators", "connections", "inputs", "reports", "run", "conditions",
                                           "output", "mechanism_dirs"))
        check_keys("run", self.config["run"], ("tstop", "dt", "integration_method", "spike_threshold", "random_seed", "atol", "rtol", "scope",
                                               "tables"))
        self.mechanism_dirs = [self.folder / folder for folder in self.config.get("mechanism_dirs", [])]
        self.cells, self.sets, self.synapses, self.generators, self.cell_of = [], {}, {}, {}, {}
        self.kept = []  # Vectors that mechanisms only point to
        self.keep = []  # NEURON frees what Python no longer holds
        self.trains = []  # (NetCon, times): events to queue at initialisation
        self.load_mechanisms()
        for name, entry in self.config["cells"].items():
            self.add_cells(name, entry)
        self.next_gid = len(self.cells)
        self.spikes = [(cell.gid, self.watch(cell)) for cell in self.cells]
        for name, entry in self.config.get("synapses", {}).items():
            self.add_synapses(name, entry)
        for name, entry in self.config.get("generators", {}).items():
            self.add_generator(name, entry)
        for entry in self.config.get("connections", []):
            self.connect(entry)
        for entry in self.config.get("inputs", {}).values():
            self.add_input(entry)
        for name, entry in self.config["cells"].items():
            biophysics = entry["biophysics"]
            pointers = {} if isinstance(biophysics, str) else biophysics.get("pointers", {})
            self.point_density(name, pointers | entry.get("pointers", {}))
        for name, entry in self.config.get("synapses", {}).items():
            for pointer, target in entry.get("pointers", {}).items():
                places = [(synapse, synapse.get_segment()) for synapse in self.synapses[name]]
                for (synapse, _), to in zip(places, self.targets([place for _, place in places], target), strict=True):
                    h.setpointer(to, pointer, synapse)

    def load_mechanisms(self):
        """All of the model's own mechanisms at once: NEURON runs them in the order in which it learns of them, Rall by name."""
        self.names, files = mechanisms_of(self.config, [*self.mechanism_dirs, self.builtin_dir])
        load(files, self.build_dir)

    # ---- cells ----

    def add_cells(self, name, entry):
        check_keys(f"cell {name}", entry, ("morphology", "stylized", "biophysics", "count", "spike_location", "spike_threshold", "pointers",
                                          "replace_axon", "axon", "add_sections", "v_init", "parameters", "threshold_current", "holding_current"))
        own = {key: per_instance(entry[key], entry.get("count", 1), self.folder)
               for key in ("v_init", "threshold_current", "holding_current") if key in entry}
        biophysics, folder = entry["biophysics"], self.folder
        if isinstance(biophysics, str):
            folder = (self.folder / biophysics).parent
            biophysics = read_json(self.folder / biophysics)
        self.sets[name] = []
        for index in range(entry.get("count", 1)):
            label = f"{name}[{index}]" if "count" in entry else name
            sections, regions = stylized(entry["stylized"]) if "stylized" in entry else imported(self.folder / entry["morphology"])
            drawn = list(entry.get("stylized", []))
            if isinstance(entry.get("replace_axon"), list) or entry.get("axon") == "none":
                for section in regions.pop("axon", []):
                    h.delete_section(sec=section)
                sections = {key: section for key, section in sections.items() if not key.startswith("axon")}
            for i, extra in enumerate(entry.get("replace_axon") or []):
                place = {"parent": f"axon[{i - 1}]"} if i else {"parent": "soma", "parent_x": 0.5}
                drawn.append({"name": f"axon[{i}]", "region": "axon"} | place | extra)
                stylized([drawn[-1]], sections, regions)
            drawn += entry.get("add_sections", [])
            stylized(entry.get("add_sections", []), sections, regions)
            cell = Cell(label, len(self.cells), sections, regions, entry.get("spike_location", "soma(0.5)"),
                        entry.get("spike_threshold", self.config["run"].get("spike_threshold", -30)))
            self.paint(cell, biophysics, [folder / mods for mods in biophysics.get("mechanism_dirs", [])], drawn, folder)
            cell.own = {key: values[index] for key, values in own.items()}
            for key, value in entry.get("parameters", {}).items():
                mechanism, parameter = key.split(".")
                for segment in (segment for section in sections.values() if h.ismembrane(mechanism, sec=section) for segment in section):
                    setattr(getattr(segment, mechanism), parameter, per_instance(value, entry.get("count", 1), self.folder)[index])
            self.cells.append(cell)
            self.cell_of |= {section: cell for section in sections.values()}
            self.sets[name].append(cell)
            self.sets[label] = [cell]

    def paint(self, cell, biophysics, mechanism_dirs, drawn, folder):
        check_keys("biophysics", biophysics, ("regions", "ions", "d_lambda", "nseg", "dL", "mechanism_dirs", "pointers", "origin"))
        painted = []  # (sections, what is set there)
        for region, what in biophysics["regions"].items():
            check_keys(f"region {region}", what, ("cm", "Ra", "mechanisms", "ions"))
            sections = (list(cell.sections.values()) if region == "all" else
                        cell.regions[region] if region in cell.regions else [cell.section(region)])
            painted.append((sections, what))
            for section in sections:
                if "Ra" in what:
                    section.Ra = what["Ra"]
                if isinstance(what.get("cm"), (int, float)):
                    section.cm = what["cm"]
        for description in drawn:
            section = cell.section(description["name"])
            section.Ra, section.cm = description.get("Ra", section.Ra), description.get("cm", section.cm)
        for name, section in cell.sections.items():
            section.nseg = compartments(name, section, cell, biophysics)
        for description in drawn:
            if "nseg" in description:
                cell.section(description["name"]).nseg = description["nseg"]
        h.distance(0, cell.segment(biophysics["origin"]) if "origin" in biophysics else cell.soma(0.5))
        for sections, what in painted:
            segments = [segment for section in cell.sections.values() if section in sections for segment in section]
            if isinstance(what.get("cm"), (str, list, dict)):
                for segment, value in zip(segments, over(what["cm"], segments, cell, folder), strict=True):
                    segment.cm = value
            for mechanism, parameters in what.get("mechanisms", {}).items():
                name = self.mechanism(mechanism, mechanism_dirs)
                for section in sections:
                    section.insert(name)
                for parameter, value in parameters.items():
                    for segment, number in zip(segments, over(value, segments, cell, folder), strict=True):
                        setattr(getattr(segment, name), parameter, number)
        for description in drawn:  # what a section says of itself wins
            if "cm" in description:
                cell.section(description["name"]).cm = description["cm"]
        set_ions(cell.sections.values(), biophysics.get("ions", {}))
        for sections, what in painted:
            set_ions(sections, what.get("ions", {}))

    def mechanism(self, name, folders=()):
        """NEURON's name for it, compiled and loaded if NEURON has none."""
        if name in BUILT_INTO_NEURON:
            return name
        for folder in (*folders, *self.mechanism_dirs, self.builtin_dir):
            if (folder / f"{name}.mod").exists():
                return load([folder / f"{name}.mod"], self.build_dir)[name]
        raise FileNotFoundError(f"{name}.mod")

    # ---- POINTERs ----

    def targets(self, places, entry):
        """What the POINTERs at these segments are bound to, as references."""
        check_keys("pointer", entry, ("cells", "location", "synapses", "variable_name", "shift", "rule"))
        variable = entry["variable_name"]
        if "synapses" in entry:
            found = [element(point, variable) for point in self.instances(self.synapses, entry["synapses"])]
        elif "cells" in entry:
            found = [reference(place, variable) for place in self.places({"location": "soma(0.5)"} | entry)]
        elif "location" in entry:
            found = [reference(self.cell_of[place.sec].segment(entry["location"]), variable) for place in places]
        else:
            found = [reference(place, variable) for place in places]
        assert len(found) in (1, len(places))
        return [found[(i + entry.get("shift", 0)) % len(found)] for i in range(len(places))]

    def point_density(self, cells, pointers):
        for key, target in pointers.items():
            mechanism, pointer = key.split(".")
            places = [segment for cell in self.sets[cells] for section in cell.sections.values()
                      if h.ismembrane(mechanism, sec=section) for segment in section]
            for place, to in zip(places, self.targets(places, target), strict=True):
                h.setpointer(to, pointer, getattr(place, mechanism))

    # ---- events ----

    def add_synapses(self, name, entry):
        check_keys(f"synapses {name}", entry, ("mechanism", "parameters", "cells", "location", "pointers", "rule", "vectors"))
        kind = getattr(h, self.mechanism(entry["mechanism"]))
        self.synapses[name] = [kind(place) for place in self.places(entry)]
        self.set_parameters(self.synapses[name], entry)
        self.give_vectors(self.synapses[name], entry.get("vectors", {}))

    def give_vectors(self, instances, vectors):
        """By set_<name> of the mechanism; one list for all instances or one for each."""
        for name, numbers in vectors.items():
            for i, instance in enumerate(instances):
                own = numbers[i % len(numbers)] if isinstance(numbers[0], list) else numbers
                self.kept.append(h.Vector(own))
                getattr(instance, f"set_{name}")(self.kept[-1])

    def set_parameters(self, points, entry):
        for parameter, value in entry.get("parameters", {}).items():
            for point, number in zip(points, per_instance(value, len(points), self.folder), strict=True):
                level = re.fullmatch(r"(dur|amp)([123])", parameter)
                if level and hasattr(point, "rstim"):  # NEURON's VClamp has arrays
                    getattr(point, level[1])[int(level[2]) - 1] = number
                else:
                    setattr(point, parameter, number)

    def add_generator(self, name, entry):
        check_keys(f"generator {name}", entry, ("mechanism", "parameters", "count", "times", "vectors", "record"))
        if "times" in entry and "mechanism" not in entry:
            assert not entry.get("record"), "spikes of given trains are not recorded here"
            self.generators[name] = [entry["times"]]
            self.next_gid += 1
            return
        self.generators[name] = [getattr(h, self.mechanism(entry["mechanism"]))() for _ in range(entry.get("count", 1))]
        self.set_parameters(self.generators[name], entry)
        for generator in self.generators[name]:
            if "times" in entry:
                self.kept.append(h.Vector(entry["times"]))
                generator.play(self.kept[-1])
            if entry.get("record"):
                self.spikes.append((self.next_gid, self.listen(h.NetCon(generator, None))))
            self.next_gid += 1
        self.give_vectors(self.generators[name], entry.get("vectors", {}))

    def select(self, names):
        """By gid, each once."""
        return self.cells if names is None else sorted({cell.gid: cell for name in as_list(names) for cell in self.sets[name]}.values(),
                                                       key=lambda cell: cell.gid)

    def places(self, entry):
        """Segments: all locations in all cells, or location i (or the one) in cell i."""
        if entry.get("rule") != "one_to_one":
            return [cell.segment(location) for cell in self.select(entry.get("cells")) for location in as_list(entry["location"])]
        names = column(entry.get("cells"), self.folder)
        cells = self.cells if names is None else [cell for name in as_list(names) for cell in self.sets[name]]
        return [cell.segment(location) for cell, location in zip(cells, per_instance(entry["location"], len(cells), self.folder), strict=True)]

    def instances(self, table, name):
        base, index = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", name).groups()
        return table[base] if index is None else [table[base][int(index)]]

    def connect(self, entry):
        check_keys("connection", entry, ("source", "location", "threshold", "target", "weight", "delay", "rule", "shift", "pairs"))
        targets = self.instances(self.synapses | self.generators, entry["target"])
        name = entry["source"]
        from_cells = isinstance(name, list) or name in self.sets
        sources = self.select(name) if from_cells else self.instances(self.synapses | self.generators, name)
        if "pairs" in entry:
            pairs = [(sources[i], targets[k]) for i, k in zip(entry["pairs"]["source"], entry["pairs"]["target"], strict=True)]
        elif entry.get("rule", "all_to_all") == "one_to_one":
            pairs = [(source, targets[(i + entry.get("shift", 0)) % len(targets)]) for i, source in enumerate(sources)]
        else:
            pairs = [(source, target) for source in sources for target in targets]
        weights = per_instance(entry["weight"], len(pairs), self.folder)
        delays = per_instance(entry.get("delay", 1), len(pairs), self.folder)
        for (source, target), weight, delay in zip(pairs, weights, delays, strict=True):
            self.keep.append(self.wire(source, target, entry, weight, delay))

    def wire(self, source, target, entry, weight, delay):
        if isinstance(source, Cell):
            segment = source.segment(entry.get("location", source.spike_location))
            wire = h.NetCon(segment._ref_v, target, sec=segment.sec)
            wire.threshold = entry.get("threshold", source.spike_threshold)
        elif isinstance(source, list):
            wire = h.NetCon(None, target)
            self.trains.append((wire, [time + delay for time in source]))
        else:
            wire = h.NetCon(source, target)
        wire.weight[0], wire.delay = weight, delay
        return wire

    def add_input(self, entry):
        module = entry["module"]
        if module == "synapse_replay":
            check_keys("input", entry, ("module", "input_type", "times", "target", "weight", "delay"))
            for target in self.instances(self.synapses, entry["target"]):
                self.keep.append(self.wire(entry["times"], target, entry, entry["weight"], entry.get("delay", 1)))
            return
        places = [cell.segment(location) for cell in self.select(entry.get("node_set"))
                  for location in as_list(entry.get("location", "soma(0.5)"))]
        series = {key: per_instance(entry[key], len(places), self.folder) for key in NUMBERS if key in entry}
        tables = {key: tables_of(entry[key], len(places), self.folder) for key in ("times", "amps") if key in entry and module == "play"}
        for i, place in enumerate(places):
            own = entry | {key: values[i] for key, values in (series | tables).items()}
            if module in WAVEFORMS and (module != "linear" or "amp_end" in own):
                self.keep.append(played(waveform(module, own, self.cell_of[place.sec].own, self.config["run"]), place))
            else:
                self.keep.append(electrode(module, own, place))

    # ---- running ----

    def run(self):
        self.prepare()
        self.initialize()
        h("proc advance_to() { while (t < $1 - dt/2) { fadvance() } }")
        h.advance_to(self.tstop)
        return self.result()

    def prepare(self):
        """All but the model's own: globals, method, what is recorded."""
        conditions, settings = self.config.get("conditions", {}), self.config["run"]
        check_keys("conditions", conditions, ("celsius", "v_init", "mechanisms"))
        for mechanism, parameters in conditions.get("mechanisms", {}).items():
            for parameter, value in parameters.items():
                if hasattr(h, f"table_{parameter}_{mechanism}"):
                    self.fill_table(getattr(h, f"table_{parameter}_{mechanism}"), value)
                else:
                    setattr(h, f"{parameter}_{mechanism}", value)
        h.CVode().active(0)
        for name in {*self.names, "hh"}:
            if hasattr(h, f"usetable_{name}"):
                setattr(h, f"usetable_{name}", int(settings.get("tables", False)))
        self.tstop, self.dt = settings["tstop"], settings.get("dt", 0.025)
        h.celsius = conditions.get("celsius", 34)
        h.secondorder = 2 if settings.get("integration_method", 0) else 0
        self.recordings = {name: self.record(entry) for name, entry in self.config.get("reports", {}).items()}
        h.dt = self.dt
        self.keep.append(h.FInitializeHandler(1, self.queue_trains))

    def initialize(self):
        conditions = self.config.get("conditions", {})
        if any("v_init" in cell.own for cell in self.cells):
            for cell in self.cells:
                for segment in (segment for section in cell.sections.values() for segment in section.allseg()):
                    segment.v = cell.own.get("v_init", conditions.get("v_init", -80))
            h.finitialize()
        else:
            h.finitialize(conditions.get("v_init", -80))

    def result(self):
        reports = {name: sample(self.config["reports"][name], *recording, self.dt, self.tstop) for name, recording in self.recordings.items()}
        return Result(reports, sorted(((gid, time) for gid, times in self.spikes for time in times), key=lambda s: (round(s[1] / self.dt), s[0])))

    def queue_trains(self):
        """After INITIAL, before the events of t = 0 are delivered: when VecStim queues its own."""
        for wire, times in self.trains:
            for time in times:
                wire.event(time)

    def fill_table(self, tell, table):
        """The values of a FUNCTION_TABLE; NEURON keeps pointers to them."""
        if not isinstance(table, dict):
            return tell(table)
        values = numpy.array(table["values"], dtype=float)
        self.keep.append(h.Vector(values.flatten()))
        if "x" in table:
            self.keep.append(h.Vector(table["x"]))
            return tell(*self.keep[-2:])
        axes = zip(values.shape, as_list(table["from"]), as_list(table["to"]), strict=True)
        return tell(self.keep[-1]._ref_x[0], *(number for axis in axes for number in axis))

    def record(self, entry):
        check_keys("report", entry, ("cells", "location", "variable_name", "dt", "start_time", "end_time", "synapses", "type"))
        variable = entry["variable_name"]
        if "synapses" in entry:
            points = self.instances(self.synapses, entry["synapses"])
            columns = [(entry["synapses"], str(i)) for i in range(len(points))]
            references = [element(point, variable) for point in points]
        else:
            places = [(cell, location) for cell in self.select(entry.get("cells")) for location in as_list(entry["location"])]
            columns = [(cell.name, location) for cell, location in places]
            references = [reference(cell.segment(location), variable) for cell, location in places]
        return columns, [h.Vector().record(ref) for ref in references]

    def watch(self, cell):
        segment = cell.segment(cell.spike_location)
        detector = h.NetCon(segment._ref_v, None, sec=segment.sec)
        detector.threshold = cell.spike_threshold
        return self.listen(detector)

    def listen(self, wire):
        times = h.Vector()
        wire.record(times)
        self.keep.append(wire)
        return times


def stylized(description, sections=None, regions=None):
    sections, regions = {} if sections is None else sections, {} if regions is None else regions
    for entry in description:
        check_keys("stylized", entry, ("name", "L", "diam", "pt3d", "parent", "parent_x", "nseg", "region", "Ra", "cm"))
        section = h.Section(name=entry["name"].replace("[", "_").replace("]", ""))
        if "pt3d" in entry or isinstance(entry["diam"], list):
            for point in entry.get("pt3d") or [(0, 0, 0, entry["diam"][0]), (entry["L"], 0, 0, entry["diam"][1])]:
                section.pt3dadd(*point)
        else:
            section.L, section.diam = entry["L"], entry["diam"]
        if sections:
            parent = Cell("", 0, sections, {}).section(entry["parent"]) if "parent" in entry else next(iter(sections.values()))
            section.connect(parent(entry.get("parent_x", 1)), 0)
        sections[entry["name"]] = section
        regions.setdefault(entry.get("region", entry["name"].split("[")[0]), []).append(section)
    return sections, regions


class Imported:
    """Import3d fills an object with one list of sections per region."""


def imported(path):
    before = len(list(h.allsec()))
    reader = h.Import3d_Neurolucida3() if Path(path).suffix.lower() == ".asc" else h.Import3d_SWC_read()
    reader.quiet = 1
    reader.input(str(path))
    cell = Imported()
    h.Import3d_GUI(reader, 0).instantiate(cell)
    regions = {region: list(getattr(cell, region, [])) for region in REGIONS}
    sections = {f"{region}[{i}]": section for region in REGIONS for i, section in enumerate(regions[region])}
    if len(sections) != len(list(h.allsec())) - before:
        raise NotImplementedError(f"{path}: has sections of other types than {', '.join(REGIONS)}")
    return sections, regions


def compartments(name, section, cell, biophysics):
    if "nseg" in biophysics:
        nseg = biophysics["nseg"]
        if isinstance(nseg, int):
            return nseg
        region = next(region for region, sections in cell.regions.items() if section in sections)
        return nseg.get(name, nseg.get(region, 1))
    if "dL" in biophysics:
        return 1 + 2 * int(section.L / (2 * biophysics["dL"]))
    length = biophysics.get("d_lambda", 0.1) * h.lambda_f(100, sec=section)
    return int((section.L / length + 0.9) / 2) * 2 + 1


def over(value, segments, cell, folder):
    """A number for each segment: of an expression, of a list, or of the rows of a CSV file that name section and x."""
    if isinstance(value, dict):
        rows = rows_of(value, folder)
        if "section" not in rows[0]:
            return per_instance(value, len(segments), folder)
        found = {cell.segment(f"{row['section']}({row['x']})"): float(row[value["column"]]) for row in rows}
        return [found[segment] for segment in segments]
    return per_instance(value, len(segments), folder) if isinstance(value, list) else [evaluate(value, segment) for segment in segments]


def evaluate(value, segment):
    """A number, or a muParser expression of the compartment."""
    if not isinstance(value, str):
        return value
    names = {"distance": h.distance(segment), "diam": segment.diam, "x": segment.x, "L": segment.sec.L, "ln": math.log,
             **{name: getattr(math, name) for name in ("exp", "sqrt", "log", "log10", "sin", "cos", "tanh")}, "abs": abs, "min": min, "max": max}
    choice = re.fullmatch(r"([^?]*)\?([^:]*):(.*)", value)  # one conditional, not nested
    text = f"({choice[2]}) if ({choice[1]}) else ({choice[3]})" if choice else value
    return float(eval(text.replace("^", "**"), {"__builtins__": {}}, names))


def set_ions(sections, ions):
    for ion, values in ions.items():
        for section in sections:
            for key, value in values.items():
                variable = {"e": f"e{ion}", "i": f"{ion}i", "o": f"{ion}o"}[key]
                if h.ismembrane(f"{ion}_ion", sec=section):
                    setattr(section, variable, value)
        for key in {"i", "o"} & set(values):  # where a mechanism writes it, INITIAL starts from this
            setattr(h, f"{ion}{key}0_{ion}_ion", values[key])


def electrode(module, entry, segment):
    if module in ("linear", "IClamp"):
        check_keys("input", entry, ("module", "input_type", "amp_start", "amp", "delay", "duration", "node_set", "location"))
        clamp = h.IClamp(segment)
        clamp.delay, clamp.dur, clamp.amp = entry["delay"], entry["duration"], entry.get("amp", entry.get("amp_start"))
    elif module == "seclamp":
        check_keys("input", entry, ("module", "input_type", "voltage", "amps", "durations", "duration", "series_resistance", "node_set", "location"))
        clamp = h.SEClamp(segment)
        clamp.rs = entry.get("series_resistance", 0.01)
        levels = zip(entry.get("amps") or [entry["voltage"]], entry.get("durations") or [entry["duration"]], strict=True)
        for i, (amplitude, duration) in enumerate(levels, 1):
            setattr(clamp, f"amp{i}", amplitude)
            setattr(clamp, f"dur{i}", duration)
    else:
        raise NotImplementedError(f"input module {module}")
    return clamp


def sample(entry, columns, vectors, dt, tstop):
    """Every report.dt from start_time to below end_time, as a SONATA report holds them."""
    stride = round(entry.get("dt", dt) / dt)
    first, end = round(entry.get("start_time", 0) / dt), round(min(entry.get("end_time", tstop), tstop) / dt)
    steps = numpy.arange(first, end, stride)
    return Report(columns, steps * dt, numpy.array([vector.as_numpy()[steps] for vector in vectors]).T)
