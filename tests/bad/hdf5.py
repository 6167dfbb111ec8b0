#!/usr/bin/python3
"""Makes HDF5 files as strangers make them, and checks what Rall says about each.

    hdf5.py RALL DAMAGED

Each must end with exit code 1 and name the file and what is wrong with it, in seconds and without a lot of memory, whether it is
inspected or played into a cell. DAMAGED is a folder of files that fuzzing found, on which HDF5 itself crashes or never ends.
"""
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import h5py
import numpy as np

most_seconds, most_memory = 30, 3 << 29  # of processor time; bytes of the largest process
config = """{"cells": {"c": {"stylized": [{"name": "soma", "L": 20, "diam": 20}],
              "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}}}},
 "generators": {"g": {"spike_file": "%s"}},
 "run": {"tstop": 1}, "output": {"output_dir": "out"}}"""

files = {}  # name -> (maker, what must be said)


def file(says):
    def add(maker):
        files[maker.__name__] = maker, says
    return add


def spikes(h, times=(1.0, 2.0, 3.0), ids=(0, 1, 2), ids_type="u8", **sorting):
    group = h.create_group("spikes/p")
    group["timestamps"] = np.array(times)
    group["node_ids"] = np.array(ids, dtype=ids_type)
    if sorting:
        group.attrs.create("sorting", **sorting)
    return group


def raw_dataset(group, name, kind, dims, layout=None, fill=None):
    """A data set of any size, without values."""
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    if layout:
        layout(creation)
    space = h5py.h5s.create_simple(dims, (h5py.h5s.UNLIMITED,) * len(dims))
    return h5py.h5d.create(group.id, name.encode(), kind, space, creation)


@file("the attribute 'sorting' of '/spikes/p' is an array of 5 values; expected one")
def sorting_fixed_texts(h):
    spikes(h, data=np.array([b"by_time"] * 5))


@file("the attribute 'sorting' of '/spikes/p' is an array of 8000 values; expected one")
def sorting_many_fixed_texts(h):
    spikes(h, data=np.array([b"by_time"] * 8000))


@file("the attribute 'sorting' of '/spikes/p' is an array of 2000 values; expected one")
def sorting_texts(h):
    spikes(h, data=["by_time"] * 2000, dtype=h5py.string_dtype())


@file("the attribute 'sorting' of '/spikes/p' is an array of 20000 values; expected one")
def sorting_names(h):
    names = h5py.enum_dtype({"none": 0, "by_id": 1, "by_time": 2}, basetype="u1")
    spikes(h, data=np.full(20000, 2, dtype="u1"), dtype=names)


@file("the attribute 'sorting' of '/spikes/p' is an array of 2 x 0 values; expected one")
def sorting_empty(h):
    spikes(h, data=np.zeros((2, 0)))


@file("the attribute 'sorting' of '/spikes/p' holds nothing")
def sorting_null(h):
    spikes(h, data=h5py.Empty("f8"))


@file("the attribute 'sorting' of '/spikes/p' holds records; expected a text")
def sorting_record(h):
    spikes(h, data=np.zeros((), dtype=[("a", "f8"), ("b", "u1")]))


@file("the attribute 'sorting' of '/spikes/p' holds lists; expected a text")
def sorting_list(h):
    spikes(h, data=np.arange(9), dtype=np.dtype(("i4", (9,))))


@file("the attribute 'sorting' of '/spikes/p' holds references; expected a text")
def sorting_reference(h):
    spikes(h).attrs.create("sorting", h["spikes/p"].ref, dtype=h5py.ref_dtype)


@file("the attribute 'sorting' of '/spikes/p' holds numbers with a fraction; expected a text")
def sorting_number(h):
    spikes(h, data=2.0)


@file("the attribute 'sorting' of '/spikes/p' is longer than 65536 bytes")
def sorting_long(h):
    spikes(h, data="by_time" * 20000)


@file("the attribute 'sorting' of '/spikes/p' is a value without a name")
def sorting_unnamed(h):
    spikes(h, data=np.uint8(200), dtype=h5py.enum_dtype({"none": 0, "by_id": 1, "by_time": 2}, basetype="u1"))


@file("'/spikes/p/node_ids' holds -3; expected no negative numbers")
def negative_ids(h):
    spikes(h, ids=(0, -3, 2), ids_type="i8")


@file("'/spikes/p/node_ids' holds numbers with a fraction; expected integers")
def float_ids(h):
    spikes(h, ids_type="f8")


@file("'/spikes/p/node_ids' holds texts; expected numbers")
def text_ids(h):
    group = spikes(h)
    del group["node_ids"]
    group["node_ids"] = [b"0", b"1", b"2"]


@file("'/spikes/p/timestamps' holds records; expected numbers")
def record_times(h):
    group = spikes(h)
    del group["timestamps"]
    group["timestamps"] = np.zeros(3, dtype=[("t", "f8"), ("x", "f8")])


@file("'/spikes/p/timestamps' holds lists; expected numbers")
def list_times(h):
    group = spikes(h)
    del group["timestamps"]
    group.create_dataset("timestamps", (3,), dtype=h5py.vlen_dtype("f8"))


@file("'/spikes/p/timestamps' holds references; expected numbers")
def reference_times(h):
    group = spikes(h)
    del group["timestamps"]
    group.create_dataset("timestamps", (3,), dtype=h5py.ref_dtype)


@file("'/spikes/p/timestamps' holds records; expected numbers")
def committed_record_times(h):
    h["type"] = np.dtype([("t", "f8"), ("x", "f8")])
    group = spikes(h)
    del group["timestamps"]
    group.create_dataset("timestamps", (3,), dtype=h["type"])


@file("'/spikes/p/timestamps' is a table; expected a list of numbers")
def table_times(h):
    spikes(h, times=[[1.0, 2.0, 3.0]])


@file("'/spikes/p/timestamps' has 4 dimensions; expected one or two")
def deep_times(h):
    spikes(h, times=np.zeros((1, 1, 1, 3)))


@file("'/spikes/p/timestamps' holds nothing")
def null_times(h):
    group = spikes(h)
    del group["timestamps"]
    group["timestamps"] = h5py.Empty("f8")


@file("'/spikes/p/timestamps' holds nan")
def nan_times(h):
    spikes(h, times=(1, float("nan"), 2))


@file("'/spikes/p' has 2 timestamps and 3 node_ids; expected equally many")
def uneven(h):
    spikes(h, times=(1, 2))


@file("expected a data set '/spikes/p/timestamps'; it is none")
def group_for_times(h):
    group = spikes(h)
    del group["timestamps"]
    group.create_group("timestamps")


@file("expected a group '/spikes'")
def dataset_for_group(h):
    h["spikes"] = [1.0]


marker = 1_234_567_891  # a size that is put in for one that HDF5 would not write; replaced in the file


def huge(n):
    def make(h):
        group = spikes(h)
        del group["timestamps"], group["node_ids"]
        for name, kind in (("timestamps", h5py.h5t.IEEE_F64LE), ("node_ids", h5py.h5t.STD_U64LE)):
            raw_dataset(group, name, kind, (marker,), lambda c: c.set_chunk((1 << 16,)))
    return make


for n in (2**64 - 2, 2**63, 2**63 - 1, 2**61, 10**18, 10**9):
    files[f"fill_value_{n}"] = huge(n), (
        f"'/spikes/p/timestamps' claims to be of {n} values, more than a file of" if n < 2**63 else
        "expected a data set '/spikes/p/timestamps', which cannot be opened (HDF5: ")


@file("'/spikes/p/timestamps' claims to be of 4611686018427387904 x 4 values")
def product_overflows(h):
    group = spikes(h)
    del group["timestamps"]
    raw_dataset(group, "timestamps", h5py.h5t.IEEE_F64LE, (2**62, 4), lambda c: c.set_chunk((1 << 16, 4)))


@file("'/spikes/p/timestamps' is stored in chunks of 300000000 values; expected at most 256 MiB each")
def huge_chunk(h):
    group = spikes(h)
    del group["timestamps"]
    raw_dataset(group, "timestamps", h5py.h5t.IEEE_F64LE, (3,), lambda c: c.set_chunk((300_000_000,)))


@file("reading '/spikes/p/timestamps' takes ")  # more memory than it may, or, on a slow machine, longer
def chunk_bomb(h):
    """A chunk of 8 MB that unpacks to 8 GB."""
    group = spikes(h)
    del group["timestamps"]
    data = raw_dataset(group, "timestamps", h5py.h5t.IEEE_F64LE, (3,), lambda c: (c.set_chunk((1 << 20,)), c.set_deflate(9)))
    packer = zlib.compressobj(9)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    data.write_direct_chunk((0,), head + block * 8000)


@file("claims to be of 100000000 values, more than a file of")
def twice_compressed(h):
    group = spikes(h)
    del group["timestamps"]
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_chunk((1 << 20,))
    creation.set_deflate(9)
    creation.set_deflate(9)
    data = h5py.h5d.create(group.id, b"timestamps", h5py.h5t.IEEE_F64LE, h5py.h5s.create_simple((100_000_000,)), creation)
    data.write(h5py.h5s.create_simple((1 << 20,)), (lambda s: (s.select_hyperslab((0,), (1 << 20,)), s)[1])(data.get_space()),
               np.ones(1 << 20))


@file("with which more than 64 MiB would be read from a file of")
def one_of_many_names(h):
    """Small data sets that a hundred populations share."""
    group = spikes(h, times=np.zeros(1), ids=np.zeros(1))
    for name, kind in (("timestamps", "f8"), ("node_ids", "u8")):
        del group[name]
        group.create_dataset(name, (100_000,), kind, chunks=(100_000,), compression="gzip", data=np.ones(100_000))
    for k in range(100):
        h[f"spikes/q{k}"] = group


@file("'/spikes/p/timestamps' is a link that leads nowhere, in a circle or to another file")
def soft_circle(h):
    group = spikes(h)
    del group["timestamps"]
    group["timestamps"] = h5py.SoftLink("/spikes/p/a")
    group["a"] = h5py.SoftLink("/spikes/p/timestamps")


@file("'/spikes' is a link that leads nowhere, in a circle or to another file")
def soft_itself(h):
    h["spikes"] = h5py.SoftLink("/spikes")


@file("'/spikes/p' is a link to another file; expected everything in this one")
def external_link(h):
    h.create_group("spikes")
    h["spikes/p"] = h5py.ExternalLink("good.h5", "/spikes/p")


@file("'/spikes/p' is a link that leads nowhere, in a circle or to another file")
def soft_then_external(h):
    h["out"] = h5py.ExternalLink("good.h5", "/spikes/p")
    h.create_group("spikes")
    h["spikes/p"] = h5py.SoftLink("/out")


@file("'/spikes/p' is a link to another file; expected everything in this one")
def external_to_itself(h):
    h.create_group("spikes")
    h["spikes/p"] = h5py.ExternalLink(Path(h.filename).name, "/spikes/p")


@file("'/spikes/p/timestamps' keeps its values in other files; expected them in this one")
def external_storage(h):
    group = spikes(h)
    del group["timestamps"]
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_external(b"/etc/passwd", 0, 24)
    h5py.h5d.create(group.id, b"timestamps", h5py.h5t.IEEE_F64LE, h5py.h5s.create_simple((3,)), creation)


@file("'/spikes/p/timestamps' keeps its values in other files; expected them in this one")
def virtual(h):
    group = spikes(h)
    del group["timestamps"]
    layout = h5py.VirtualLayout((3,), "f8")
    layout[:] = h5py.VirtualSource("good.h5", "/spikes/p/timestamps", (3,))
    group.create_virtual_dataset("timestamps", layout)


def report(h, data=None, time=(0.0, 1.0, 0.1), node_ids=(0,), pointers=(0, 2), elements=(0, 1), units="mV", kind="u8"):
    group = h.create_group("report/p")
    group["data"] = np.zeros((10, 2)) if data is None else data
    group["data"].attrs["units"] = units
    group["mapping/time"] = np.array(time)
    group["mapping/node_ids"] = np.array(node_ids, dtype=kind)
    group["mapping/index_pointers"] = np.array(pointers, dtype=kind)
    group["mapping/element_ids"] = np.array(elements, dtype=kind)
    return group


@file("'/report/p/data' is no table")
def report_list(h):
    report(h, data=np.zeros(10))


@file("'/report/p/mapping/time' is not [start, stop, dt]")
def report_time(h):
    report(h, time=(0, 1))


@file("'/report/p/mapping/time' is [0, 1, 0]; expected [start, stop, dt] in ms")
def report_dt(h):
    report(h, time=(0.0, 1.0, 0.0))


@file("'/report/p/mapping/element_ids' holds 4294967296; expected at most 4294967295")
def report_large_element(h):
    report(h, elements=(0, 2**32))


@file("'/report/p/mapping/node_ids' holds -1; expected no negative numbers")
def report_negative(h):
    report(h, node_ids=(-1,), kind="i8")


@file("'/report/p/mapping/index_pointers' has 4 values; expected 2, one more than there are node_ids")
def report_pointers(h):
    report(h, pointers=(0, 1, 2, 2))


@file("'/report/p/mapping/index_pointers' does not ascend from 0 to 2, the number of columns")
def report_wild_pointers(h):
    report(h, pointers=(0, 2**60))


@file("'/report/p/mapping/element_ids' has 3 values; expected 2, one per column of data")
def report_elements(h):
    report(h, elements=(0, 1, 2))


@file("'/report/p/data' claims to be of 1000000000000000000 x 2 values")
def report_huge(h):
    group = report(h)
    del group["data"]
    raw_dataset(group, "data", h5py.h5t.IEEE_F32LE, (10**18, 2), lambda c: c.set_chunk((1024, 2)))


@file("the attribute 'units' of '/report/p/data' is an array of 3 values")
def report_units(h):
    report(h, units=["mV"] * 3)


def run(*command, cwd):
    """Exit code, what was said, processor time in s and memory in bytes."""
    def limits():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, errors="replace", timeout=300, preexec_fn=limits)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.returncode, done.stdout + done.stderr, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, \
        after.ru_maxrss * 1024


def main(rall, damaged):
    failed = n = 0

    def check(what, wrong):
        nonlocal failed, n
        n += 1
        failed += bool(wrong)
        print(f"{what}: {'ok' if not wrong else ''}", *wrong, sep="\n  " if wrong else "")

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with h5py.File(folder / "good.h5", "w") as h:
            names = h5py.enum_dtype({"none": 0, "by_id": 1, "by_time": 2}, basetype="u1")
            spikes(h, ids_type="i2", data=np.uint8(2), dtype=names)
            h["spikes/q"] = h5py.SoftLink("/spikes/p")
        code, said, _, _ = run(rall, "inspect", "good.h5", cwd=folder)
        check("good", [] if code == 0 and said.count("3 spikes of 3 nodes, sorting by_time, 1 to 3 ms") == 2 else [said])

        def complaints(path, says, verb):
            (folder / "config.json").write_text(config % path.name)
            task = ["inspect", path.name] if verb == "inspect" else ["run", "config.json"]
            code, said, seconds, memory = run(rall, *task, cwd=folder)
            wrong = []
            if code != 1:
                wrong.append(f"exit code {code}, expected 1")
            wrong += [f"not said: {text}" for text in (says, f"{path.name}: error: ") if text not in said]
            if seconds > most_seconds:
                wrong.append(f"took {seconds:.0f} s")
            if memory > most_memory:
                wrong.append(f"took {memory >> 20} MiB")
            if (folder / "out").exists():
                wrong.append("the output directory was made")
            return wrong + [said] if wrong else []

        for title, (maker, says) in files.items():
            path = folder / f"{title}.h5"
            with h5py.File(path, "w", libver="latest" if title == "virtual" else None) as h:
                maker(h)
            if title.startswith("fill_value"):
                given, meant = (n.to_bytes(8, "little") for n in (marker, int(title.split("_")[-1])))
                path.write_bytes(path.read_bytes().replace(given, meant))
            check(title, complaints(path, says, "inspect"))
            if not title.startswith("report"):
                check(title + ", played", complaints(path, says, "run"))
            path.unlink()
        for source in sorted(p for p in Path(damaged).iterdir() if p.stem != "good"):
            path = folder / (source.stem + ".h5")
            shutil.copy(source, path)
            check(path.name, complaints(path, "error: ", "inspect"))
        whole = (folder / "good.h5").read_bytes()
        for cut in range(0, len(whole), max(1, len(whole) // 12)):
            path = folder / f"cut_{cut}.h5"
            path.write_bytes(whole[:cut])
            check(path.name, complaints(path, "error: this is no HDF5 file, or it is damaged", "inspect"))
        os.mkfifo(folder / "fifo.h5")
        check("fifo", complaints(folder / "fifo.h5", "cannot read this file: it is a pipe", "inspect"))
    print(f"{n - failed} of {n} as expected")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
