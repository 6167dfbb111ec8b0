#!/usr/bin/env python3
"""The tables of keys in the documentation, made of those that readers check by (io/schema/*.json; io/schema/schema.hpp says what is in one).

    keys.py [--write]     compares the tables in docs/*.md, or writes them anew

A table stands below a comment that says which keys of which object it has: <!-- keys run: tstop dt -->. All keys of all objects are on the page docs/keys.md.
"""
import json
import re
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MARKED = re.compile(r"^<!-- keys (?P<of>[\w.]+): (?P<keys>[^>]*?) -->\n(?P<table>(?:\|.*\n)*)", re.M)


def objects(project=PROJECT):
    """{name: object} of all files, in the order of simulations, sweeps and so on."""
    found = {}
    for name in ("simulation", "cells", "network", "inputs", "reports", "biophysics", "circuit", "sweep", "protocol"):
        found |= json.loads((project / "io" / "schema" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def rows(name, of):
    """{key: row} of an object, those of what it is a kind of first."""
    parent = of[name].get("of")
    return (rows(parent, of) if parent else {}) | of[name].get("keys", {})


def standard(row):
    """What a key is when it is not given."""
    if "otherwise" in row:
        return row["otherwise"]
    if row.get("required"):
        return "required"
    if "default" not in row:
        return ""
    value = json.dumps(row["default"])
    return f"`{value}`" if isinstance(row["default"], str) else value


def meaning(row):
    text = "has no effect: " + row["no_effect"] if "no_effect" in row else row.get("description", "")
    return "; ".join(part for part in (row.get("unit"), text) if part).replace("|", "\\|")


def table(name, keys, of):
    """A table of Markdown."""
    known = rows(name, of)
    lines = ["| key | default | meaning |", "|---|---|---|"]
    for key in keys:
        names = f"`{key}`" + (f" or `{known[key]['also']}`" if "also" in known[key] else "")
        lines.append("| " + " | ".join((names, standard(known[key]), meaning(known[key]))) + " |")
    return "\n".join(line.replace("|  |", "| |").replace("|  |", "| |") for line in lines) + "\n"


def kind(row):
    """What may stand under a key, in words: number > 0."""
    words = []
    for one in [row["type"]] if isinstance(row["type"], str) else row["type"]:
        if one == "choice":
            words += [f"`{json.dumps(choice)}`" for choice in row["choices"]]
        elif one[0] in "{[":
            words.append(("" if one[0] == "{" else "list of ") + f"*{one[1:-1].replace('_', ' ')}*")
        else:
            words.append({"values": "number, list or column", "expression": "number, expression, list or column", "numbers": "list of numbers", "any": "anything",
                          "none": "nothing", "strings": "string or list of strings"}.get(one, one))
    limits = [f"{sign} {row[limit]:g}" for limit, sign in (("minimum", ">="), ("exclusiveMinimum", ">"), ("maximum", "<=")) if limit in row and abs(row[limit]) < 1e15]
    return ", ".join(words) + (" " if limits else "") + " and ".join(limits)


def condition(row):
    """To what a key belongs, in words."""
    with_ = row.get("with", [])
    some = []
    for one in [with_] if isinstance(with_, dict) else with_:
        parts = []
        for other, value in one.items():
            if isinstance(value, bool):
                parts.append(("with" if value else "without") + f" `{other}`")
            else:
                parts.append(f"`{other}` " + " or ".join(f"`{json.dumps(v)}`" for v in value))
        some.append(" and ".join(parts))
    return ", or ".join(some)


def update(text, of):
    """A page with its tables as they should be."""
    return MARKED.sub(lambda m: f"<!-- keys {m['of']}: {m['keys']} -->\n" + table(m["of"], m["keys"].split(), of), text)


def main(write):
    of = objects()
    parted, named = [], set()
    for page in sorted((PROJECT / "docs").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        fresh = update(text, of)
        named |= set(re.findall(r"`\"?([$\w]+)\"?`", text))
        if fresh != text:
            parted.append(page.name)
            if write:
                page.write_text(fresh, encoding="utf-8")
    if parted and not write:
        sys.exit(f"not as io/schema has it: {', '.join(parted)}; docs/site/keys.py --write makes the tables anew")
    print(f"{len(of)} objects, {sum(len(o.get('keys', {})) for o in of.values())} keys; written: {', '.join(parted) or 'nothing'}")
    return named


if __name__ == "__main__":
    main("--write" in sys.argv[1:])
