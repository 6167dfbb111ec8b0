#!/usr/bin/python3
"""Any NMODL name must compile: C++ keywords, macros, functions of C, words of the kernels; as variables, LOCALs, arguments, FUNCTIONs, states and mechanisms.

    names.py RALL

The compiler that RALL calls is wrapped, so that the macros of the very headers that kernels include are known.
"""
import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = """alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class compl concept const consteval
    constexpr constinit const_cast continue co_await co_return co_yield decltype default delete do double dynamic_cast else enum explicit export
    extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected
    public register reinterpret_cast requires return short signed sizeof static static_assert static_cast struct switch template this
    thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq final override
    import module""".split()
LIBRARY = """sin cos tan exp log sqrt pow floor index y0 y1 yn j0 j1 jn gamma lgamma tgamma signgam rand random rindex time clock abs labs div read write open close
    link pipe sync exit abort atexit remove rename printf scanf puts gets signal raise select accept bind connect listen send recv basename errno
    stdin stdout stderr NULL EOF assert isnan isinf NAN INFINITY M_PI M_E I complex std main unix linux Kokkos rall boost omp_get_num_threads
    size_t int8_t uint64_t max min swap distance begin end data size environ daylight timezone optarg optind drem significand finite""".split()
OURS = """flag Events events info element Common common lane lanes state current initial receive connect watch relax settle derivative transitions
    variables ions kernel math random context instance args out v_n n_n x_c1 i_total g_total is k connection watching both stride gamma_n result
    depth rall_kernel_library lookup Stream purpose sink group team node block Step Advance hh pas""".split()
# What NMODL itself reads as something else, whatever follows.
NMODL = """if else while ELSE IF WHILE FROM TO BY LOCAL SOLVE TITLE COMMENT VERBATIM DEFINE UNITSON UNITSOFF t dt v celsius area diam usetable
    INITIAL BREAKPOINT DERIVATIVE FUNCTION PROCEDURE NEURON STATE PARAMETER ASSIGNED CONSTANT UNITS INCLUDE PROTECT MUTEXLOCK
    MUTEXUNLOCK TABLE DEPEND WITH WATCH CONDUCTANCE RESET CONSERVE COMPARTMENT KINETIC LINEAR NONLINEAR DISCRETE LAG MATCH SENS""".split()


def words_of_headers():
    """All words in the headers that kernels include."""
    words = set()
    for folder in ("base", "mechanisms", "solver/step"):
        for header in sorted((ROOT / folder).glob("*.hpp")):
            words |= set(re.findall(r"[A-Za-z_]\w*", re.sub(r"//.*", "", header.read_text())))
    return words


def wrapped(folder):
    """A compiler that also writes the macros it knows at the end of what it compiles."""
    script = folder / "compiler"
    script.write_text(f"""#!{sys.executable}
import os, subprocess, sys
words = sys.argv[1:]
at = words.index("-o")
subprocess.run([os.environ["REAL_CXX"], *words[:at], *words[at + 2:], "-E", "-dM", "-o", "{folder}/macros"], stderr=subprocess.DEVNULL)
os.execvp(os.environ["REAL_CXX"], [os.environ["REAL_CXX"], *words])
""")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def compile_all(rall, folder, mods):
    environment = {**os.environ, "RALL_CACHE_DIR": str(folder / "cache"), "RALL_CXX": str(wrapped(folder)),
                   "REAL_CXX": os.environ.get("RALL_CXX") or "c++"}
    done = subprocess.run([rall, "compile", *mods], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def small(name):
    return f"NEURON {{ SUFFIX {name} RANGE {name} }}\nASSIGNED {{ {name} }}\nINITIAL {{ {name} = 1 }}\n"


def mechanism(number, names):
    """A file in which each name is something: in turn a parameter, a variable, a state, a FUNCTION, a LOCAL or an argument."""
    kinds = {kind: names[i::6] for i, kind in enumerate(("parameter", "assigned", "state", "function", "local", "argument"))}
    lines = [f"NEURON {{ SUFFIX many{number}", *(f"    RANGE {n}" for n in kinds["parameter"] + kinds["assigned"]), "}",
             "PARAMETER {", *(f"    {n} = 1" for n in kinds["parameter"]), "}", "ASSIGNED {", *(f"    {n}" for n in kinds["assigned"]), "    sum_of_all }",
             "STATE {", *(f"    {n}" for n in kinds["state"]), "}", "INITIAL { all_of_them(1) }",
             "BREAKPOINT { SOLVE equations METHOD cnexp\n    all_of_them(v) }", "DERIVATIVE equations {",
             *(f"    {n}' = -{n}/2" for n in kinds["state"]), "}", *(f"FUNCTION {n}(x) {{ {n} = x + 1 }}" for n in kinds["function"]),
             *(f"FUNCTION with_{i}({n}) {{ with_{i} = {n}*2 }}" for i, n in enumerate(kinds["argument"])),
             "PROCEDURE all_of_them(x) { LOCAL " + ", ".join(kinds["local"]), "    sum_of_all = x"]
    for n in kinds["parameter"] + kinds["state"]:
        lines.append(f"    sum_of_all = sum_of_all + {n}")
    for a, b in zip(kinds["assigned"], kinds["local"]):
        lines += [f"    {b} = sum_of_all", f"    {a} = {b}*3"]
    for n in kinds["function"]:
        lines.append(f"    sum_of_all = sum_of_all + {n}(x)")
    lines += [f"    sum_of_all = sum_of_all + with_{i}(x)" for i in range(len(kinds["argument"]))]
    return "\n".join([*lines, "}", ""])


def main(rall):
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder)
        (folder / "one.mod").write_text(small("one"))
        compile_all(rall, folder, [folder / "one.mod"])
        macros = set(re.findall(r"^#define (\w+)", (folder / "macros").read_text(), re.M))
        assert len(macros) > 1000, "the headers' macros are not there"
        taken = {m for m in macros if re.search(r"_n(_sum)?$|_c\d+$", m)}
        assert not taken, f"macros that a name could become: {taken}"

        awkward = dict.fromkeys(KEYWORDS + LIBRARY + OURS + sorted(words_of_headers()) + sorted(macros)[::7])
        # A STATE x brings its x0 along.
        names = [n for n in awkward if n not in NMODL and len(n) < 60 and not (n.endswith("0") and n[:-1] in awkward)][:1500]
        assert len(names) >= 1000, len(names)
        mods = []
        for number, begin in enumerate(range(0, len(names), 250)):
            mods.append(folder / f"many{number}.mod")
            mods[-1].write_text(mechanism(number, names[begin:begin + 250]))
        for name in ("relax", "state", "current", "info", "kernel", "rall", "NULL", "errno", "double", "element", "explicit", "Common", "kernels",
                     "std", "this", "many0_n", "_x", "x__y", "library_key", "mechanism", "M_PI", "solver"):
            mods.append(folder / f"suffix_{name}.mod")
            mods[-1].write_text(small(name))
        print(f"{len(names)} names, {len(mods)} mechanisms", compile_all(rall, folder, mods).strip().splitlines()[-1][-40:])


if __name__ == "__main__":
    main(sys.argv[1])
