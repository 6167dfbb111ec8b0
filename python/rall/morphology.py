"""Reconstructions: what was understood of a file, and how it is cut into compartments."""

import os

from . import _rall
from ._findings import Findings, told


class Section:
    """A stretch of cable without branches.

    name, region; parent (a Section, or None for a root) and parent_x (where on it, 0..1); L, diam (mean) in um, area in um2;
    points: array [n, 4] of x, y, z, diameter (um), from the 0-end to the 1-end.
    """

    __slots__ = ("index", "name", "region", "parent", "parent_x", "L", "area", "diam", "points")

    def __init__(self, index, values, parent):
        self.index, self.parent = index, parent
        for key in ("name", "region", "parent_x", "L", "area", "diam", "points"):
            setattr(self, key, values[key])

    def __repr__(self):
        return f"<rall section {self.name}: {self.L:.1f} um long, {self.diam:.2f} um thick>"


class Segments(dict):
    """Compartments as arrays, one element each, section by section: `segments.x` is `segments["x"]`.

    x, y, z: [n, 2], um, where each begins and ends (what LFPykit's CellGeometry takes); diam, um; area, um2; volume, um3;
    section: index into Morphology.sections; position: 0..1 on it; distance: path from the soma, um.
    """

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Morphology:
    """A reconstruction, read by the rules of NEURON's Import3d: SWC or Neurolucida ASC.

    `options` choose otherwise, as `rall inspect --option` does: Morphology("cell.swc", zero_radius="neighbours").
    Raises InputError with file, line and what to do where the file is no tree of finite numbers.
    """

    def __init__(self, file, **options):
        self.file = os.fspath(file)
        self._shape = _rall.read_shape(self.file, {name.replace("_", "-"): str(value) for name, value in options.items()})
        self._sections = None
        told(self._shape.found, 2)

    @property
    def sections(self):
        """All sections, parents before children."""
        if self._sections is None:
            found = []
            for k, values in enumerate(self._shape.sections()):
                found.append(Section(k, values, found[values["parent"]] if values["parent"] >= 0 else None))
            self._sections = found
        return list(self._sections)

    def select(self, region):
        """Sections that an expression means: "apic", "dend[3]", "soma, axon"."""
        return [self.sections[k] for k in self._shape.select(region)]

    def segments(self, d_lambda=0.1, nseg=None, max_length=None, frequency=100.0, Ra=35.4, cm=1.0):
        """Cuts the cable as NEURON does, and returns the compartments as Segments.

        By the d_lambda rule (at `frequency` Hz, with Ra in ohm cm and cm in uF/cm2), or `nseg` in each section, or none longer than
        `max_length` um.
        """
        if nseg is not None and max_length is not None:
            raise ValueError("nseg and max_length exclude each other")
        rule = ("nseg", nseg) if nseg is not None else ("max_length", max_length) if max_length is not None else ("d_lambda", d_lambda)
        return Segments(self._shape.segments(rule[0], float(rule[1]), float(frequency), float(Ra), float(cm)))

    @property
    def diagnostics(self):
        """What was noticed and repaired, each with its line."""
        return Findings(self._shape.found)

    @property
    def regions(self):
        return self._shape.regions

    @property
    def format(self):
        return self._shape.format

    @property
    def soma_reading(self):
        """How the soma was understood, in words."""
        return self._shape.soma_reading

    @property
    def area(self):
        """um2, of all sections."""
        return sum(section.area for section in self.sections)

    @property
    def length(self):
        """um, of all sections."""
        return sum(section.L for section in self.sections)

    def plot(self, ax=None, axes="xy", color=None, linewidth=None):
        """Draws the neuron (matplotlib), seen along the axis that `axes` leaves out; a colour per region, or `color`. Returns the axes."""
        from .pictures import draw_shape

        return draw_shape(self, ax, axes, color, linewidth)

    def __repr__(self):
        return f"<rall morphology {os.path.basename(self.file)}: {len(self._shape.sections())} sections, {self.length:.0f} um>"

    def _repr_html_(self):
        from .pictures import shape_html

        return shape_html(self)
