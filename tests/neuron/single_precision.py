#!/usr/bin/python3
"""What single precision of rates changes: runs configs in double and in single precision and compares every report of v and every spike.

    single_precision.py [--allowed MV] RALL CASE.json...

Prints, for each case, the largest difference of v (mV) at times that are further than 2 ms from any spike, the largest of all, and how far a spike moved
(ms). Exits 1 where spikes are lost or new, one moved by more than 0.1 ms, or v differs by more than --allowed mV (0.01) away from spikes; and where not a
bit differs in any case, since then nothing was computed in single precision. Two threads, and other groups of cells, must not change a bit.
"""
import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy
import reference
from compare import rall


def in_precision(config, precision, folder):
    """A copy of the config in `folder` with that precision; files are named where they lie."""
    home = Path(config).resolve().parent

    def placed(value):
        if isinstance(value, dict):
            return {key: placed(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [placed(inner) for inner in value]
        return str(home / value) if isinstance(value, str) and value and (home / value).exists() else value

    settings = placed(reference.read_json(config))
    settings["run"]["precision"] = precision
    copy = Path(folder) / f"{precision}.json"
    copy.write_text(json.dumps(settings))
    return copy


def compare(program, config):
    """(largest difference of v away from spikes, of all, largest move of a spike or None where their number differs, are all bits equal)"""
    settings = reference.read_json(config)
    with tempfile.TemporaryDirectory() as folder:
        (double, spikes), (single, moved) = (rall(program, in_precision(config, precision, folder), f"{folder}/out-{precision}")
                                             for precision in ("double", "single"))
        again, moved_again = rall(program, f"{folder}/single.json", f"{folder}/out-again", "--threads", "2", "--group-bytes", "20000")
    if moved != moved_again or not all(numpy.array_equal(single[name], again[name], equal_nan=True) for name in single):
        sys.exit(f"{config}: in single precision two threads give other bits than one")
    by_cell = [{gid: sorted(time for cell, time in found if cell == gid) for gid, _ in found} for found in (spikes, moved)]
    same_number = {gid: len(times) for gid, times in by_cell[0].items()} == {gid: len(times) for gid, times in by_cell[1].items()}
    move = max((abs(a - b) for gid, times in by_cell[0].items() for a, b in zip(times, by_cell[1][gid])), default=0) if same_number else None
    fired = numpy.array([time for _, time in spikes + moved])
    away, anywhere = 0, 0
    for name, report in settings.get("reports", {}).items():
        if report.get("variable_name") != "v" or name not in double:
            continue
        difference = numpy.abs(double[name] - single[name]).max(axis=1)
        start, dt = report.get("start_time", 0), report.get("dt", settings["run"].get("dt", 0.025))
        times = start + dt * numpy.arange(len(difference))
        quiet = numpy.ones(len(times), bool)
        for time in fired:
            quiet &= numpy.abs(times - time) > 2
        anywhere = max(anywhere, difference.max(initial=0))
        away = max(away, difference[quiet].max(initial=0))
    same = all(numpy.array_equal(double[name], single[name], equal_nan=True) for name in double)
    return away, anywhere, move, same


def main(program, configs, allowed):
    failures, all_same = [], True
    print("| case | v away from spikes (mV) | anywhere (mV) | spikes moved by (ms) |\n|---|---|---|---|")
    for config in configs:
        away, anywhere, move, same = compare(program, config)
        all_same = all_same and same
        print(f"| {Path(config).stem} | {away:.1e} | {anywhere:.1e} | {'other spikes' if move is None else f'{move:.3g}'} |", flush=True)
        if not away <= allowed or move is None or move > 0.1:
            failures.append(Path(config).stem)
    if failures:
        sys.exit(f"further off in single precision than allowed: {', '.join(failures)}")
    if all_same:
        sys.exit("not a bit differs: nothing was computed in single precision")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--allowed", type=float, default=0.01)
    parser.add_argument("program")
    parser.add_argument("configs", nargs="+")
    main(**vars(parser.parse_args()))
