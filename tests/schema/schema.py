#!/usr/bin/python3
"""What `rall schema` prints is JSON Schema, which says of a file what the reader says: schema.py RALL PROJECT [reader].

All files of the project that are right fit it; wrong ones do not, where a schema can say what is wrong; every key of a table is used by a file that the
reader takes. With `reader`, each key of the files in tests/schema/good is made wrong in all ways that its table knows, and the reader must refuse it too.
"""
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema

sys.path.insert(0, str(Path(__file__).parent))
import corpus  # noqa: E402
from walk import Walk  # noqa: E402

KINDS = {"config": "simulation", "biophysics": "biophysics", "sweep": "sweep", "protocol": "protocol", "circuit": "circuit"}
OF_CIRCUITS = {"input.h5", "input.sonata", "input.csv", "input.nwb", "input.replay", "input.syn_activity", "replayed_edges", "pair"}  # and those of io/schema/circuit.json


def run(rall, kind, path, output):
    """What the reader says of a file."""
    task = {"config": ["run", path, "--dry-run"], "sweep": ["sweep", path, "--output-dir", output],
            "protocol": ["channel", "hh", "--protocol", path, "--output-dir", output]}[kind]
    return subprocess.run([rall, *task], capture_output=True, text=True, timeout=300)


def check_tables(tables):
    """What readers take for granted of the tables."""
    for name, table in tables.items():
        for key, row in table.get("keys", {}).items():
            where = f"{name}.{key}"
            assert row["type"] != "choice" or "default" not in row or row["default"] == row["choices"][0], f"{where}: the first choice is the default"
            assert row["type"] != "integer" or {"minimum", "maximum"} <= set(row), f"{where}: a whole number has limits"
            assert "no_effect" in row or "unit" in row or row.get("description") or "default" in row or row.get("otherwise"), f"{where}: what is it?"


def check_files(project, validators):
    """Files of the project fit; those of tests/bad/ do not, where rejected.txt says so."""
    count = {}
    for path, kind, value in corpus.good(project):
        wrong = jsonschema.exceptions.best_match(validators[kind].iter_errors(value))
        assert not wrong, f"{path}: {list(wrong.absolute_path)}: {wrong.message[:300]}"
        count[kind] = count.get(kind, 0) + 1
    rejected = (Path(__file__).parent / "rejected.txt").read_text().split()
    for name in rejected:
        path = project / "tests" / f"{name}.json"
        kind = "config" if "/config/" in name else name.split("/")[1]
        assert not validators[kind].is_valid(corpus.read(path)), f"{name} is wrong, but fits the schema"
    assert set(count) == set(KINDS) and len(rejected) > 70, (count, len(rejected))
    print(f"fit: {count}; do not: {len(rejected)}")


def check_keys(rall, project, keys, tables, walks):
    """Every key of a table stands in a file of tests/schema/good that is read without an error; those of circuits are literals in their readers."""
    used = set()
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted((project / "tests/schema/good").glob("*.json")):
            value = corpus.read(path)
            kind = corpus.kind(value)
            if not kind:
                continue
            for table, place in walks[kind].objects(KINDS[kind], value):
                inner = value
                for key in place:
                    inner = inner[key]
                also = {row["also"]: key for key, row in walks[kind].rows(table).items() if "also" in row}
                used |= {(walks[kind].owner(table, also.get(key, key)), also.get(key, key)) for key in inner}
            if kind != "biophysics":  # which cells.json names
                done = run(rall, kind, path, Path(folder) / path.stem)
                assert done.returncode == 0, f"{path}: {done.stderr}"
    circuits = set(json.loads((project / "io/schema/circuit.json").read_text())) | OF_CIRCUITS
    readers = "".join(path.read_text() for folder in ("io/config", "io/sonata", "io") for path in (project / folder).glob("*.cpp"))
    unused = []
    for table in tables:
        for key, row in tables[table].get("keys", {}).items():
            in_circuits = table in circuits or table.startswith("allen_") or "with a circuit" in row.get("description", "") or (table, key) in WITH_A_CIRCUIT
            is_known = key == "$schema" or f'"{key}"' in readers or "no_effect" in row if in_circuits else (table, key) in used
            if not is_known:
                unused.append(f"{table}.{key}")
    assert not unused, f"no file uses these keys: {', '.join(unused)}"
    print(f"{len(used)} keys are used by files that are read")


WITH_A_CIRCUIT = {("pair", "$schema"), ("circuit", "$schema"), ("config", "network"), ("config", "networks"), ("config", "components"), ("run", "restore"), ("run", "electrodes_file"),
                  ("report", "compartment_set"), ("electrode", "compartment_set"), *(("input.synapse_replay", key) for key in ("spike_file", "population", "node_set", "source", "duration")),
                  ("generator", "spike_file"), ("generator", "population"),
                  *(("input.IClamp", key) for key in ("sweep_id", "downsample", "sweep_window"))}


def check_reader(rall, project, walks):
    """What is made wrong of the good files is refused by the schema and by the reader."""
    done, failed = set(), []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "tests" / "schema" / "good"
        shutil.copytree(project / "tests/schema/good", folder)
        for other in ("hoc", "neuroml"):
            (folder.parents[1] / other).symlink_to(project / "tests" / other)
        said = "".join(path.read_text() for path in folder.glob("*.json"))
        for other in ("neuron/mods", "nmodl_lite/mod"):  # hundreds of runs would translate all of them: those that are named are enough
            (folder.parents[1] / other).mkdir(parents=True)
            for path in (project / "tests" / other).iterdir():
                if path.suffix != ".mod" or f'"{path.stem}"' in said:
                    (folder.parents[1] / other / path.name).symlink_to(path)
        for path in sorted(folder.glob("*.json")):
            value = corpus.read(path)
            kind = corpus.kind(value)
            if not kind or path.name == "csv.json":
                continue
            walk = walks[kind]
            validator = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{KINDS[kind]}", "$defs": walk.defs})
            text = path.read_text()
            for what, mutant in walk.mutants(KINDS[kind], value, done):
                if validator.is_valid(mutant):
                    failed.append(f"{path.name}: the schema takes {what}")
                path.write_text(json.dumps(mutant))
                main, of = (path, kind) if kind != "biophysics" else (folder / "cells.json", "config")
                if (code := run(rall, of, main, folder / "out").returncode) != 1:
                    failed.append(f"{path.name}: the reader takes {what} (exit code {code})")
            path.write_text(text)
    print(f"{len(done)} ways to be wrong")
    assert not failed, "\n".join(failed)


def main(rall, project, *what):
    project = Path(project)
    sys.path.insert(0, str(project / "docs" / "site"))
    import keys

    tables = keys.objects(project)
    schemas = {kind: json.loads(subprocess.run([rall, "schema", kind], capture_output=True, text=True, check=True).stdout) for kind in KINDS}
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    walks = {kind: Walk(tables, lambda name: keys.rows(name, tables), schema) for kind, schema in schemas.items()}
    if what == ("reader",):
        return check_reader(rall, project, walks)
    check_tables(tables)
    check_files(project, {kind: jsonschema.Draft202012Validator(schema) for kind, schema in schemas.items()})
    check_keys(rall, project, keys, tables, walks)
    unknown = subprocess.run([rall, "schema", "biophysic"], capture_output=True, text=True)
    assert unknown.returncode == 2 and "did you mean 'biophysics'?" in unknown.stderr, unknown


if __name__ == "__main__":
    main(*sys.argv[1:])
