#!/usr/bin/env bash
# Fuzzes one target of the preset `fuzz`:  tests/fuzz/run.sh nmodl [SECONDS, default 60] [libFuzzer options]
# What it learns stays in build/fuzz/corpus/<target>; an input that breaks something is left in build/fuzz/findings. Make it
# small (-minimize_crash=1), put it into tests/fuzz/findings/<target>, and repair what it found.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${1:?usage: tests/fuzz/run.sh TARGET [SECONDS]}
seconds=${2:-60}
shift $(($# < 2 ? $# : 2))
corpus=build/fuzz/corpus/$target
mkdir -p "$corpus" build/fuzz/findings
case $target in
    nmodl) seeds=(tests/nmodl_lite/mod mechanisms/builtin tests/bad/mod) ;;
    swc) seeds=(tests/bad/swc tests/data/morphologies) ;;
    asc) seeds=(tests/morphology/data) ;;
    json) seeds=(tests/bad/config tests/bad/biophysics tests/neuron/cases) ;;
    config) seeds=(tests/bad/config tests/neuron/cases examples/ball_and_stick examples/squid) ;;
    hoc) seeds=(tests/bad/hoc tests/hoc) ;;
    circuit) seeds=(tests/fuzz/circuits) ;;
    neuroml) seeds=(tests/bad/neuroml tests/neuroml) ;;
    biophysics) seeds=(tests/bad/biophysics examples/pyramidal) ;;
    sweep) seeds=(tests/bad/sweep) ;;
    protocol) seeds=(tests/bad/protocol channel/protocols) ;;
    spikes | reports | hdf5) seeds=() ;;
    *) echo "no target $target" >&2; exit 2 ;;
esac
options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
         -artifact_prefix=build/fuzz/findings/)
case $target in spikes | reports) options+=(-max_len=65536 -timeout=60) ;; *) options+=(-max_len=8192) ;; esac
if [ -f "tests/fuzz/$target.dict" ]; then options+=(-dict="tests/fuzz/$target.dict"); fi
if [ -d "tests/fuzz/findings/$target" ]; then seeds+=("tests/fuzz/findings/$target"); fi
exec "build/fuzz/tests/fuzz/fuzz_$target" "${options[@]}" "$@" "$corpus" "${seeds[@]}"
