#!/usr/bin/python3
"""No text from outside becomes code, or a compiler error: names of files and directories, identifiers, titles, units, comments, strings.

    outside_text.py RALL [--count N] [--seed S] [--library N]

COUNT mechanisms get such names and texts; their headers are one translation unit for the compiler's front end, in which whatever leaves its
comment or string is an error. LIBRARY of them are compiled and loaded from places with such names: a program in a text would run.
"""
import argparse
import os
import random
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

CANARY = "PWNED"
# Each is an error where it becomes code, or leaves the canary when it runs.
PROGRAMS = ['\n#include <cstdlib>\nstatic int run_{n} = std::system("touch {canary}");\n@ ', "\n#error code\n", "\r#error code\r", "\r\n#error code\r\n",
            '"; @ code; "', "\\", "\\\n@", "??/", "??/\n@", "*/ @ code /*", "*/", "/*", "//", "\v@", "\f@", "\x85#error", "\u2028#error code\u2029", "\u202e\u2066@\u2069",
            '\\"; @ "', "\\\\", "\\x", "\\u000a@", "\\N{{LINE FEED}}", '")@ ("', ')rall"; @', "%s%n%0A", "{{}}{{n}}", "$(touch {canary})", "`touch {canary}`", "; touch {canary}", "| touch {canary}",
            "-o evil", "-include /etc/passwd", "@/etc/passwd", "#pragma GCC poison double", "\x1b[2J", "\x07\x08\x7f", "\xff\xfe".encode("latin-1").decode("latin-1"), "\u00e4\u4e2d\U0001f9e0", "  ", "'",
            "&&@", "<@>", "_Pragma(\"GCC error code\")", "__DATE__", "%:error code", "<::>"]
WORDS = ["int", "class", "template", "operator", "co_await", "__func__", "__attribute__", "_Pragma", "assert", "errno", "main", "stdin", "unix", "RALL_FUNCTION",
         "RALL_KERNEL_LIBRARY", "kernel", "element", "info", "common", "std", "rall", "variables", "asm", "xor", "this", "EOF", "offsetof", "va_arg", "import", "module"]


def awkward(rng, n, forbidden="\0"):
    """A text of such parts."""
    parts = [rng.choice(PROGRAMS).format(n=n, canary=CANARY) for _ in range(rng.randint(1, 3))]
    text = rng.choice(["", "x", "na k"]).join(parts)
    for c in forbidden:
        text = text.replace(c, "")
    return text


def file_name(rng, n):
    stem = awkward(rng, n, "\0/")
    raw = stem.encode("utf-8") if rng.random() < 0.8 else stem.encode("latin-1", "ignore") + bytes([rng.randint(0x80, 0xFF)])
    tail = f" {n}.mod".encode()
    raw = raw[: 255 - len(tail)]
    if n % 50 == 7:
        raw = raw.ljust(255 - len(tail), b"\\")
    return raw + tail


def identifiers(rng, n, count):
    names = []
    for k in range(count):
        kind = rng.randrange(6)
        if kind == 0:
            name = rng.choice(WORDS)
        elif kind == 1:
            name = "_" * rng.randint(1, 3) + rng.choice(WORDS) + "_" * rng.randint(0, 2)
        elif kind == 2:
            name = "".join(rng.choice("abcXYZ_019") for _ in range(rng.choice([4096, 4095, 300, 255])))
        elif kind == 3:
            name = rng.choice(WORDS) + rng.choice(["_n", "_c1", "_n_sum", "_x", "0"])
        else:
            name = "".join(rng.choice("abcdefghijklmnopqrstuvwxyzABCXYZ_0123456789") for _ in range(rng.randint(2, 30)))
        name = ("q" + name if not re.match("[A-Za-z_]", name) else name)
        names.append(f"{name}{k}" if name not in WORDS else f"{name}")
    return list(dict.fromkeys(names))


def mechanism(rng, n):
    """A file with such names and texts wherever NMODL takes one."""
    suffix = f"m{n}" + rng.choice(["", "_" + "s" * 4096, "_" + rng.choice(WORDS), "_", "__"])
    a, b, c, d, e = (identifiers(rng, n, 12) + [f"spare_{k}" for k in range(5)])[:5]
    one_line = "\n\r\v\f\x85\u2028\u2029\0\4\32"
    title = awkward(rng, n, one_line)
    unit = awkward(rng, n, one_line + '(){}"').replace(":", "").replace("?", "")
    text = awkward(rng, n, one_line + '"').replace("\\", "")
    comment = awkward(rng, n).replace("ENDCOMMENT", "").replace("\4", "").replace("\32", "")
    unit_line = f"UNITS {{ ({b}u{n}) = (mV) }}\n" if len(b) < 40 else ""
    return suffix, f"""TITLE {title}
: {title}
COMMENT
{comment}
ENDCOMMENT
{unit_line}NEURON {{ SUFFIX {suffix} NONSPECIFIC_CURRENT i RANGE {a}, {b}, {c} RANDOM {e} }}
PARAMETER {{ {a} = 1e-4 (S/cm2) {b} = 2 ({unit}) }}
ASSIGNED {{ v (mV) i (mA/cm2) {c} ({unit}) }}
STATE {{ {d} ({unit}) }}
INITIAL {{ {d} = f_{n}({b}) {c} = random_uniform({e})
    printf("{text}", {d}) }}
BREAKPOINT {{ SOLVE equations METHOD cnexp
    i = {a}*(v - {d}) + {c} ? {title}
}}
DERIVATIVE equations {{ {d}' = -{d}/2 }}
FUNCTION f_{n}(x ({unit})) ({unit}) {{ f_{n} = x + 1 }}
VERBATIM
/* {comment.replace("*/", "").replace("ENDVERBATIM", "")} */
ENDVERBATIM
"""


def front_end(folder):
    """A compiler that looks at all headers, for the front end only, and says in a file what became of it."""
    script = folder / "front_end"
    script.write_text(f"""#!{sys.executable}
import os, subprocess, sys
words = sys.argv[1:]
at = words.index("-o")
headers = [line for line in open("kernels.cpp") if line.startswith("#include")]
assert all(line.count('"') == 2 for line in headers)
open("headers.cpp", "w").writelines(line for line in headers if "/" not in line)
words = [w if w != "kernels.cpp" else "headers.cpp" for w in words[:at] + words[at + 2:]]
done = subprocess.run(["c++", *words, "-fsyntax-only", "-O0", "-w"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
open("{folder}/verdict", "wb").write(b"%d %d\\n" % (done.returncode, len(headers)) + done.stdout)
sys.exit(1)
""")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def call(rall, arguments, where, **environment):
    variables = {key: value for key, value in os.environ.items() if key not in ("RALL_CACHE_DIR", "XDG_CACHE_HOME", "TMPDIR")}
    return subprocess.run([rall, *arguments], cwd=where, env={**variables, "OMP_NUM_THREADS": "1", **environment}, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=900)


def canaries(root):
    return [path for path in root.rglob(CANARY)] + [path for path in (Path("/") / CANARY, Path.home() / CANARY) if path.exists()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rall")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--library", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rall = os.path.abspath(options.rall)
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as holder:
        root = Path(os.path.realpath(holder))
        place = root / "mods"
        place.mkdir()
        files, suffixes = [], []
        for n in range(options.count):
            suffix, text = mechanism(rng, n)
            path = os.path.join(os.fsencode(place), file_name(rng, n))
            with open(path, "wb") as out:
                out.write(text.encode("utf-8", "surrogatepass"))
            files.append(path)
            suffixes.append(suffix)

        # Translated, and every header through the front end.
        done = call(rall, ["compile", *files], root, RALL_CXX=str(front_end(root)), RALL_CACHE_DIR=str(root / "cache"))
        said = done.stdout.decode(errors="replace")
        assert done.returncode == 3 and (root / "verdict").exists(), said[-4000:]
        verdict = (root / "verdict").read_text(errors="replace")
        assert verdict.startswith(f"0 {options.count + 2}\n"), verdict[:4000]

        # A file without SUFFIX would be called after its file.
        unnamed = b"NEURON { NONSPECIFIC_CURRENT i }\nASSIGNED { i (mA/cm2) }\nBREAKPOINT { i = 0 }\n"
        (root / "unnamed").mkdir()
        nameless = [os.path.join(os.fsencode(root / "unnamed"), os.path.basename(path)) for path in files]
        for path in nameless:
            Path(os.fsdecode(path)).write_bytes(unnamed)
        done = call(rall, ["compile", "--check", *nameless], root)
        assert done.returncode == 1, done.stdout[-4000:]
        assert b"is well formed" not in done.stdout
        assert len(re.findall(rb"cannot be called after its file", done.stdout)) == options.count, done.stdout[-2000:]

        # Compiled and loaded, everything in places with such names.
        awful = root / "a b'\"\\ \n#error code\n$(touch PWNED)`touch PWNED`;touch PWNED|touch PWNED&*?[x]%n{} -o x @x \u00e4\u202e"
        for folder in ("home", "tmp", "cache"):
            (awful / folder).mkdir(parents=True, mode=0o700)
        chosen = [files[k] for k in range(options.library)] + [os.path.join(os.fsencode(awful), b"-o evil\n.mod")]
        with open(chosen[-1], "wb") as out:
            out.write(b"NEURON { SUFFIX last }\n")
        for variables in ({"RALL_CACHE_DIR": str(awful / "cache")}, {"HOME": str(awful / "home")}, {"HOME": "", "TMPDIR": str(awful / "tmp")})[: 3 if options.count > 1000 else 1]:
            done = call(rall, ["compile", "--", *chosen], awful, **variables)
            assert done.returncode == 0, done.stdout.decode(errors="replace")[-4000:]
            assert b"compiled in" in done.stdout and str(awful).encode() in done.stdout, done.stdout
        assert not canaries(root), canaries(root)
        print(f"{options.count} names, texts and identifiers, {len(chosen)} of them compiled and loaded")


if __name__ == "__main__":
    main()
