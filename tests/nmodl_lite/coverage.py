#!/usr/bin/python3
"""How much of a collection of published models rall-nmodl understands, and whether what it makes of them agrees with NEURON.

    coverage.py RALL_NMODL MODELS BUILD_DIR [--no-replay] [--compile N]

MODELS holds one folder per model with its .mod files at any depth (nothing of it belongs into this repository). Every
distinct file is translated, alone and against the clock, what translates is compiled, and what compiles goes through
replay.py's voltage clamp beside NEURON, a process each. --compile has the N largest kernels compiled one by one as a run would
(`rall compile`, the program beside rall-nmodl), and lists the ten that took longest. BUILD_DIR/coverage.json keeps everything that was found,
BUILD_DIR/coverage.md the tables of docs/nmodl-coverage.md. Takes about 15 minutes for 900 files on two cores.
"""
import collections
import concurrent.futures
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 2.0  # s that a translation may take
SLOW = 20.0  # s that the C++ compiler may take, as CPU time
AGREES = 1e-6
CONDUCTANCE = re.compile(r"g|p[^h]|.*(bar|max|perm)", re.I)  # names whose value 0 would switch a mechanism off

# What the table of agreement is broken down by: name and how to see it in a file without comments.
FEATURES = {
    "cnexp": r"\bcnexp\b", "derivimplicit": r"\bderivimplicit\b", "euler": r"\beuler\b", "runge": r"\brunge\b",
    "KINETIC": r"\bKINETIC\b", "LINEAR": r"\bLINEAR\b", "STEADYSTATE": r"\bSTEADYSTATE\b", "TABLE": r"\bTABLE\b",
    "FUNCTION_TABLE": r"\bFUNCTION_TABLE\b", "SOLVE of a PROCEDURE": r"\bSOLVE\s+\w+\b(?!\s*(METHOD|STEADYSTATE))",
    "several ions": r"(?s)\bUSEION\b.*\bUSEION\b", "concentrations written": r"\bWRITE[^\n]*\b\w+[io]\b",
    "NET_RECEIVE": r"\bNET_RECEIVE\b", "net_send": r"\bnet_send\b", "WATCH": r"\bWATCH\b", "POINTER": r"\bPOINTER\b",
    "ELECTRODE_CURRENT": r"\bELECTRODE_CURRENT\b", "VERBATIM": r"\bVERBATIM\b",
    "random numbers": r"\b(\w*rand\w*|nrnran\w*|RANDOM|\w*_ran)\b", "BEFORE or AFTER": r"\b(BEFORE|AFTER)\b",
    "LONGITUDINAL_DIFFUSION": r"\bLONGITUDINAL_DIFFUSION\b", "arrays": r"\bSTATE\s*\{[^}]*\[", "at_time": r"\bat_time\b",
    "state_discontinuity": r"\bstate_discontinuity\b",
}


def bare(path, seen=()):
    """The text of a file and of what it includes, without comments."""
    text = path.read_bytes().decode("latin-1")
    text = re.sub(r"\bCOMMENT\b.*?\bENDCOMMENT\b", "", text, flags=re.S)
    text = re.sub(r"(?<!\")[:?][^\r\n]*", "", text)
    for name in re.findall(r'\bINCLUDE\s+"([^"]+)"', text):
        included = path.parent / name
        if included.is_file() and included not in seen:
            text += bare(included, (*seen, included))
    return text


class Mod:
    """One distinct file and what became of it."""

    def __init__(self, path, models, build):
        content = path.read_bytes()
        self.path, self.key = path, hashlib.md5(content).hexdigest()
        self.shown = str(path.relative_to(models))
        text = bare(path)
        self.verbatim = "VERBATIM" in text
        named = re.search(r"\b(SUFFIX|POINT_PROCESS|ARTIFICIAL_CELL)\s+(\w+)", text)
        self.kind, self.name = named.groups() if named else ("", "")
        self.features = [word for word, pattern in FEATURES.items() if re.search(pattern, text)]
        self.out = build / "headers" / self.key
        self.errors, self.result, self.seconds, self.replay = [], "", 0.0, {}
        self.compiling, self.memory = 0.0, 0  # s, MB

    @property
    def header(self):
        return next(iter(self.out.glob("*.hpp")), None)

    def kept(self, build):
        """Where the replay's result lies, which depends on the kernel and on how it is driven."""
        made_of = [self.header, *sorted((ROOT / "tests/nmodl_lite/replay").glob("*.[ph]*"))]
        version = hashlib.md5(b"".join(path.read_bytes() for path in made_of)).hexdigest()
        return build / "replayed" / f"{self.key}_{version}.json"


def collect(models, build):
    """The distinct files of a folder, the first of each kind in the order of their paths."""
    found = {}
    for path in sorted(p for p in models.rglob("*") if p.suffix.lower() == ".mod" and p.is_file()):
        mod = Mod(path, models, build)
        found.setdefault(mod.key, mod)
    return list(found.values())


def translate(mod, rall_nmodl):
    mod.out.mkdir(parents=True, exist_ok=True)
    for old in mod.out.glob("*.hpp"):
        old.unlink()
    start = time.perf_counter()
    try:
        done = subprocess.run([rall_nmodl, mod.path, "--output-dir", mod.out], stderr=subprocess.PIPE, timeout=5 * LIMIT)
        code, said = done.returncode, done.stderr.decode(errors="replace")
    except subprocess.TimeoutExpired:
        code, said = None, ""
    mod.seconds = time.perf_counter() - start
    for line in said.splitlines():
        if message := re.search(r"\berror: (.*)", line):
            mod.errors.append(message[1])
    mod.result = {0: "translated", 1: "refused", None: "hangs"}.get(code, "crashes")


def unique_batches(mods, size):
    """Batches in which no two files define the same mechanism."""
    batches = []
    for mod in mods:
        name = mod.header.stem
        for names, batch in batches:
            if name not in names and len(batch) < size:
                names.add(name), batch.append(mod)
                break
        else:
            batches.append(({name}, [mod]))
    return [batch for _, batch in batches]


def compile_batch(batch, build):
    source = build / f"compile_{batch[0].key}.cpp"
    source.write_text("".join(f'#include "{mod.header.resolve()}"\n' for mod in batch))
    done = subprocess.run(["c++", "-std=c++20", "-fsyntax-only", "-fmax-errors=0", "-w", f"-I{ROOT}", source],
                          stderr=subprocess.PIPE, text=True)
    for mod in batch:
        wrong = re.findall(re.escape(str(mod.header.resolve())) + r":\d+:\d+: error: (.*)", done.stderr)
        mod.result = "does not compile" if wrong else "compiles"
        mod.errors = [f"the C++ compiler: {wrong[0]}"] if wrong else []
    if done.returncode and all(mod.result == "compiles" for mod in batch):
        raise RuntimeError(done.stderr)


def compile_alone(mod, rall, build):
    """How long the program is busy with a file it sees for the first time: CPU time, so that other work does not count."""
    with tempfile.TemporaryDirectory(dir=build) as cache:
        child = subprocess.Popen([rall, "compile", mod.path], env={**os.environ, "RALL_CACHE_DIR": cache},
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    mod.compiling, mod.memory = used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def replay_batch(batch, build):
    """Runs in a process of its own, which forks one for each mechanism: what one of them does to NEURON hurts no other."""
    sys.path.insert(0, str(ROOT / "tests/nmodl_lite/replay"))
    import replay
    kernels = replay.build_kernels([mod.header for mod in batch], build / f"replay_{batch[0].key}", [ROOT])
    for mod in batch:
        found = in_child(lambda: replay_one(replay, mod.path, build / "neuron", kernels[mod.header.stem]))
        mod.kept(build).write_text(json.dumps(found))


def replay_one(replay, path, build, interface):
    try:
        names = replay.load([path], build)
    except RuntimeError as error:
        return {"error": f"NEURON cannot build it: {error}"}
    if not names:
        return {"error": "NEURON 8.2 does not know RANDOM"}
    neuron_name, = names.values()
    changed = {}

    def settings(kernel, neuron):
        for name, _, element, size in kernel.each("parameter", "changed_parameter", "global"):
            if size == 1 and kernel.lib.element(element)[0] == 0 and CONDUCTANCE.fullmatch(name) is not None:
                if neuron.set(name, 0.001):
                    kernel.lib.element(element)[0] = changed[name] = 0.001

    run = replay.Replay(neuron_name, interface, build, settings)
    worst = run.worst()
    moving = [name for name, trace in run.traces.items() if len({theirs for _, _, theirs in trace}) > 1]
    nan = any(sum(theirs != theirs for _, _, theirs in trace) > len(trace) / 2 for trace in run.traces.values())
    return {"relative": worst.relative, "variable": worst.variable, "t": worst.t, "compared": len(run.traces),
            "moving": len(moving), "nan": nan, "changed": changed, "events": len(run.events), "same_events": run.same_events()}


def in_child(work):
    """The result of `work` in a forked process, or what became of it."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        signal.alarm(60)
        try:
            found = work()
        except BaseException as error:  # NEURON raises what it likes
            found = {"error": f"{type(error).__name__}: {error}"}
        os.write(write, json.dumps(found).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        answer = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return json.loads(answer) if answer else {"error": f"the process ended with {status}"}


def replay_all(mods, build):
    """Batches of them, each in a process of its own; what was found before for the same kernel is kept."""
    def one(batch):
        listed = build / f"batch_{batch[0].key}.json"
        listed.write_text(json.dumps([str(mod.path) for mod in batch]))
        done = subprocess.run([sys.executable, __file__, "--batch", listed, build], stderr=subprocess.PIPE, text=True)
        if done.returncode:
            print(done.stderr[-2000:], file=sys.stderr)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(one, unique_batches([mod for mod in mods if not mod.kept(build).exists()], 30)))
    for mod in mods:
        kept = mod.kept(build)
        mod.replay = json.loads(kept.read_text()) if kept.exists() else {"error": "the batch failed"}


def tables(mods):
    lines = ["| | files | compile | in % |", "| --- | --- | --- | --- |"]
    for title, verbatim in (("without VERBATIM", False), ("with VERBATIM", True)):
        these = [mod for mod in mods if mod.verbatim == verbatim]
        good = sum(mod.result == "compiles" for mod in these)
        lines.append(f"| {title} | {len(these)} | {good} | {100 * good / max(1, len(these)):.1f} |")
    slowest = max(mods, key=lambda mod: mod.seconds)
    lines += ["", f"Slowest translation: {slowest.seconds:.2f} s ({slowest.shown}). Crashes: "
              f"{sum(mod.result == 'crashes' for mod in mods)}, over {LIMIT:g} s: {sum(mod.seconds > LIMIT for mod in mods)}."]
    if compiled := sorted((mod for mod in mods if mod.compiling), key=lambda mod: -mod.compiling):
        lines += ["", f"Compiled one by one: {len(compiled)}; over {SLOW:g} s: {sum(mod.compiling > SLOW for mod in compiled)}.", "",
                  "| slowest to compile | s | MB |", "| --- | --- | --- |"]
        lines += [f"| {mod.shown} | {mod.compiling:.1f} | {mod.memory} |" for mod in compiled[:10]]
    lines += ["", "| what stands in the way | files without VERBATIM | with |", "| --- | --- | --- |"]
    causes = collections.defaultdict(lambda: [0, 0])
    for mod in mods:
        for cause in {cause_of(error) for error in mod.errors[:1]}:
            causes[cause][mod.verbatim] += 1
    for cause, (without, with_verbatim) in sorted(causes.items(), key=lambda item: -sum(item[1])):
        lines.append(f"| {cause} | {without or ''} | {with_verbatim or ''} |")
    run = [mod for mod in mods if mod.replay]
    lines += ["", "| voltage clamp | mechanisms |", "| --- | --- |"]
    for verdict, n in collections.Counter(verdict_of(mod) for mod in run).most_common():
        lines.append(f"| {verdict} | {n} |")
    lines += ["", "| has | agree with NEURON | differ |", "| --- | --- | --- |"]
    for feature in ["SUFFIX", "POINT_PROCESS", "ARTIFICIAL_CELL", *FEATURES]:
        these = [verdict_of(mod) for mod in run if feature == mod.kind or feature in mod.features]
        lines.append(f"| {feature} | {these.count('agree')} | {these.count('differ')} |")
    lines += ["", "| model | files | compile | agree with NEURON |", "| --- | --- | --- | --- |"]
    models = collections.defaultdict(list)
    for mod in mods:
        models[mod.shown.split("/")[0]].append(mod)
    for model, these in sorted(models.items()):
        lines.append(f"| {model} | {len(these)} | {sum(mod.result == 'compiles' for mod in these)} "
                     f"| {sum(mod in run and verdict_of(mod) == 'agree' for mod in these)} |")
    return "\n".join(lines) + "\n"


def cause_of(error):
    error = re.sub(r"'[^']*'", "'...'", error)
    return re.sub(r"\bVERBATIM in \w+", "VERBATIM", error)


def verdict_of(mod):
    found = mod.replay
    if "error" in found and "random numbers" in mod.features:
        return "random numbers"
    if "error" in found:
        return found["error"].split(":")[0]
    if not found["compared"]:
        return "shows no variable"
    if found["relative"] <= AGREES and found["same_events"]:
        return "NEURON gives NaN" if found["nan"] else "agree" if found["moving"] or found["events"] else "agree, but nothing moves"
    return "random numbers" if "random numbers" in mod.features else "differ"


def main():
    arguments = sys.argv[1:]
    if arguments[0] == "--batch":
        build = Path(arguments[2])
        batch = [Mod(Path(path), Path("/"), build) for path in json.loads(Path(arguments[1]).read_text())]
        return replay_batch(batch, build)
    rall_nmodl, models, build = arguments[:3]
    build = Path(build).resolve()
    (build / "replayed").mkdir(parents=True, exist_ok=True)
    mods = collect(Path(models).resolve(), build)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda mod: translate(mod, rall_nmodl), mods))
        batches = unique_batches([mod for mod in mods if mod.result == "translated"], 60)
        list(pool.map(lambda batch: compile_batch(batch, build), batches))
    if "--compile" in arguments:
        largest = sorted((mod for mod in mods if mod.result == "compiles"), key=lambda mod: -mod.header.stat().st_size)
        for mod in largest[:int(arguments[arguments.index("--compile") + 1])]:
            compile_alone(mod, Path(rall_nmodl).with_name("rall"), build)
    if "--no-replay" not in arguments:
        able = [mod for mod in mods if mod.result == "compiles" and mod.name not in ("", "nothing")]
        replay_all(able, build)
    (build / "coverage.json").write_text(json.dumps([
        {"file": mod.shown, "verbatim": mod.verbatim, "result": mod.result, "errors": mod.errors, "seconds": mod.seconds,
         "compiling": mod.compiling, "memory": mod.memory,
         "features": mod.features, "verdict": verdict_of(mod) if mod.replay else "", "replay": mod.replay}
        for mod in mods], indent=1))
    text = tables(mods)
    (build / "coverage.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
