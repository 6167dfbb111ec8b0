#!/usr/bin/env python3
"""Opens pages in headless Chromium and checks that their pictures are drawn.

screenshot.py PROGRAM            PROGRAM FOLDER writes report.html and inspect.html; both are checked,
                                 the report also in dark and without WebGL
screenshot.py --page FILE.html   checks one page
screenshot.py --save OUT.png --size 1500x1040 --theme light --page FILE.html   and keeps the picture

Exit code 77 (skipped) where there is no Chromium.
"""
import argparse
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

from browser import NO_WEBGL, WEBGL, Browser, need_chromium

# What a page says about itself once it is drawn.
TELL = """(() => {
    const box = node => { const r = node.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom].map(Math.round); };
    const stage = document.querySelector('.stage'), all = what => [...document.querySelectorAll(what)];
    return {drawing: stage && stage.dataset.drawing, stage: stage && box(stage), plots: all('.plot').map(box), maps: all('.map, td.full').map(box),
            text: document.body.innerText + all('td.full').map(field => field.title).join('\\n')};
})()"""


def read_png(data):
    """Rows of (r, g, b) of an 8-bit PNG without interlace."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "this is no PNG"
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert depth == 8 and colour in (2, 6), "expected 8-bit RGB or RGBA"
        elif kind == b"IDAT":
            packed += body
        at += 12 + size
    step = 3 if colour == 2 else 4
    raw, stride, rows = zlib.decompress(packed), width * step, []
    above = bytearray(stride)
    for y in range(height):
        begin = y * (stride + 1)
        how, row = raw[begin], bytearray(raw[begin + 1:begin + 1 + stride])
        for i in range(stride):
            left = row[i - step] if i >= step else 0
            up = above[i]
            corner = above[i - step] if i >= step else 0
            if how == 1:
                row[i] = (row[i] + left) & 255
            elif how == 2:
                row[i] = (row[i] + up) & 255
            elif how == 3:
                row[i] = (row[i] + (left + up) // 2) & 255
            elif how == 4:
                estimate = left + up - corner
                nearest = min((left, up, corner), key=lambda x: abs(estimate - x))
                row[i] = (row[i] + nearest) & 255
        above = row
        rows.append([tuple(row[i:i + 3]) for i in range(0, stride, step)])
    return rows


def look(path, folder, theme="light", flags=WEBGL, size=(1300, 1600), save=None):
    """Draws the page; returns what it told about itself and the picture's rows."""
    with Browser(flags) as browser:
        browser.size(*size)
        browser.open(path, theme)
        told, picture = browser.run(TELL), browser.picture()
    if save:
        save.write_bytes(picture)
    return told, read_png(picture)


def colours(rows, box):
    left, top, right, bottom = box
    return {pixel for row in rows[top:bottom] for pixel in row[left:right]}


def saturated(colour):
    return max(colour) - min(colour) > 60


def check(path, folder, **options):
    told, rows = look(path, folder, **options)
    wanted = "canvas" if options.get("flags") is NO_WEBGL else "webgl"
    assert told["drawing"] == wanted, f"{path.name}: drawn by {told['drawing']}, not {wanted}"
    neuron = sum(map(saturated, colours(rows, told["stage"])))
    assert neuron > 150, f"{path.name}: only {neuron} saturated colours where the neuron should be"
    for plot in told["plots"]:
        assert len(colours(rows, plot)) > 5, f"{path.name}: the plot at {plot} is blank"
    for picture in told["maps"]:
        assert any(map(saturated, colours(rows, picture))), f"{path.name}: the picture of the network at {picture} is blank"
    if told["plots"]:
        assert any(map(saturated, colours(rows, told["plots"][0]))), f"{path.name}: no trace is drawn"
    print(f"{path.name}, {options.get('theme', 'light')}, {wanted}: {neuron} colours in the neuron, {len(told['plots'])} plots")
    return told


def check_samples(program, folder):
    subprocess.run([program, folder], check=True)
    views = {"report.html": ({"theme": "light"}, {"theme": "dark"}, {"flags": NO_WEBGL}), "inspect.html": ({"theme": "light"},)}
    words = {"report.html": ("real time", "a finding", "what to do", "Rates", "Somata", "Connections", "200 spikes of 10 cells", "bins of 1 ms",
                             "exc \u2192 exc\nampa: 40 connections, mean weight 0.001, mean delay 1.5 ms", "gap: 2 couplings by POINTER"), "inspect.html": ("dend", "total", "Regions")}
    for name, ways in views.items():
        for options in ways:
            told = check(folder / name, folder, **options)
        for word in words[name]:
            assert word in told["text"], f"{name} does not say '{word}'"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", nargs="?")
    parser.add_argument("--page", type=pathlib.Path)
    parser.add_argument("--save", type=pathlib.Path)
    parser.add_argument("--theme", default="light")
    parser.add_argument("--size", default="1500x1040")
    arguments = parser.parse_args()
    need_chromium()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.page:
            size = tuple(map(int, arguments.size.split("x")))
            check(arguments.page.resolve(), pathlib.Path(folder), theme=arguments.theme, size=size, save=arguments.save)
        else:
            check_samples(arguments.program, pathlib.Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
