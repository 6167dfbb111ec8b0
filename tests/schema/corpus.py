"""The configs and other files that lie in the project, each with the kind of its schema."""
import json
import re
from pathlib import Path

# Strings stay as they are; comments, which Rall reads over, go.
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\r\n]*|/\*.*?\*/', re.S)


def read(path):
    """The value of a file; None where it is no JSON."""
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    try:
        return json.loads(TOKEN.sub(lambda m: m.group() if m.group()[0] == '"' else " ", text), parse_constant=lambda name: float(name.replace("Infinity", "inf")))
    except ValueError:
        return None


def kind(value):
    """Which schema a value goes by; None for what is something else."""
    if not isinstance(value, dict):
        return None
    has = value.__contains__
    if has("run") or has("simulation"):
        return "config"
    if has("networks"):
        return "circuit"
    if has("regions") or has("genome"):
        return "biophysics"
    if has("parameters") and (has("base") or has("config")):
        return "sweep"
    return "protocol" if has("segments") else None


def good(project):
    """(path, kind, value) of all that are right."""
    for folder in ("examples", "channel/protocols", "tests/data", "tests/neuron", "tests/schema/good"):
        for path in sorted((project / folder).rglob("*.json")):
            value = read(path)
            if (of := kind(value)) and "results" not in path.parts:
                yield path, of, value
