#!/usr/bin/env bash
# run.sh [RESULT.json]: on a machine with an NVIDIA GPU and its driver, runs every case of this folder on the GPU, compares spikes and reports byte by byte with the
# CPU's, times the benchmarks, prints a table and writes RESULT.json (default: gpu-result.json). Meant to take less than five minutes.
#
# Exit code 0: all equal; 1: something differs; 3: no GPU, or the program failed there. RALL_BUNDLE_PROGRAM names another program to rehearse with (one
# that computes on processors, or on the emulated device), RALL_BUNDLE_ROUNDS=0 leaves the benchmarks out.
set -uo pipefail
export LC_ALL=C

result=$(realpath -m "${1:-gpu-result.json}")
cd "$(dirname "$(realpath "$0")")" || exit 3
program=${RALL_BUNDLE_PROGRAM:-bin/rall}
rounds=${RALL_BUNDLE_ROUNDS:-3}
limit=${RALL_BUNDLE_SECONDS:-280}
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
export RALL_CACHE_DIR=$work/cache RALL_CXX=none  # nothing is compiled here: all kernels are in the folder
export UDUNITS2_XML_PATH=$PWD/share/udunits/udunits2.xml

# simulate NAME FOLDER OPTION...: runs a config into $work/NAME, with what it says in $work/NAME.log; no longer than is left.
simulate() {
    local name=$1 folder=$2 left=$((limit - SECONDS))
    shift 2
    rm -rf "${work:?}/$name"
    timeout "$((left > 1 ? left : 1))" "$program" run "$folder/$name/config.json" --output-dir "$work/$name" --summary "$work/$name.json" --double-reports --no-html \
        --quiet "$@" >"$work/$name.log" 2>&1
}

# quoted TEXT: as a string of JSON.
quoted() { printf '"%s"' "$(printf %s "$1" | tr -d '\000-\037' | sed 's/[\\"]/\\&/g')"; }

# number NAME KEY: the last number of this name in a run's summary.
number() { sed -n "s/.*\"$2\": \\([-+.0-9e]*\\).*/\\1/p" "$work/$1.json" | tail -1; }

# compare NAME: prints what differs between the files of $work/NAME and those packed in expected/NAME, nothing where all is equal.
compare() {
    local file base
    for file in expected/"$1"/*.h5.gz; do
        base=$(basename "$file" .gz)
        if [ ! -f "$work/$1/$base" ]; then
            printf '%s is missing; ' "$base"
        elif ! gzip -dc "$file" | cmp -s - "$work/$1/$base"; then
            printf '%s: %s bytes differ; ' "$base" "$(gzip -dc "$file" | cmp -l - "$work/$1/$base" 2>/dev/null | wc -l)"
        fi
    done
    for file in "$work/$1"/*.h5; do
        base=$(basename "$file")
        [ -f "expected/$1/$base.gz" ] || printf '%s is not expected; ' "$base"
    done
}

first=hh  # which has no mechanisms of its own
if ! simulate "$first" cases --tstop 0.1; then
    cat "$work/$first.log"
    echo "run.sh: the program does not run here; nothing was measured"
    exit 3
fi

# The GPU, by the driver's own program or by what it tells under /proc.
asked=name,driver_version,memory.total,clocks.max.sm,clocks.max.mem,power.limit,ecc.mode.current,pcie.link.gen.current
if machine=$(nvidia-smi -i 0 --query-gpu=$asked --format=csv,noheader 2>/dev/null); then
    gpu=${machine%%,*}
    # Clocks while the GPU works, twice a second.
    nvidia-smi -i 0 --query-gpu=clocks.sm,clocks.mem,power.draw,temperature.gpu --format=csv,noheader,nounits -lms 500 >"$work/clocks" 2>/dev/null &
    trap 'kill %1 2>/dev/null; rm -rf "$work"' EXIT
else
    machine=$(head -1 /proc/driver/nvidia/version 2>/dev/null)
    gpu=$(sed -n 's/^Model: *//p' /proc/driver/nvidia/gpus/*/information 2>/dev/null | head -1)
fi
processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)
backend=$(sed -n 's/.*"backend": "\([^"]*\)".*/\1/p' "$work/$first.json")
printf 'GPU        %s\ndriver     %s\nprocessor  %s, %s threads\nback end   %s\n\n' "${gpu:-none that is known}" "${machine:-unknown}" "$processor" "$(nproc)" "$backend"

line=$'\n  '
failed=0 n_different=0 cases="" benchmarks=""
printf '%-18s %10s  %s\n' "case" "seconds" "compared with the CPU"
for folder in cases/*/; do
    name=$(basename "$folder")
    if ! simulate "$name" cases; then
        failed=1
        said=$(tail -3 "$work/$name.log")
        printf '%-18s %10s  %s\n' "$name" "-" "FAILED: $said"
        cases+="${cases:+,}$line{\"name\": $(quoted "$name"), \"equal\": false, \"failure\": $(quoted "$said")}"
        continue
    fi
    different=$(compare "$name")
    if [ -n "$different" ]; then
        n_different=$((n_different + 1))
        mkdir -p "$(dirname "$result")/different" && cp -r "$work/$name" "$(dirname "$result")/different/"
    fi
    files=(expected/"$name"/*)
    count=${#files[@]}
    printf '%-18s %10.3f  %s\n' "$name" "$(number "$name" time_loop)" "${different:-equal, $count files}"
    cases+="${cases:+,}$line{\"name\": $(quoted "$name"), \"equal\": $([ -z "$different" ] && echo true || echo false), \"files\": $count, \"seconds\": $(number "$name" time_loop)"
    cases+=", \"different\": $(quoted "$different")}"
    rm -rf "${work:?}/$name"
done

[ "$rounds" -gt 0 ] && printf '\n%-18s %12s %8s %10s %12s %14s  %s\n' "benchmark" "compartments" "steps" "build (s)" "loop (s)" "1e9 comp./s" "spikes"
for folder in $([ "$rounds" -gt 0 ] && ls -d benchmarks/*/); do
    name=$(basename "$folder")
    begin=$SECONDS times="" builds="" different="" said=""
    for ((round = 0; round < rounds && (round == 0 || SECONDS - begin < 12); ++round)); do
        if ((SECONDS > limit - 30)); then said="no time left"; break; fi
        simulate "$name" benchmarks || { said=$(tail -3 "$work/$name.log"); failed=1; break; }
        times+="$(number "$name" time_loop)"$'\n' builds+="$(number "$name" build)"$'\n'
        [ -d "expected/$name" ] && different+=$(compare "$name")
        rm -rf "${work:?}/$name"
    done
    if [ -z "$times" ]; then
        printf '%-18s %s\n' "$name" "not measured: ${said:-the program was ended}"
        benchmarks+="${benchmarks:+,}$line{\"name\": $(quoted "$name"), \"failure\": $(quoted "$said")}"
        continue
    fi
    [ -n "$different" ] && n_different=$((n_different + 1))
    loop=$(printf %s "$times" | sort -g | awk '{t[NR] = $1} END {print t[int((NR + 1) / 2)]}')
    speed=$(awk -v n="$(number "$name" compartments)" -v s="$(number "$name" steps)" -v t="$loop" 'BEGIN {printf "%.6g", n * s / t}')
    against=$([ -d "expected/$name" ] && echo "${different:-equal}" || echo "not compared")
    printf '%-18s %12s %8s %10.2f %12.4f %14.4f  %s\n' "$name" "$(number "$name" compartments)" "$(number "$name" steps)" "$(printf %s "$builds" | head -1)" "$loop" \
        "$(awk -v v="$speed" 'BEGIN {print v / 1e9}')" "$(number "$name" spikes), $against"
    benchmarks+="${benchmarks:+,}$line{\"name\": $(quoted "$name"), \"compartment_steps_per_second\": $speed, \"seconds\": [$(printf %s "$times" | paste -sd, -)]"
    benchmarks+=", \"against_cpu\": $(quoted "$against"), \"summary\":$line$(sed 's/^/  /' "$work/$name.json")}"
done

clocks=""
if [ -s "$work/clocks" ]; then
    clocks=$(sort -t, -k1 -g "$work/clocks" | awk -F, '{sm[NR] = $1; mem = $2 > mem ? $2 : mem; watt = $3 > watt ? $3 : watt; hot = $4 > hot ? $4 : hot}
        END {printf "sm %g to %g MHz, median %g; memory %g MHz; at most %g W, %g degC", sm[1], sm[NR], sm[int((NR + 1) / 2)], mem, watt, hot}')
    printf '\nclocks     %s\n' "$clocks"
fi
{
    printf '{\n "bundle": %s,\n "machine": {"gpu": %s, "driver": %s, "driver_fields": %s, "clocks": %s, "processor": %s, "threads": %s, "system": %s},\n' \
        "$(cat about.json)" "$(quoted "$gpu")" "$(quoted "$machine")" "$(quoted "$asked")" "$(quoted "$clocks")" "$(quoted "$processor")" "$(nproc)" "$(quoted "$(uname -srm)")"
    printf ' "date": "%s", "backend": %s, "wall_seconds": %s, "different": %s,\n "cases": [' "$(date -u +%F)" "$(quoted "$backend")" "$SECONDS" "$n_different"
    printf '%s],\n "benchmarks": [%s]\n}\n' "$cases" "$benchmarks"
} >"$result"
echo
if ((n_different)); then echo "$n_different of the runs differ from the CPU's; what the GPU made lies in $(dirname "$result")/different"; fi
echo "$result: please send it back (README.txt)"
((failed)) && exit 3
((n_different)) && exit 1
exit 0
