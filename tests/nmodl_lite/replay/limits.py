#!/usr/bin/python3
"""Every function and operator of NMODL where its arguments or results leave the usual range, in NEURON and in the kernels that
rall-nmodl makes: the same numbers, the same infinities, NaN for NaN; and so for constants, whose values are worked out beforehand.

    replay/limits.py RALL_NMODL BUILD_DIR INCLUDE_DIRS    (INCLUDE_DIRS separated by ':')
"""
import itertools
import re
import sys
from math import inf, isnan, nan
from pathlib import Path

from replay import Kernel, Neuron, translate

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "neuron"))
from neuron import h  # noqa: E402
from nrnmod import load  # noqa: E402

ONE = {f"of_{name}": f"{name}(x)" for name in ("exp", "log", "log10", "sqrt", "fabs", "sin", "cos", "tan", "asin", "acos", "atan", "sinh",
                                       "cosh", "tanh", "floor", "ceil", "erf")}
ONE |= {"reciprocal": "1/x", "none_of": "0/x", "no_times": "0*x", "square": "x^2", "inverse": "x^-1", "inverse_cube": "x^-3",
        "root": "x^0.5", "inverse_root": "x^-1.5", "third": "x^(1/3)", "hundredth": "x^100", "two_to": "2^x", "half_to": "0.5^x",
        "one_to": "1^x", "minus_two_to": "(-2)^x", "is_not": "!x", "decay": "exp(-x)", "twice": "exp(2*x)", "boltzmann": "1/(1 + exp(-x))",
        "steep": "exp(x)/(1 + exp(x))", "share": "exp(x)/(exp(x) + exp(2*x))", "opposite": "(exp(x) - exp(-x))/(exp(x) + exp(-x))",
        "bell": "1/(exp(x) + exp(-x))"}
TWO = {"pow_": "pow(x, y)", "power": "x^y", "fmod_": "fmod(x, y)", "atan2_": "atan2(x, y)", "quotient": "x/y", "product": "x*y",
       "less": "x < y", "at_most": "x <= y", "more": "x > y", "at_least": "x >= y", "same": "x == y", "differs": "x != y",
       "both": "x && y", "either": "x || y"}
IN_C = {"c_exp": "exp(x)", "c_expm1": "expm1(x)", "c_round": "round(x)", "c_erfc": "erfc(x)", "c_fmin": "fmin(x, y)",
        "c_fmax": "fmax(x, y)", "c_pow": "pow(x, y)"}
MAGNITUDES = (0.0, 5e-324, 1e-310, 1e-200, 1e-6, 0.5, 1.0, 1.5, 2.0, 3.0, 350.001, 699.999, 700.0, 700.001, 708.0, 710.0, 745.2,
              1e6, 1e15, 1e200, 1e308)
EDGES = [sign * x for x in MAGNITUDES for sign in (1, -1)] + [inf, -inf, nan]
SECOND = (0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, 1e3, -1e200, inf, -inf, nan)  # values of y
CLOSE = 5e-13  # relative: a power is exp(y log(x)), whose exponent may be 700
SMALLEST = 3e-308  # below it results may be 0
HUGE_ANGLE = 2.0**50  # beyond it sin, cos and tan are NaN


def mod_text():
    outputs = {**ONE, **TWO, "whole": "abs(x)"}
    constants = {f"{name}_{i}": re.sub(r"\bx\b", f"({x!r})", text)
                 for name, text in ONE.items() for i, x in enumerate(EDGES) if abs(x) < inf}
    every = [*outputs, "trap", "branch", *IN_C, *constants]
    declared, variables = ("\n".join(before + name for name in every) for before in ("    RANGE ", "    "))
    lines = "\n".join(f"    {name} = {text}" for name, text in {**outputs, **constants}.items())
    in_c = "\n".join(f"    {name} = {text};" for name, text in IN_C.items())
    return f"""TITLE Written by limits.py
NEURON {{ SUFFIX limits
    RANGE x, y
{declared}
}}
PARAMETER {{ x = 0 y = 0 }}
ASSIGNED {{
{variables}
}}
BREAKPOINT {{
{lines}
    if (x) {{ branch = 1 }} else {{ branch = 2 }}
    if (fabs(x/y) < 1e-6) {{ trap = y*(1 - x/y/2) }} else {{ trap = x/(exp(x/y) - 1) }}
VERBATIM
{in_c}
ENDVERBATIM
}}
"""


def agree(ours, theirs):
    if isnan(theirs) or isnan(ours):
        return isnan(theirs) and isnan(ours)
    return ours == theirs or abs(theirs) < inf and abs(ours - theirs) <= max(CLOSE * abs(theirs), SMALLEST)


def expected_to_differ(name, x, theirs):
    """abs of what no 32-bit integer holds is undefined in C; angles; quotients of subnormal numbers, whose reciprocal is infinite."""
    return name == "none_of" and 0 < abs(x) < 1e-308 or name == "whole" and not abs(x) < 2**31 or name in ("of_sin", "of_cos", "of_tan") and abs(x) > HUGE_ANGLE and not isnan(theirs)


def main(rall_nmodl, build, includes):
    build = Path(build)
    build.mkdir(parents=True, exist_ok=True)
    mod = build / "limits.mod"
    mod.write_text(mod_text())
    kernels = translate([mod], rall_nmodl, build, includes.split(":"))
    names = load([mod], build / "neuron")
    kernel, neuron = Kernel(kernels["limits"]), Neuron(names["limits"], 0)
    place = {name: entries[0][2] for name, entries in kernel.variables.items()}
    wrong, compared = [], 0
    running = {}  # (name, x) -> ours
    for x, y in itertools.product(EDGES, SECOND):
        for name, value in ("x", x), ("y", y):
            kernel.lib.element(place[name])[0] = value
            neuron.set(name, value)
        h.finitialize(-65)
        h.fadvance()
        kernel.call("state", 0.025, -65)
        first = y == SECOND[0] and str(y) == str(SECOND[0])
        for name in (*TWO, *IN_C, "trap", *((*ONE, "whole", "branch") if first else ())):
            ours, theirs = kernel.lib.element(place[name])[0], neuron.get(name)
            compared += 1
            if first:
                running[name, str(x)] = ours
            if not agree(ours, theirs) and not expected_to_differ(name, x, theirs):
                wrong.append(f"{name} at x = {x!r}, y = {y!r}: {ours!r}, in NEURON {theirs!r}")
    for name in ONE:
        for i, x in enumerate(EDGES):
            if not abs(x) < inf:
                continue
            constant, computed = kernel.lib.element(place[f"{name}_{i}"])[0], running[name, str(x)]
            compared += 1
            if not agree(constant, computed) and not expected_to_differ(name, x, constant):
                wrong.append(f"{name} of the constant {x!r}: {constant!r}, while running {computed!r}")
    print(f"{compared} values, {len(wrong)} differ")
    sys.exit("\n".join(wrong[:60]) if wrong else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
