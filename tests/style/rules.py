"""Rules of docs/design.md, section 2, that a machine can check: who may include whom, the length of a file, what opens a header."""

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
    "io": "base morphology model mechanisms",
    "sweep": "base morphology mechanisms model network io",
    "channel": "base morphology mechanisms model network io",
    "app": "base morphology nmodl_lite mechanisms model solver network io sweep channel",
}
LONGEST = 550
CODE = {".hpp", ".cpp", ".py", ".js", ".css", ".cmake", ".sh", ".mod", ".txt"}


def files(root):
    folders = [*MAY_INCLUDE, "python", "tests", "bench", "examples", "scripts", "cmake"]
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix in CODE and "__pycache__" not in path.parts:
                yield path


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
        if folder in MAY_INCLUDE and path.suffix in {".hpp", ".cpp"}:
            allowed = {folder, *MAY_INCLUDE[folder].split()}
            for number, line in enumerate(lines, 1):
                included = re.match(r'\s*#\s*include\s+"([^"/]+)(/?)', line)
                if not included:
                    continue
                if not included.group(2):
                    yield f"{where}:{number}: include by the path from the project's root"
                elif included.group(1) not in allowed:
                    yield f"{where}:{number}: {folder}/ may not include {included.group(1)}/"


def main():
    found = list(complaints(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "all rules kept")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
