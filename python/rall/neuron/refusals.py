"""What a live model has that Rall cannot carry over, each by name and place; all of it is said at once, before anything runs."""
import sys
from dataclasses import dataclass

from neuron import h

from ..errors import Error
from .layout import is_redefined

LARGEST_RATIO = 1e11  # of conductances that meet: NEURON rounds the smaller by a hundred thousandth of it then


@dataclass(frozen=True)
class Refusal:
    code: str
    what: str  # name and place
    why: str

    def __str__(self):
        return f"{self.what} {self.why} [{self.code}]"


class Refused(Error):
    """The model of this NEURON has what Rall cannot run; `refusals` lists it."""

    def __init__(self, refusals):
        self.refusals = refusals
        lines = [str(refusal) for refusal in refusals[:20]]
        if len(refusals) > 20:
            lines.append(f"and {len(refusals) - 20} more")
        super().__init__("this model cannot be carried over from NEURON:\n  " + "\n  ".join(lines))


class Refusals:
    def __init__(self, ignored=()):
        self.found, self.ignored = {}, set(ignored)

    def add(self, refusal):
        if refusal.code not in self.ignored:
            self.found.setdefault(refusal)

    def at_once(self, code, what, why):
        """Where `why` is not empty nothing else can be read."""
        if why:
            raise Refused([Refusal(code, what, why)])

    def raise_if_any(self):
        if self.found:
            raise Refused(list(self.found))


def look(refuse, trees):
    """What concerns the model as a whole."""
    n_linear = int(h.List("LinearMechanism").count())
    if n_linear:
        refuse.add(Refusal("linear-mechanism", f"LinearMechanism ({n_linear} of them)", "adds equations to the tree matrix, which Rall does not"))
    for name in ("neuron.rxd", "neuron.crxd"):
        rxd = sys.modules.get(name + ".rxd")
        if rxd is not None and any(reference() is not None for reference in getattr(rxd, "_all_reactions", [])) or (
                rxd is not None and getattr(sys.modules.get(name + ".species"), "_all_species", [])):
            refuse.add(Refusal("rxd", name, "describes reactions and diffusion outside of mechanisms"))
    if is_redefined("advance", "fadvance()"):
        refuse.add(Refusal("advance-redefined", "advance() of hoc", "does more than fadvance() at each step, which Rall does not call"))
    for name in ("fstim", "fsyn"):
        if h.execute1(f"{name}i(0)", 0):  # there is a first one
            refuse.add(Refusal("fstim", f"{name} of hoc", "injects currents that NEURON keeps apart from point processes; use IClamp or AlphaSynapse"))
    context = h.ParallelContext()
    if int(context.nhost()) > 1:
        refuse.add(Refusal("many-ranks", f"ParallelContext with {int(context.nhost())} processes", "has the model on several MPI ranks; start NEURON as one process"))
    ratio, site = trees.farthest_apart()
    if ratio > LARGEST_RATIO:
        refuse.add(Refusal("rounding", f"the axial resistances that meet at {trees.place(site)}", f"differ {ratio:.0e} times, so that what NEURON computes hangs on "
                           "how it rounds, and Rall's answer would be another in the fourth digit of a spike: give Ra a larger value where it is tiny"))
    for section in trees.sections:
        if h.ismembrane("extracellular", sec=section):
            refuse.add(Refusal("extracellular", f"extracellular in {section.name()}", "adds layers outside of the membrane, which Rall does not have"))
