"""What instances keep behind their POINTERs besides variables: streams of random numbers, and Vectors."""
import re

import numpy

from . import memory
from .kinds import BUILT_IN
from .layout import Rand
from .memory import pointers, read, word
from .refusals import Refusal

POINTER, BBCORE_POINTER, RANDOM = -5, -7, -11  # in Library.semantics
RANDOM123 = 4  # Rand.type


def data_of(library, instances, *kinds):
    """Per POINTER, BBCOREPOINTER or RANDOM of a mechanism, in the order of their declaration, where its instances have it: addresses, [n] each."""
    codes = library.semantics(instances.kind.number)
    return [instances.datum(k) for k, code in enumerate(codes) if code in kinds]


def read_streams(library, instances, names, refuse):
    """{name: arrays first, second, third, begin, draws and paired} of the RANDOM streams `names` of a mechanism. `begin`: numbers given before
    INITIAL; `draws`: by now."""
    if not names:
        return {}
    kind = instances.kind
    if "amount of random" in kind.text and not (instances.values()[:, kind.variables["noise"][0]] > 0).any():
        return {}  # NetStim and what is made from it
    declared = dict(zip(kind.streams, data_of(library, instances, RANDOM))) | dict(zip(kind.pointers, data_of(library, instances, POINTER, BBCORE_POINTER)))
    if kind.name in BUILT_IN:  # NetStim, whose stream Rall has under another name
        declared = dict(zip(names, declared.values()))
    if not set(names) <= set(declared):
        refuse.add(Refusal("random-generator", f"mechanism {kind.name}", "draws from a generator of the whole process (scop_random, exprand); give it streams of Random123"))
        return {}
    if not kind.is_point:
        refuse.add(Refusal("random-generator", f"mechanism {kind.name}", "is one of density, whose streams Rall numbers itself; a point process keeps its own"))
        return {}
    found = {name: stream for name in names if (stream := _stream(library, instances, pointers(declared[name]), refuse))}
    return found if len(found) == len(names) else {}


def _stream(library, instances, states_at, refuse):
    states, paired = [], False
    for index, at in enumerate(states_at):
        if at and library.is_object(word(at)):  # of class Random, which begins with its generator
            if int(read([at], Rand.type, numpy.int32)[0]) != RANDOM123:
                refuse.add(Refusal("random-generator", instances.name(index), "draws from a Random whose generator is not Random123"))
                continue
            paired, at = True, word(word(at), Rand.state)
        if not at:
            refuse.add(Refusal("random-generator", instances.name(index), "draws from no stream of its own; give it one of Random123 (noiseFromRandom123)"))
            continue
        states.append(library.random123(int(at)))
    if len(states) < len(instances):
        return None
    first, second, third, draws = (numpy.array(x, float) for x in zip(*states))
    begin = draws if paired else numpy.zeros(len(draws))
    return {"first": first, "second": second, "third": third, "begin": begin, "draws": draws, "paired": paired}


def as_declared(names, text):
    """POINTERs in the order in which a mechanism declares them, which is that of their addresses."""
    declared = [word for statement in re.findall(r"\b(?:BBCORE)?POINTER\b([^\n}]*)", text) for word in re.findall(r"\w+", statement)]
    return sorted(names, key=declared.index) if set(names) <= set(declared) else names


def read_held_vectors(library, instances, names, vectors, refuse):
    """{VECTOR: the numbers of each instance}: Vectors that instances keep the address of, in a number or behind a POINTER."""
    if not names:
        return {}
    names = as_declared(names, instances.kind.text)
    words = [pointers(instances.addresses())]
    words += [pointers(at)[:, None] for at in data_of(library, instances, POINTER, BBCORE_POINTER)]
    found = {name: [] for name in names}
    for index, row in enumerate(numpy.concatenate(words, axis=1).tolist()):
        held = [vectors(at) for at in row if at in vectors.at]
        if held and len(held) != len(names):
            refuse.add(Refusal("vector-held", instances.name(index), f"keeps {len(held)} Vectors where Rall knows {len(names)}: {', '.join(names)}"))
            return {}
        for k, name in enumerate(names):
            found[name].append(memory.numbers(held[k]).tolist() if held else [])
    return found
