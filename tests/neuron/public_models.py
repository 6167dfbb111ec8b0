#!/usr/bin/python3
"""Public models, each by its own unmodified script up to the call that runs it, then in Rall and in NEURON (docs/from-neuron.md).

    public_models.py FOLDER [NAME...] [--markdown FILE]     FOLDER: where they have been fetched, one folder each
    public_models.py FOLDER --one NAME                      in this process

The run that is intercepted is hoc's continuerun, or what `run` of the table says. Its first `limit` ms count.
"""
import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

# name -> folder; mods: folders of mechanisms; scripts of hoc, or `python` with its arguments and lines to be run before and after it; run: hoc that
# starts it; limit: ms; ignore: as of from_neuron.
MODELS = json.loads(Path(__file__).with_name("public_models.json").read_text())


class Stop(Exception):
    """The run has been compared."""


def one(root, name):
    """Prints one line of JSON."""
    model = MODELS[name]
    folder = Path(root) / model.get("folder", name)
    os.chdir(folder)
    from neuron import h
    from nrnmod import load

    import rall
    load(sorted(path.resolve() for mods in model.get("mods", ["."]) for path in Path(mods).glob("*.mod")), Path(root) / "build")
    h.load_file("stdrun.hoc")
    result = {}

    def compare(tstop):
        tstop = min(float(tstop), float(h.t) + model.get("limit", 500))
        result.update(sections=sum(1 for _ in h.allsec()), segments=sum(section.nseg for section in h.allsec()), dt=h.dt, ms=tstop - float(h.t))
        if h.CVode().active():
            h.CVode().active(0)
            h.stdinit()
        try:
            begin = time.perf_counter()
            carried = rall.from_neuron(ignore=model.get("ignore", ()))
            carried._run(tstop)  # compiles; then what is timed is the run
            result["seconds_first"] = time.perf_counter() - begin
            result["seconds"] = carried._run(tstop)["run_seconds"]
            comparison = carried.compare(tstop)
        except rall.Error as error:
            result["refused"] = str(error)
            return
        result.update(largest=comparison.largest, at=comparison.largest_at, parted=comparison.parted, spikes=comparison.spikes,
                      spikes_neuron=comparison.spikes_neuron, spikes_apart=comparison.spikes_apart, seconds_neuron=comparison.seconds_neuron,
                      text=str(comparison))

    def take(tstop=None):
        """In the place of continuerun: the first run counts."""
        compare(h.rall_tstop_ if tstop is None else tstop)
        print(json.dumps(result), flush=True)
        os._exit(0)

    sys.modules["__main__"].rall_take = take
    h("rall_tstop_ = 0")
    for procedure in "continuerun", "rall_run":
        h(f'proc {procedure}() {{ rall_tstop_ = $1  nrnpython("rall_take()") }}')
    for script in model.get("scripts", []):
        h.load_file(script)
    names = {"__name__": model.get("as", "__main__"), "take": take, "h": h}
    if "python" in model:
        sys.path.insert(0, str(Path(model["python"]).resolve().parent))
        sys.argv = [model["python"], *model.get("arguments", [])]
        names["__file__"] = str(Path(model["python"]).resolve())
    exec(model.get("before", ""), names)
    if "python" in model:
        exec(compile(Path(model["python"]).read_text(), model["python"], "exec"), names)
    exec(model.get("after", ""), names)
    for line in model.get("run", [] if "python" in model else ["run()"]):
        h(line)
    raise SystemExit(f"{name}: nothing was run")


def row(name, found):
    """Of the table in Markdown."""
    if "refused" in found or "failed" in found:
        why = "; ".join(line.strip() for line in found.get("refused", found.get("failed")).strip().splitlines()[-3:] if not line.endswith("NEURON:"))
        return f"| {MODELS[name].get('title', name)} | | | | {why} |"
    speed = found["seconds_neuron"] / found["seconds"] if found["seconds"] > 0 else float("nan")
    verdict = "runs, matches" if matches(found) else "runs; " + (found["parted"] or f"{found['spikes_apart']} spikes in another step")
    return f"| {MODELS[name].get('title', name)} | {found['segments']} | {found['largest']:.1e} | {speed:.1f} | {verdict} |"


def matches(found):
    return found["spikes_apart"] == 0 and found["largest"] < MATCH


MATCH = 1e-3  # mV


def main(root, names, markdown):
    rows = []
    for name in names or MODELS:
        done = subprocess.run([sys.executable, __file__, root, name, "--one"], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        found = json.loads(lines[-1]) if lines else {"failed": (done.stderr.strip() or done.stdout.strip() or f"ended with {done.returncode}")[-300:]}
        rows.append(row(name, found))
        print(rows[-1], flush=True)
        if "text" in found:
            print("    " + found["text"].replace("\n", "\n    "), flush=True)
    if markdown:
        Path(markdown).write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--one", action="store_true")
    parser.add_argument("--markdown")
    given = parser.parse_args()
    if given.one:
        one(given.root, given.names[0])
    else:
        main(given.root, given.names, given.markdown)
