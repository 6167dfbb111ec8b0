"""References to variables of NEURON by the names that configs use."""
import re

from neuron import h


def reference(segment, variable):
    if variable == "i_membrane":
        h.CVode().use_fast_imem(1)
        return segment._ref_i_membrane_
    if "." in variable:
        mechanism, name = variable.split(".")
        return element(getattr(segment, mechanism), name)
    return element(segment, variable)


def element(owner, variable):
    """A reference to "m" or "a[2]"."""
    name, index = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", variable).groups()
    variable = getattr(owner, "_ref_" + name)
    return variable if index is None else variable[int(index)]
