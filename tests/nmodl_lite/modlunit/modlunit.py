#!/usr/bin/python3
"""Unit checking against NEURON's own, modlunit: the same verdict on each fragment below, and no complaint about a file of ours that
modlunit finds consistent.

    modlunit.py RALL_NMODL BUILD_DIR MOD...
"""
import subprocess
import sys
from pathlib import Path

FILE = """NEURON {{ SUFFIX fragment RANGE x NONSPECIFIC_CURRENT i }}
UNITS {{
    (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar)
    F = (faraday) (coulomb) PI = (pi) (1) R = (k-mole) (joule/degC)
}}
PARAMETER {{
    gbar = 1 (S/cm2) e = 1 (mV) k = 5 (mV) tau = 1 (ms) a = 1 c = 1 (mM) len = 1 (um) q = 1 (1/ms)
    kon = 1 (/mM-ms) vol = 1 (um2) D = 1 (um2/ms) inflow = 1 (mM/ms)
}}
ASSIGNED {{ v (mV) celsius (degC) diam (um) area (um2) i (mA/cm2) x (mV) y z (S) }}
STATE {{ m n (mM) p (mM) w (um) many[2] (mM) }}
BREAKPOINT {{ LOCAL one, two
    SOLVE s METHOD sparse
    {breakpoint}
}}
{solved}
FUNCTION f(u (mV)) (ms) {{ f = 1 }}
PROCEDURE act(u (mV)) {{ x = u }}
"""

STATEMENTS = """
i = gbar*(v-e)            i = 2*gbar*(v-e)          i = (0.5)*gbar*(v-e)      i = gbar*(v-e)*(1)
x = 3                     x = 3*4                   x = (3)                   x = (3)*v                 x = (3)*(4)
x = v                     x = -v                    x = v/1                   x = 1/v                   x = v + 3
x = v + a                 y = a + v                 x = e + (1+2)/3           x = 2*(e + 1)             x = 2*(a + 1)
x = (1+1)*v               x = v + (3)               x = 3 (mV)                x = 3 (volt)              x = (1000)*3 (volt)
x = (0.001)*3 (volt)      x = (1e-3)*v              x = len                   x = F                     y = PI
y = exp(v/18)             y = exp(v/18 (mV))        y = exp(3)                y = exp(-v/k)             x = exp(a)*k
y = exp(v/18 (.001 volt)) y = sqrt(v)               y = log(v)                y = log10(a)              y = sin(a)
y = a^2                   y = v^2                   y = v^a                   y = 2^a                   x = 2^a
x = v*2^a                 x = 2^3                   y = pow(a,2)              x = pow(a,2)
y = f(v)                  y = f(v)/tau              y = f(3)/tau              y = f(a)/tau              act(v)
act(a)                    act(3)                    y = q*tau                 y = q*1 (ms)              y = (v-e)/k
one = v x = one           one = 3 y = one           one = 3 x = one           one = v one = 3*e x = one one = a x = v + one
if (v > 3) { y = 1 }      if (v > a) { y = 1 }      if (v > e) { y = 1 }      if (v) { y = 1 }          y = v > e
if (v > e && a < tau) { y = 1 }                     y = a*(v > e)             FROM j = 0 TO 3 { y = j } x = v UNITSOFF x = a UNITSON
UNITSOFF x = a UNITSON x = len                      y = t/tau                 y = celsius               y = 3^((celsius-6.3)/10 (degC))
y = 3^((celsius-6.3)/10)  y = diam/1 (um)           y = area                  y = area/diam/len         at_time(v)
at_time(t)                i = -(1e4)*n*F*len/tau    i = (1e-4)*n*F*len/tau    x = (1000)*R*(celsius + 273.15)/F
x = R*(celsius + 273.15)/F
"""

SOLVED = """
DERIVATIVE s { m' = -m }                                   DERIVATIVE s { m' = (a - m)/tau }
DERIVATIVE s { m' = (1 - m)*q }                            DERIVATIVE s { m' = (1 - m)*2 }
DERIVATIVE s { n' = n/f(v) }                               DERIVATIVE s { n' = c/tau + 3 }
DERIVATIVE s { n' = -(10000)*i/(2*F*len) }                 DERIVATIVE s { n' = -(5000)*i/(F*len) }
KINETIC s { ~ n <-> p (q, q) }                             KINETIC s { ~ n <-> p (q, 1) }
KINETIC s { ~ n <-> p (q, kon) }                           KINETIC s { ~ n + p <-> w (kon, q) }
KINETIC s { ~ n + p <-> many[0] (kon, q) }                 KINETIC s { ~ n + p <-> many[0] (q, q) }
KINETIC s { ~ 2 n <-> p (kon, q) }                         KINETIC s { ~ 2 n <-> p (q, q) }
KINETIC s { ~ n -> (q) }                                   KINETIC s { ~ n -> (tau) }
KINETIC s { ~ n << (inflow) }                              KINETIC s { ~ n << (q) }
KINETIC s { COMPARTMENT vol {n p} ~ n <-> p (q, q) }       KINETIC s { COMPARTMENT vol {n p} ~ n <-> p (vol*q, q*vol) }
KINETIC s { COMPARTMENT vol {n} ~ n <-> p (vol*q, q*vol) } KINETIC s { COMPARTMENT vol {n} ~ n << (inflow*vol) }
KINETIC s { COMPARTMENT vol {n} ~ n << (inflow) }          KINETIC s { COMPARTMENT vol {n} LONGITUDINAL_DIFFUSION D*vol {n} ~ n << (inflow*vol) }
KINETIC s { COMPARTMENT vol {n} LONGITUDINAL_DIFFUSION D {n} ~ n << (inflow*vol) }
KINETIC s { COMPARTMENT j, vol {many} ~ many[0] <-> many[1] (q*vol, q*vol) }
KINETIC s { ~ n <-> p (q, q) CONSERVE n + p = 1 }          KINETIC s { ~ n <-> p (q, q) CONSERVE n + p = v }
KINETIC s { ~ n <-> p (q, q) inflow = f_flux - b_flux }    KINETIC s { ~ n <-> p (q, q) x = f_flux }
LINEAR s { ~ m + a = 1 }                                   LINEAR s { ~ n + p = c }
LINEAR s { ~ n = v }                                       LINEAR s { ~ m + n = 1 }
"""


def fragments(text):
    """What stands in the columns of a table, two blanks or more apart."""
    return [part.strip() for line in text.splitlines() for part in line.split("  ") if part.strip()]


def modlunit_accepts(mod):
    done = subprocess.run(["modlunit", mod.stem], cwd=mod.parent, capture_output=True, text=True, errors="replace")
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip() and not line.startswith(("model ", "Checking units"))]
    return not said


def complaints(rall_nmodl, mods, output):
    """{file: the first of Rall's complaints about its units}"""
    done = subprocess.run([rall_nmodl, "--strict", *mods, "--output-dir", output], capture_output=True, text=True, errors="replace")
    found = {}
    for line in done.stderr.splitlines():
        if "[nmodl-units]" in line:
            found.setdefault(Path(line.split(":")[0]).name, line)
    return found


def main():
    rall_nmodl, build, *mods = sys.argv[1:]
    build = Path(build)
    build.mkdir(parents=True, exist_ok=True)
    files = {}
    for number, statement in enumerate(fragments(STATEMENTS)):
        files[build / f"statement{number}.mod"] = statement, FILE.format(breakpoint=statement, solved="DERIVATIVE s { m' = -m/tau }")
    for number, block in enumerate(fragments(SOLVED)):
        files[build / f"block{number}.mod"] = block, FILE.format(breakpoint="", solved=block)
    for path, (_, text) in files.items():
        path.write_text(text)
    found = complaints(rall_nmodl, files, build)
    failed = 0
    for path, (fragment, _) in files.items():
        theirs, ours = modlunit_accepts(path), path.name not in found
        if theirs != ours:
            failed += 1
            print(f"{fragment}: modlunit {'accepts' if theirs else 'refuses'} it, Rall says: {found.get(path.name, 'nothing')}")
    own = [Path(m) for m in mods]
    found = complaints(rall_nmodl, own, build)
    for mod in own:
        if mod.name in found and modlunit_accepts(mod):
            failed += 1
            print(f"modlunit accepts {mod.name}, Rall says: {found[mod.name]}")
    print(f"{len(files)} fragments, {len(own)} files, {failed} different verdicts")
    sys.exit(1 if failed else 0)


main()
