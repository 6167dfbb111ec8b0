"""Rules of docs/design.md, section 2, that a machine can check: who may include whom (rooms, and wings inside a room), the length of a file, what opens a header and a source."""

import pathlib
import re
import sys

MAY_INCLUDE = {
    "base": "",
    "morphology": "base",
    "nmodl_lite": "base",
    "mechanisms": "base nmodl_lite",
    "model": "base morphology mechanisms",
    "solver": "base morphology model mechanisms",  # model.hpp hands out cables
    "network": "base morphology mechanisms model solver",
    "io": "base morphology nmodl_lite model mechanisms",
    "session": "base morphology mechanisms model network io",
    "sweep": "base morphology mechanisms model network io",
    "channel": "base morphology mechanisms model network io",
    "python": "base morphology nmodl_lite mechanisms model solver network io session sweep channel",
    "app": "base morphology nmodl_lite mechanisms model solver network io session sweep channel",
}
# Wings of a room, left to right: each may use those to its right none of those named beside it. What stands at the
# top of a room is its face: it may use all wings, and no wing uses it but for the data in DATA_OF_THE_FACE.
WINGS = {
    "nmodl_lite": ["units codegen", "c", "passes", "solve", "analysis", "syntax"],
    "solver": ["lowering", "cvode", "step"],
    "io": ["page", "sonata", "config", "neuroml hoc", "results", "schema", "text"],
}
DATA_OF_THE_FACE = {"nmodl_lite/mechanism.hpp": "syntax"}  # and what it may use itself
LONGEST = 550
CODE = {".hpp", ".cpp", ".py", ".js", ".css", ".cmake", ".sh", ".mod", ".txt"}


def files(root):
    folders = [*MAY_INCLUDE, "tests", "bench", "examples", "scripts", "cmake", "docs", "packaging"]
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix in CODE and "__pycache__" not in path.parts:
                yield path


def wing_complaint(file, included):
    """What is wrong with an include inside a room that has wings; None if it keeps the arrows."""
    room, *_ = file.split("/")
    wings = [wing for beside in WINGS[room] for wing in beside.split()]
    usable = {}
    for k, beside in enumerate(WINGS[room]):
        for wing in beside.split():
            usable[wing] = {wing, *" ".join(WINGS[room][k + 1 :]).split()}
    here, there = (path.split("/")[1] if path.count("/") > 1 else None for path in (file, included))
    if here and here not in wings:
        return f"{room}/{here}/ is no wing that docs/design.md knows"
    if file in DATA_OF_THE_FACE and there not in DATA_OF_THE_FACE[file].split():
        return f"{file} is data that all wings use: it may include {DATA_OF_THE_FACE[file]}/ only"
    if not here or included in DATA_OF_THE_FACE:
        return None
    if not there:
        return f"{room}/{here}/ may not include what stands at the top of {room}/"
    return None if there in usable[here] else f"{room}/{here}/ may not include {room}/{there}/"


def complaints(root):
    for path in files(root):
        where = path.relative_to(root)
        text = path.read_text(encoding="utf-8", errors="replace")  # a test file may be Latin-1 on purpose
        lines = text.splitlines()
        if len(lines) > LONGEST:
            yield f"{where}: {len(lines)} lines: more than {LONGEST}; which two ideas are in it?"
        if path.suffix == ".hpp":
            if not lines or not lines[0].startswith("//"):
                yield f"{where}:1: a header says first what it is for"
            if "#pragma once" not in lines:
                yield f"{where}: no #pragma once"
        folder = where.parts[0]
        own = where.with_suffix(".hpp").as_posix()
        if path.suffix == ".cpp" and (root / own).exists():
            first = re.search(r'^#include\s+"([^"]+)"|^#include', text, re.MULTILINE)
            if not first or first.group(1) != own:
                yield f"{where}: includes {own} first, which shows that it compiles alone (tests/style compiles only those without a source)"
        if folder in MAY_INCLUDE and path.suffix in {".hpp", ".cpp"}:
            allowed = {folder, *MAY_INCLUDE[folder].split()}
            for number, line in enumerate(lines, 1):
                if re.search(r"\bl?lround\(", line):
                    yield f"{where}:{number}: lround is undefined for what no whole number holds: base/whole.hpp"
                included = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
                if not included:
                    continue
                path, room = included.group(1), included.group(1).split("/")[0]
                if path == room:
                    yield f"{where}:{number}: include by the path from the project's root"
                elif room not in allowed:
                    yield f"{where}:{number}: {folder}/ may not include {room}/"
                elif room == folder and folder in WINGS:
                    wrong = wing_complaint(where.as_posix(), path)
                    if wrong:
                        yield f"{where}:{number}: {wrong}"


def main():
    found = list(complaints(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "all rules kept")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
