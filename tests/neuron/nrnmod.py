"""Builds NMODL files with NEURON's own translator and loads them into this process's NEURON, so that a test can run the
same mechanism in both simulators.

    names = load(["hh.mod", "Ih.mod"], build_dir)      # {"hh": "hh_rall", "Ih": "Ih"}
    prepare(["hh.mod", "Ih.mod", ...], build_dir)      # builds one library, from which load() takes all that it holds

A mechanism whose name NEURON already uses (hh, ExpSyn, ...) gets the suffix "_rall". A file that needs what this NEURON
does not know (our VECTOR; RANDOM before NEURON 9) is skipped with a line on stderr and is missing from the result.
"""
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import neuron
from neuron import h

NINE = neuron.__version__.startswith("9.")

BUILT_INTO_NEURON = {
    "pas", "hh", "fastpas", "extracellular", "capacitance", "AlphaSynapse", "APCount", "ExpSyn", "Exp2Syn", "IClamp",
    "SEClamp", "VClamp", "OClamp", "IntFire1", "IntFire2", "IntFire4", "NetStim", "PatternStim", "PPMark", "PointProcessMark",
}
NAME = re.compile(r"\b(SUFFIX|POINT_PROCESS|ARTIFICIAL_CELL)(\s+)(\w+)")
INCLUDE = re.compile(r'^\s*(?:INCLUDE|#include)\s+"([^"]+)"', re.M)
NEURON_LIBRARY = "/usr/lib/nrn" if os.path.isdir("/usr/lib/nrn") else os.path.dirname(h.neuronhome()) + "/lib"

UNKNOWN = re.compile(r"^\s*(VECTOR)\b" if NINE else r"^\s*(RANDOM|VECTOR)\b", re.M)

_loaded = {}  # mechanisms stay in the process: NEURON cannot unload them
_libraries = set()


def load(mod_files, build_dir):
    """Loads `mod_files` (paths), building them under `build_dir` unless the same text was built there before.
    Returns {name in the file: name in NEURON}. Raises RuntimeError with the translator's or compiler's words."""
    names, texts = _texts(mod_files)
    build_dir = Path(build_dir).resolve()
    library = (_prepared(texts, build_dir) or _build(texts, build_dir)) if texts else None
    if library and library not in _libraries:
        if not h.nrn_load_dll(str(library)):
            raise RuntimeError(f"NEURON cannot load {library}")
        _libraries.add(library)
    _loaded.update(names)
    return names


def prepare(mod_files, build_dir):
    """One library of all these, in the order of their names; load() then takes it where it holds what is wanted."""
    texts, build_dir = _texts(mod_files)[1], Path(build_dir).resolve()
    build_dir.mkdir(parents=True, exist_ok=True)
    library = _build(texts, build_dir, "-O1")  # many, each for one short run: half the time
    (build_dir / "prepared.json").write_text(json.dumps({"library": library.name, "texts": texts}))


def _prepared(texts, build_dir):
    """Its path, where it holds these texts; None where it does not or there is none."""
    listed = build_dir / "prepared.json"
    held = json.loads(listed.read_text()) if listed.exists() else {"texts": {}}
    return build_dir / held["library"] if texts.items() <= held["texts"].items() else None


def _texts(mod_files):
    """{name in the file: name in NEURON} and {name in NEURON, or an included file: text} of those that are not loaded yet."""
    names, texts = {}, {}
    for path in map(Path, mod_files):
        text = mod_text(path)
        name = name_of(path)
        if unknown := UNKNOWN.search(text):
            print(f"{path.name}: skipped, this NEURON does not know {unknown[1]}", file=sys.stderr)
            continue
        names[name] = name + "_rall" if name in BUILT_INTO_NEURON else name
        if name not in _loaded:
            texts[names[name]] = NAME.sub(lambda m: m[1] + m[2] + names.get(m[3], m[3]), text)
            add_included(text, path.parent, texts)
    return names, texts


def add_included(text, folder, texts):
    """What a text includes, and what that includes in turn; headers of C may lie in the folder above as well."""
    for included in INCLUDE.findall(text):
        for path in folder / included, folder.parent / included:
            if included not in texts and path.is_file():
                texts[included] = mod_text(path)
                add_included(texts[included], folder, texts)


def mod_text(path):
    """The text of a file with its line ends as they are; bytes that are not UTF-8 stay what they are."""
    return Path(path).read_bytes().decode("utf-8", errors="surrogateescape")


COMMENT = re.compile(r"(\bCOMMENT\b.*?\bENDCOMMENT\b|[:?][^\r\n]*)", re.S)
DEFAULT = re.compile(r"(\w[ \t]*(?:\[\w+\][ \t]*)?=\s*)([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")


def six_digits(text):
    """An NMODL text in which PARAMETERs' defaults are what NEURON's translator leaves of them."""
    result, inside = [], False
    for i, piece in enumerate(COMMENT.split(text)):  # code, comment, code, ...
        for part in [piece] if i % 2 else re.split(r"(\bPARAMETER\s*\{|\})", piece):
            if i % 2 == 0 and part.endswith(("{", "}")):
                inside = part.startswith("PARAMETER") or (inside and part != "}")
            elif i % 2 == 0 and inside:
                part = DEFAULT.sub(lambda m: f"{m[1]}{float(m[2]):g}", part)
            result.append(part)
    return "".join(result)


def name_of(path):
    """The mechanism's name: comments and titles speak of such names too, and a file without one is named after itself."""
    text = re.sub(r"\bCOMMENT\b.*?\bENDCOMMENT\b|(\bTITLE\b|[:?])[^\r\n]*", "", mod_text(path), flags=re.S)
    named = NAME.search(text)
    return named[3] if named else Path(path).stem


def _build(texts, build_dir, optimised="-O2"):
    """{mechanism or included file: NMODL text} -> path of the library, named for its sources."""
    key = hashlib.sha256(repr((neuron.__version__, optimised, sorted(texts.items()))).encode()).hexdigest()[:16]
    library = build_dir / f"libnrnmech_{key}.so"
    if library.exists():
        return library
    work = build_dir / f"{key}.{os.getpid()}"
    work.mkdir(parents=True, exist_ok=True)
    mechanisms = [name for name in texts if "." not in name]
    for name, text in texts.items():
        file = name if "." in name else f"{name}.mod"
        (work / file).write_bytes(text.encode("utf-8", errors="surrogateescape"))
    if NINE:  # its own nrnivmodl takes files in the order of the locale
        _run([Path(sys.executable).parent / "nrnivmodl", "-incflags", optimised], work, LC_ALL="C")
        next(work.glob("*/libnrnmech.so")).rename(library)
        return library
    for name in mechanisms:
        _run(["nocmodl", f"{name}.mod"], work)
    registrations = "".join(f"void _{name}_reg(void); " for name in mechanisms)
    calls = "".join(f"_{name}_reg(); " for name in mechanisms)
    (work / "mod_func.c").write_text(f"{registrations}\nvoid modl_reg(void) {{ {calls}}}\n")
    built = work / library.name
    _run(["cc", optimised, "-w", "-fPIC", "-shared", "-DHAVE_CONFIG_H", "-I.", "-o", built, *(f"{name}.c" for name in mechanisms),
          "mod_func.c", f"-L{NEURON_LIBRARY}", f"-Wl,-rpath,{NEURON_LIBRARY}", "-lnrniv", "-lm"], work)
    built.rename(library)  # atomic: a second process sees all of it or nothing
    return library


def _run(command, work, **variables):
    """Without MALLOC_PERTURB_, by which tests find what reads memory that nothing has set: NEURON 8.2's translator does."""
    variables = {name: value for name, value in os.environ.items() if name != "MALLOC_PERTURB_"} | variables
    done = subprocess.run(command, cwd=work, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=variables)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} in {work} failed:\n{done.stdout}")
