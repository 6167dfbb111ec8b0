"""The mechanisms that NEURON knows: their numbers, variables and NMODL texts, which NEURON keeps."""
import functools
import re
from dataclasses import dataclass, field
from pathlib import Path

from neuron import h

# NEURON's own that Rall has, by their names; all others must come with their text.
BUILT_IN = {"pas", "hh", "IClamp", "SEClamp", "VClamp", "AlphaSynapse", "ExpSyn", "Exp2Syn", "APCount", "NetStim", "IntFire1", "IntFire2", "IntFire4"}
# Those that compute nothing.
WITHOUT_EFFECT = {"morphology", "capacitance", "PointProcessMark"}

COMMENT = re.compile(r"\bCOMMENT\b.*?\bENDCOMMENT\b|(\bTITLE\b|[:?])[^\r\n]*", re.S)
POINTERS = re.compile(r"\b(?:BBCORE)?POINTER\s+(\w+(?:\s*,\s*\w+)*)")
STREAMS = re.compile(r"\bRANDOM\s+(\w+(?:\s*,\s*\w+)*)")


@dataclass
class Kind:
    """A mechanism. `number` is NEURON's."""
    name: str
    number: int
    is_point: bool
    is_artificial: bool = False
    file: str = ""
    text: str = ""
    variables: dict = field(default_factory=dict)  # name (without suffix) -> (offset in doubles, size)
    pointers: list = field(default_factory=list)  # as they are declared
    streams: list = field(default_factory=list)  # RANDOM
    globals: list = field(default_factory=list)  # names without suffix

    @property
    def is_ion(self):
        return not self.is_point and self.name.endswith("_ion")

    def variable_at(self, offset):
        """The variable that lies there, as Rall names it; nothing where it has no name."""
        for name, (first, size) in self.variables.items():
            if first <= offset < first + size:
                return name if size == 1 else f"{name}[{offset - first}]"
        return None


def kinds():
    """{NEURON's number: Kind} of all that NEURON knows. It learns more of them, and forgets none."""
    types = [h.MechanismType(int(is_point)) for is_point in (False, True)]
    return _kinds(*(int(each.count()) for each in types))


@functools.lru_cache(maxsize=1)
def _kinds(_n_density, _n_points):
    found = {}
    for is_point in (False, True):
        types, name = h.MechanismType(int(is_point)), h.ref("")
        for i in range(int(types.count())):
            types.select(i)
            types.selected(name)
            kind = Kind(name[0], int(types.internal_type()), is_point, is_point and bool(types.is_artificial(i)))
            kind.file, kind.text = types.file() or "", types.code() or ""
            found[kind.number] = kind
    return found


def describe(kind):
    """Fills in the variables of a kind that the model uses, once."""
    if kind.variables or kind.globals:
        return kind
    plain = COMMENT.sub(" ", kind.text)
    kind.pointers, kind.streams = ([name for names in declared.findall(plain) for name in re.split(r"\s*,\s*", names)] for declared in (POINTERS, STREAMS))
    kind.variables, offset = {}, 0
    for name, size in _names(kind, 0):
        if name not in kind.pointers and name not in kind.streams:
            kind.variables[name] = (offset, size)
            offset += size
    kind.globals = [name for name, _ in _names(kind, -1)]
    return kind


def _names(kind, which):
    try:
        standard = h.MechanismStandard(kind.name, which)
    except Exception:  # kinds without variables have none
        return []
    name, suffix = h.ref(""), "_" + kind.name
    found = []
    for i in range(int(standard.count())):
        size = int(standard.name(name, i))
        found.append((name[0].removesuffix(suffix) if not kind.is_ion else name[0], size))
    return found


def global_value(kind, name):
    """[n] what hoc calls name_Mechanism."""
    value = getattr(h, f"{name}_{kind.name}")
    try:
        return [float(value)]
    except TypeError:
        return [float(x) for x in value]


def mod_file(kind, folder):
    """A file with the text of a mechanism: its own where it still says the same, else one in `folder`."""
    own = Path(kind.file)
    if kind.file and own.is_file() and own.read_bytes().decode("utf-8", errors="surrogateescape") == kind.text:
        return own
    copy = Path(folder) / f"{kind.name}.mod"
    copy.write_bytes(kind.text.encode("utf-8", errors="surrogateescape"))
    return copy
