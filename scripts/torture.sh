#!/usr/bin/env bash
# Attacks the program as one attacks a database: calls that fail, kills, full disks, spoiled streams, places in all states, runs that end
# before their time. Prints a seed; the same seed tries the same cases. Ends with an error if anything was found.
#
# usage: scripts/torture.sh [SECONDS] [SEED]     (without SECONDS, or with 0: everything, about 45 minutes)
#   TORTURE_DIR=/dev/shm scripts/torture.sh      somewhere else than in the system's temporary directory
set -uo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d'; exit 0; fi

mkdir -p build
seconds=${1:-0}
seed=${2:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
{ cmake --preset release && cmake --build --preset release --target rall faults; } >build/torture.log 2>&1 || { tail -n 20 build/torture.log >&2; exit 1; }
python=$(sed -n 's/^RALL_PYTHON:FILEPATH=//p' build/release/CMakeCache.txt)
attacks=(faults kills flushes full_disk streams places long_runs restarts)
mpiexec=$(sed -n 's/^MPIEXEC_EXECUTABLE:FILEPATH=//p' build/release/CMakeCache.txt)
time=()
if [ "$seconds" -gt 0 ]; then time=(--seconds $((seconds / ${#attacks[@]}))); fi

found=()
for attack in "${attacks[@]}"; do
    printf '== %s, ' "$attack"
    "${python:-/usr/bin/python3}" "tests/torture/$attack.py" build/release/bin/rall build/release/tests/torture/faults.so --all --seed "$seed" "${time[@]}" || found+=("$attack")
done
if [ -x "$mpiexec" ]; then
    printf '== restarts on ranks, '
    "${python:-/usr/bin/python3}" tests/torture/restarts.py build/release/bin/rall build/release/tests/torture/faults.so --all --seed "$seed" --mpiexec "$mpiexec" ||
        found+=("restarts on ranks")
fi
if [ ${#found[@]} -gt 0 ]; then printf 'seed %s: found something in: %s\n' "$seed" "${found[*]}"; exit 1; fi
printf 'seed %s: nothing was found\n' "$seed"
