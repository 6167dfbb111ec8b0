"""POINTERs of mechanisms, and where they lead."""
from neuron import h

from .layout import address
from .refusals import Refusal


def read_pointers(trees, mechanisms, addresses, known, refuse):
    """[(number of the mechanism, name of the POINTER, [(index, Variable)])], where all lead to variables of one name. `known`: Rall's variables by
    mechanism; POINTERs that Rall has no use for do not count."""
    found = []
    for number, instances in enumerate(mechanisms):
        for pointer in instances.kind.pointers:
            if known.get(instances.kind.name, {}).get(pointer) != "pointer":
                continue
            bound = {}
            for index, instance in enumerate(_objects(trees, instances)):
                try:
                    variable_at = address(getattr(instance, "_ref_" + pointer))
                except (AttributeError, LookupError, RuntimeError, TypeError):
                    continue  # leads nowhere: Rall says so where that matters
                variable = addresses(variable_at)
                if variable is None:
                    place = trees.place(int(instances.sites[index]))
                    refuse.add(Refusal("pointer-target", f"POINTER {pointer} of {instances.kind.name} at {place}",
                                       "leads to what is no variable of a segment, mechanism or ion"))
                else:
                    bound.setdefault((variable.mechanism, variable.name), []).append((index, variable))
            found += [(number, pointer, alike) for alike in bound.values()]
    return found


def _objects(trees, instances):
    """NEURON's own, one by one."""
    if instances.kind.is_point:
        listed = h.List(instances.kind.name)
        yield from (listed.o(i) for i in range(int(listed.count())))
        return
    for site in instances.sites:
        section = trees.sections[trees.section[site]]
        reverse = section.orientation() != 0
        x = (int(site) - int(trees.first[trees.section[site]]) + 0.5) / section.nseg
        yield getattr(section(1 - x if reverse else x), instances.kind.name)
