#!/usr/bin/python3
"""A sweep that is killed (SIGKILL) half way and started again repeats no finished member and ends with the same bytes.

    resume.py RALL
"""
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cell

MEMBERS = 40


def finished(out):
    log = out / "finished.log"
    return log.read_text().count("\n") - 1 if log.exists() else 0


def main(rall):
    description = {"config": cell.config(), "combine": "latin_hypercube", "members": MEMBERS, "parameters": {
        "inputs.step.amp_start": {"from": 0, "to": 0.5},
        "g": {"path": "cells.cell.biophysics.regions.soma.mechanisms.hh.gnabar", "scale": True, "values": {"from": 0.5, "to": 2}}}}
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder)
        whole = cell.sweep(rall, folder, description, name="whole")
        path, out = folder / "whole.json", folder / "killed"
        command = [rall, "sweep", path, "--output-dir", out, "--batch", "1"]
        process = subprocess.Popen([*command, "--quiet"])
        while finished(out) < MEMBERS // 3:
            assert process.poll() is None, "it ended before it could be killed"
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        done = finished(out)
        assert MEMBERS // 3 <= done < MEMBERS, done
        assert not (out / "sweep.csv").exists()
        before = (out / "finished.log").read_bytes()
        with open(out / "finished.log", "ab") as log:  # as if the kill had cut a line short
            log.write(b"39,fini")
        said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
        assert f"{done} of {MEMBERS} members are finished already" in said, said
        log = (out / "finished.log").read_bytes()
        assert log.startswith(before), "finished members were written again"
        members = [line.split(b",")[0] for line in log.splitlines()[1:]]
        assert len(members) == len(set(members)) == MEMBERS, "a member ran twice"
        for name in ("sweep.csv", "sweep.h5", "report.html"):
            assert (out / name).read_bytes() == (whole / name).read_bytes(), f"{name} differs"
        print(f"killed after {done} of {MEMBERS} members: the same tables")

        # Another sweep does not mix its members with these.
        description["members"] = MEMBERS + 1
        path.write_text(json.dumps(description))
        other = subprocess.run(command, capture_output=True, text=True)
        assert other.returncode == 1 and "belong to another sweep" in other.stderr, other
        assert (out / "finished.log").read_bytes() == log


if __name__ == "__main__":
    main(*sys.argv[1:])
