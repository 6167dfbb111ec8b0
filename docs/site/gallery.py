#!/usr/bin/env python3
"""Runs examples as the first commands of their READMEs say and takes pictures of their pages, build/gallery/NAME.png: gallery.py RALL [NAME...]

An example whose commands make no page has no picture. Where there is no program or no Chromium nothing is done.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.append(str(PROJECT / "tests" / "html"))
from browser import Browser  # noqa: E402

SIZE = 1200, 760  # what is seen when the page opens


def commands(readme):
    """The first indented block, as a script."""
    return re.sub("^    ", "", re.search(r"(?:^    .*\n)+", readme.read_text(encoding="utf-8"), re.M).group(), flags=re.M)


def page(name, rall, folder):
    """The page that the example made last, or None."""
    shutil.copytree(PROJECT / "examples", folder / "examples", ignore=shutil.ignore_patterns("output*"))
    script = commands(PROJECT / "examples" / name / "README.md")
    place = folder if "examples/" in script else folder / "examples" / name  # where its commands are meant to run
    done = subprocess.run(["bash", "-c", script], cwd=place, capture_output=True, text=True,
                          env={**os.environ, "PATH": f"{rall.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(rall.parents[1] / "python")})
    if done.returncode != 0:
        print(f"{name}: exit code {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
    return max(folder.rglob("*.html"), key=lambda path: path.stat().st_mtime, default=None)


def main():
    rall = Path(sys.argv[1]).resolve()
    if not rall.exists() or not shutil.which("chromium"):
        print("no gallery: it takes the program and Chromium")
        return
    pictures = PROJECT / "build" / "gallery"
    pictures.mkdir(parents=True, exist_ok=True)
    names = sys.argv[2:] or sorted(path.parent.name for path in PROJECT.glob("examples/*/README.md"))
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            found = page(name, rall, Path(folder))
            if not found:
                print(f"{name}: no page")
                continue
            with Browser() as browser:
                browser.size(*SIZE)
                browser.open(found, "light")
                (pictures / f"{name}.png").write_bytes(browser.picture())
            print(f"{name}: build/gallery/{name}.png")


if __name__ == "__main__":
    main()
