#!/usr/bin/python3
"""The folder that scripts/gpu-bundle.sh makes, and its run.sh.

    bundle.py rehearse BUILD_DIR WORK       with a program that computes on processors: what is equal is found equal, an altered byte is found
    bundle.py make KOKKOS_SOURCE WORK       the whole of it for a GPU, which says that there is none where there is none, here and in an empty Debian 12
    bundle.py bare PACKED WORK              the latter alone, of a bundle that is made already

Ends with 77 (skipped) where nvcc or the source of Kokkos is missing.
"""
import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
import bare_debian

SCRIPT = ROOT / "scripts" / "gpu-bundle.sh"
CASES = "hh", "gap_junctions"  # the second has mechanisms of its own


def check(condition, what):
    if not condition:
        sys.exit(f"WRONG: {what}")


def run(bundle, code, result, **environment):
    """What run.sh prints; it must end with `code`."""
    done = subprocess.run([bundle / "run.sh", result], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ | environment)
    check(done.returncode == code, f"run.sh ended with {done.returncode}, expected {code}:\n{done.stdout}")
    return done.stdout


def configs(rall, folder):
    """All that a bundle brings can be read, and is small beside the program."""
    subprocess.run([sys.executable, ROOT / "bench" / "gpu_cases.py", folder], check=True)
    found = sorted(folder.glob("*/*/config.json"))
    check(len(found) > 25, found)
    for config in found:
        done = subprocess.run([rall, "inspect", config], text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        check(done.returncode == 0, f"{config}:\n{done.stderr}")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    check(size < 6_000_000, f"configs and what they name have {size} bytes")


def rehearse(build, work):
    bundle, result = work / "bundle", work / "result.json"
    configs(Path(build) / "bin" / "rall", work / "all")
    subprocess.run([SCRIPT, "--rehearse", build, "--output", bundle, *CASES], check=True)
    outcome = {}

    def again(code, rounds="0"):
        said = run(bundle, code, result, RALL_BUNDLE_ROUNDS=rounds)
        outcome.update(json.loads(result.read_text()))
        return said, {case["name"]: case for case in outcome["cases"]}

    said, cases = again(0)
    check(cases.keys() == set(CASES) and all(case["equal"] and case["files"] >= 2 for case in cases.values()), said)
    check(outcome["different"] == 0 and outcome["bundle"]["commit"], outcome)

    spikes = bundle / "expected" / "gap_junctions" / "spikes.h5.gz"
    packed = spikes.read_bytes()
    right = gzip.decompress(packed)
    spikes.write_bytes(gzip.compress(right[:-9] + bytes([right[-9] ^ 1]) + right[-8:]))
    said, cases = again(1)
    check("spikes.h5: 1 bytes differ" in said and cases["hh"]["equal"] and not cases["gap_junctions"]["equal"], said)
    check((work / "different" / "gap_junctions" / "spikes.h5").read_bytes() == right, "what differs is not kept")
    spikes.unlink()
    said, _ = again(1)
    check("spikes.h5 is not expected" in said, said)
    spikes.write_bytes(packed)
    (bundle / "expected" / "gap_junctions" / "more.h5.gz").write_bytes(gzip.compress(b""))
    said, _ = again(1)
    check("more.h5 is missing" in said, said)
    (bundle / "expected" / "gap_junctions" / "more.h5.gz").unlink()

    (bundle / "benchmarks").mkdir()
    shutil.copytree(bundle / "cases" / "hh", bundle / "benchmarks" / "hh")
    said, _ = again(0, rounds="2")
    (measured,) = outcome["benchmarks"]
    check(measured["against_cpu"] == "equal" and len(measured["seconds"]) == 2 and measured["summary"]["compartments"] == 23, measured)
    speed = 23 * 4800 / min(measured["seconds"])
    check(0.5 * speed < measured["compartment_steps_per_second"] <= 1.001 * speed, measured)

    # Kernels come from the folder, since nothing can be compiled.
    for library in (bundle / "lib" / "kernels").iterdir():
        library.rename(library.with_suffix(".gone"))
    said, cases = again(3)
    check("no C++ compiler" in said and cases["hh"]["equal"] and not cases["gap_junctions"]["equal"], said)
    said = run(bundle, 3, result, RALL_BUNDLE_PROGRAM="/bin/false")
    check("does not run here" in said, said)


def make(kokkos, work):
    if not kokkos or not Path(kokkos, "CMakeLists.txt").exists() or not (shutil.which("nvcc") or Path("/usr/local/cuda/bin/nvcc").exists()):
        print("skipped: no nvcc, or no source of Kokkos (KOKKOS_SOURCE)")
        sys.exit(77)
    bare_debian.skip_without_means()
    bundle = work / "rall-gpu-bundle"
    subprocess.run([SCRIPT, "--output", bundle, "--jobs", "2", kokkos], check=True)
    if not Path("/dev/nvidiactl").exists():
        said = run(bundle, 3, work / "result.json")
        check("no GPU" in said, said)
        bare(bundle.with_suffix(".tar.gz"), work)


def bare(packed, work):
    """On a system that has nothing, a driver neither."""
    system = bare_debian.System(work / "system")
    shutil.copy(packed, system.place / "bundle.tar.gz")
    (system.place / "start.sh").write_text("cd /bare && tar xzf bundle.tar.gz && code=0 && ./rall-gpu-bundle/run.sh || code=$?; echo ended with $code; ls /bare\n")
    said, _ = system.run("start")
    check("no GPU" in said and "ended with 3" in said and "gpu-result.json" not in said, said)
    shutil.rmtree(system.root)


def main():
    what, given, work = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    if what == "rehearse":
        rehearse(given, work)
    elif what == "bare":
        bare(Path(given), work)
    else:
        make(given or os.environ.get("KOKKOS_SOURCE"), work)


if __name__ == "__main__":
    main()
