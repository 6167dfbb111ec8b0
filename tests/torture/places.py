#!/usr/bin/python3
"""Output directories in all states: something in the way, links, foreign files, no permission, names that collide, another file system, two
runs at once. Whatever is in the way is told before the run and stays whole; what is not ours stays whole always.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from attack import TIMEOUT, Findings, box, config, options

RESULTS = {"run.json", "report.html", "spikes.h5", "log.txt", "v.h5", "m.h5"}


class Place:
    """An empty folder with a config; runs in it."""

    def __init__(self, one, **more):
        self.box, self.folder = one, one.folder / "place"
        subprocess.run(["chmod", "-R", "u+w", self.folder])
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        self.out = self.folder / "out"
        self.config = one.folder / "inputs/place.json"
        self.config.write_text(json.dumps({**config(0.5), **more}))

    def run(self, out="out", *words, prefix=(), cwd=None):
        return subprocess.run([*prefix, self.box.rall, "run", str(self.config), "--output-dir", str(out), "--quiet", *words], capture_output=True, text=True,
                              cwd=cwd or self.folder, env=self.box.environment, timeout=TIMEOUT)

    def names(self, folder=None):
        return set(os.listdir(folder or self.folder))


def expect(findings, what, **truths):
    """One case: all that is named must be true."""
    wrong = [name.replace("_", " ") for name, truth in truths.items() if not truth]
    findings.case("right", f"{what}: not so: {', '.join(wrong)}" if wrong else None)


def refused(findings, what, place, done, *said, code=3):
    """Nothing ran, nothing is left, and the message names what is in the way."""
    hidden = [name for name in place.names() if name.startswith(".") and "lock" not in name]
    missing = [word for word in said if word not in done.stderr]
    wrong = (f"exit {done.returncode}" if done.returncode != code else f"{hidden} is left" if hidden else f"{missing} is not said" if missing else None)
    findings.case("refused", wrong and f"{what}: {wrong}: {done.stderr[-250:]}")


def in_the_way(one, findings):
    place = Place(one)
    place.out.write_text("mine")
    refused(findings, "a file in place of the directory", place, place.run(), "out")
    expect(findings, "a file in place of the directory", it_stays=place.out.read_text() == "mine")

    for name in sorted(RESULTS):
        place = Place(one)
        (place.out / name).mkdir(parents=True)
        (place.out / name / "mine").write_text("mine")
        refused(findings, f"a directory called {name}", place, place.run(), name)
        expect(findings, f"a directory called {name}", it_stays=(place.out / name / "mine").read_text() == "mine", nothing_else_came=place.names(place.out) == {name})

    place = Place(one)
    place.out.symlink_to("nowhere")
    refused(findings, "a link to nowhere", place, place.run(), "out")
    expect(findings, "a link to nowhere", it_stays=os.readlink(place.out) == "nowhere", nothing_came_there=not (place.folder / "nowhere").exists())

    place = Place(one)
    real = place.folder / "real"
    real.mkdir()
    (real / "mine").write_text("mine")
    place.out.symlink_to("real")
    done = place.run()
    expect(findings, f"a link to a directory, exit {done.returncode} {done.stderr[-100:]}", link_stays=place.out.is_symlink(), foreign_file_stays=(real / "mine").read_text() == "mine",
           results_or_refusal=(done.returncode == 0 and RESULTS <= place.names(real)) or (done.returncode in (1, 3) and place.names(real) == {"mine"} and "out" in done.stderr),
           nothing_beside=place.names() == {"real", "out"})

    for name in sorted(RESULTS):
        place = Place(one)
        assert place.run().returncode == 0
        target = place.folder / "target"
        target.write_text("mine")
        (place.out / name).unlink()
        (place.out / name).symlink_to(target)
        done = place.run()
        expect(findings, f"{name} is a link, exit {done.returncode}", its_target_stays=target.read_text() == "mine", ended=done.returncode in (0, 3))


def foreign(one, findings):
    place = Place(one)
    assert place.run().returncode == 0
    (place.out / "notes.txt").write_text("mine")
    (place.out / "figures").mkdir()
    (place.out / "figures/one.png").write_text("mine")
    (place.out / ".hidden").write_text("mine")
    (place.out / "away").symlink_to("/nowhere")
    os.chmod(place.out, 0o2750)
    inode = (place.out / "notes.txt").stat().st_ino
    done = place.run("out", "--no-html")
    expect(findings, f"foreign files in the directory {done.stderr[-200:]}", succeeds=done.returncode == 0, notes_stay=(place.out / "notes.txt").read_text() == "mine",
           the_same_file=(place.out / "notes.txt").stat().st_ino == inode, figures_stay=(place.out / "figures/one.png").read_text() == "mine", hidden_stays=(place.out / ".hidden").exists(),
           link_stays=(place.out / "away").is_symlink(), former_page_goes=not (place.out / "report.html").exists(), mode_stays=place.out.stat().st_mode & 0o7777 == 0o2750, nothing_beside=place.names() == {"out"})

    for given in (".", "../here", "./", "deep/er/out", "deep/er/out/"):
        place = Place(one)
        here = place.folder / "here"
        here.mkdir()
        (here / "mine").write_text("mine")
        done = place.run(given, cwd=here)
        made = here / given
        expect(findings, f"--output-dir {given}, exit {done.returncode} {done.stderr[-200:]}", succeeds=done.returncode == 0, results=made.exists() and RESULTS <= place.names(made),
               mine_stays=(here / "mine").exists() and (here / "mine").read_text() == "mine", nothing_beside=place.names() == {"here"} and place.names(here) <= RESULTS | {"mine", "deep"})


def forbidden(one, findings):
    """Root may write anywhere, unless that right is taken from it."""
    prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    if prefix and (not shutil.which("setpriv") or subprocess.run([*prefix, "true"], capture_output=True).returncode != 0):
        print("root cannot give up its rights here: places without permission are left out")
        return
    for what, locked in (("parent", ""), ("directory", "out")):
        place = Place(one)
        (place.folder / locked).mkdir(exist_ok=True)
        os.chmod(place.folder / locked, 0o555)
        begun = time.monotonic()
        done = place.run("out", "--tstop", "1e6", prefix=prefix)
        refused(findings, f"a {what} that is read only", place, done, "Permission denied", "out")
        expect(findings, f"a {what} that is read only", told_before_the_run=time.monotonic() - begun < 5)
        os.chmod(place.folder / locked, 0o755)


def planted(one, findings):
    """Libraries of the program's own names in the working directory are not even looked at."""
    place = Place(one)
    needed = subprocess.run(["ldd", one.rall], capture_output=True, text=True).stdout
    for name in re.findall(r"^\s*(\S+\.so\S*) =>", needed, re.M):
        (place.folder / name).write_text("planted")
    planted = place.names()
    done = place.run()
    expect(findings, f"libraries in the working directory, exit {done.returncode} {done.stderr[-200:]}", there_are_some=len(planted) > 3, it_runs=done.returncode == 0)


def collisions(one, findings):
    def case(what, *said, output=None, reports=None):
        content = {"output": {"output_dir": "out", **(output or {})}}
        if reports:
            content["reports"] = reports
        place = Place(one, **content)
        begun = time.monotonic()
        done = place.run("out", "--tstop", "1e6")
        refused(findings, what, place, done, *said, code=1)
        expect(findings, what, no_output=not place.out.exists() or not any(place.out.iterdir()), told_before_the_run=time.monotonic() - begun < 5, line_told=bool(re.search(r"place\.json:\d+:\d+: error", done.stderr)))

    v = {"variable_name": "v"}
    for name in ("report.html", "run.json", "v.h5", "m.h5", "", ".", "..", "a/b.h5", "../x.h5", "/tmp/x.h5", "log.txt", "./v.h5", "x\0.h5", "n" * 300, "rall.lock/.."):
        case(f"spikes_file {name[:30]!r}", output={"spikes_file": name, "log_file": "log.txt"})
    for name in ("report.html", "run.json", "v.h5", "spikes.h5", "", ".", "..", "a/log.txt", "../log.txt", "/tmp/log.txt"):
        case(f"log_file {name!r}", output={"log_file": name})
    # A name without .h5 gets it.
    for name in ("spikes.h5", "spikes", "..", "a/b.h5", "/tmp/b.h5", "log.h5", "log", ".h5", ".hidden"):
        case(f"a report in {name!r}", reports={"v": {**v, "file_name": name}}, output={"log_file": "log.h5"})
    case("two reports of one file name", reports={"v": {**v, "file_name": "x.h5"}, "m": {"variable_name": "hh.m", "file_name": "x.h5"}})
    case("two reports, one named as the other's file", reports={"v": v, "m": {"variable_name": "hh.m", "file_name": "v.h5"}})
    case("two reports, one with an ending left out", reports={"x": {**v, "file_name": "y"}, "y": {"variable_name": "hh.m"}})
    case("a report called spikes", reports={"spikes": v})
    case("spikes and log alike", output={"spikes_file": "a", "log_file": "a"})


def at_once(one, findings, times):
    """Two runs of different input into one directory: each is whole, or told who is there."""
    place = Place(one)
    other = one.folder / "inputs/other.json"
    other.write_text(json.dumps(config(0.2)))
    single = {}
    for path in (place.config, other):
        done = subprocess.run([one.rall, "run", str(path), "--output-dir", "single", "--quiet"], cwd=place.folder, env=one.environment)
        assert done.returncode == 0
        single[path] = {name: (place.folder / "single" / name).read_bytes() for name in ("spikes.h5", "v.h5", "m.h5")}
        shutil.rmtree(place.folder / "single")
    for _ in range(times):
        pair = [subprocess.Popen([one.rall, "run", str(path), "--output-dir", "out", "--quiet"], cwd=place.folder, env=one.environment, stderr=subprocess.PIPE, text=True) for path in (place.config, other)]
        said = [process.communicate(timeout=TIMEOUT)[1] for process in pair]
        codes = [process.returncode for process in pair]
        made = {name: (place.out / name).read_bytes() for name in single[other]}
        expect(findings, f"two at once, exits {codes} {said}", one_succeeds=0 in codes, other_succeeds_or_is_told=all(code == 0 or (code == 3 and str(pair[1 - i].pid) in said[i]) for i, code in enumerate(codes)),
               one_set=made in single.values(), nothing_beside=place.names() == {"out"}, all_files=RESULTS <= place.names(place.out))


def others_at_work(one, findings):
    """While a run works, no other verb touches its place."""
    place = Place(one)
    assert place.run().returncode == 0
    working = subprocess.Popen([one.rall, "run", str(place.config), "--output-dir", str(place.out), "--quiet", "--tstop", "1e7"], env=one.environment, stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    before = {path.name: path.read_bytes() for path in place.out.iterdir()}
    for words in (["recover", place.out], ["report", place.out], ["channel", "hh", "--protocol", "activation", "--current", "ina", "--output-dir", place.out]):
        done = subprocess.run([one.rall, *map(str, words)], capture_output=True, text=True, env=one.environment, timeout=TIMEOUT)
        expect(findings, f"{words[0]} while a run works, exit {done.returncode} {done.stderr[-200:]}", refused=done.returncode == 3, told_who=str(working.pid) in done.stderr)
    expect(findings, "others while a run works", results_stay=before == {path.name: path.read_bytes() for path in place.out.iterdir()}, the_run_goes_on=working.poll() is None)
    working.kill()
    working.wait()


def elsewhere(one, findings):
    """Another file system: nothing may be renamed across its border."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK) or shared.stat().st_dev == one.folder.stat().st_dev:
        print("/dev/shm is no other file system here: it is left out")
        return
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        place = Place(one)
        for _ in range(2):
            done = place.run(Path(folder) / "out")
            expect(findings, f"another file system {done.stderr[-200:]}", succeeds=done.returncode == 0, results=RESULTS <= place.names(Path(folder) / "out"), nothing_beside=place.names(folder) == {"out"} and not place.names())
        place.out.symlink_to(Path(folder) / "out")
        done = place.run()
        expect(findings, f"a link to another file system, exit {done.returncode}", link_stays=place.out.is_symlink(), ended=done.returncode in (0, 1, 3), nothing_beside=place.names(folder) == {"out"} and place.names() == {"out"})
    unshare = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], capture_output=True).returncode != 0:
        print("nothing can be mounted here: an output directory that is a mount is left out")
        return
    place = Place(one)
    place.out.mkdir()
    script = 'mount -t tmpfs tmpfs out && echo mine > out/mine && "$@" && "$@" && ls -A out && ls -A . && cat out/mine'
    done = subprocess.run([*unshare, "sh", "-c", script, "sh", one.rall, "run", str(place.config), "--output-dir", "out", "--quiet"], capture_output=True, text=True, cwd=place.folder, env=one.environment)
    said = done.stdout.split()
    expect(findings, f"the directory is a mount {done.stdout[-200:]} {done.stderr[-300:]}", succeeds=done.returncode == 0 and said[-1] == "mine" or done.returncode == 3 and "out" in done.stderr,
           nothing_beside=set(said) <= RESULTS | {"mine", "out"})


def main():
    given = options(__doc__)
    findings = Findings("places")
    with box(given) as one:
        in_the_way(one, findings)
        foreign(one, findings)
        forbidden(one, findings)
        planted(one, findings)
        collisions(one, findings)
        elsewhere(one, findings)
        others_at_work(one, findings)
        at_once(one, findings, 100 if given.all else 10)
    return findings.end()


if __name__ == "__main__":
    sys.exit(main())
