#!/usr/bin/env bash
# Installs what Rall needs: Debian packages, and Kokkos, which Debian does not package with threads.
set -euo pipefail

usage() {
    cat <<'END'
usage: scripts/install-deps.sh [--run-only] [--fuzz] [--no-kokkos] [--prefix DIR] [--list]

Installs the Debian packages that building and testing Rall needs, then Kokkos unless CMake already finds one.
What is there already is left alone; a second call does nothing and takes a second.

  --run-only    leave out what only the tests need (NEURON, chromium, doctest, h5py, jsonschema, venv)
  --fuzz        also what the preset fuzz needs: clang with libFuzzer and OpenMP
  --no-kokkos   packages only
  --prefix DIR  Kokkos goes to DIR/lib/rall-deps, for programs that other users run too: nothing of them lies in a home then
  --list        print the names of the packages and stop
  --help        this text

Packages are installed as root or through sudo. Kokkos needs neither: it goes to $RALL_DEPS
(default: ${XDG_CACHE_HOME:-~/.cache}/rall/deps), where Rall's CMake files look. It is the pinned upstream release
(cmake/KokkosRelease.cmake) or, where its server cannot be reached, the one inside Debian's source package of trilinos.
END
}

source_dir=$(cd "$(dirname "$0")/.." && pwd)
deps=${RALL_DEPS:-${XDG_CACHE_HOME:-$HOME/.cache}/rall/deps}

packages=(
    cmake ninja-build g++ ccache pkg-config
    nlohmann-json3-dev libcli11-dev libfmt-dev libpugixml-dev libmuparser-dev libudunits2-dev
    libeigen3-dev libsundials-dev libhdf5-dev librandom123-dev libopenmpi-dev openmpi-bin
    libjs-three libjs-dygraphs
    pybind11-dev python3-dev python3-numpy
)
test_packages=(doctest-dev libboost-context-dev python3 python3-venv python3-neuron neuron-dev python3-h5py python3-matplotlib python3-jsonschema chromium)

fuzz_packages=(clang libclang-rt-dev libomp-dev)

with_tests=yes with_fuzz=no with_kokkos=yes with_prefix=no list_only=no
while [ $# -gt 0 ]; do
    case $1 in
        --run-only) with_tests=no ;;
        --fuzz) with_fuzz=yes ;;
        --no-kokkos) with_kokkos=no ;;
        --list) list_only=yes ;;
        --prefix)
            case ${2:-} in
                /*) deps=${2%/}/lib/rall-deps ;;
                *) printf '%s\n' "install-deps: --prefix takes an absolute path, as in --prefix /opt/rall" >&2; exit 2 ;;
            esac
            with_prefix=yes
            shift
            ;;
        --help | -h) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done
export RALL_DEPS=$deps  # where CMake looks
if [ $with_tests = yes ]; then packages+=("${test_packages[@]}"); fi
if [ $with_fuzz = yes ]; then packages+=("${fuzz_packages[@]}"); fi
if [ $list_only = yes ]; then printf '%s\n' "${packages[@]}"; exit 0; fi

say() { printf '%s\n' "-- $*"; }
fail() { printf '%s\n' "install-deps: $*" >&2; exit 3; }

# Runs a command whose output matters only when it fails.
quietly() {
    local log
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        rm -f "$log"
        fail "this failed: $*"
    fi
    rm -f "$log"
}

install_packages() {
    command -v apt-get >/dev/null || fail "no apt-get here; install by hand what these Debian packages hold: ${packages[*]}"
    local missing=() name as_root=()
    for name in "${packages[@]}"; do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
    done
    if [ ${#missing[@]} -eq 0 ]; then return; fi
    say "installing ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "not root and no sudo; ask the administrator for: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    quietly "${as_root[@]}" apt-get -q update
    quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "${missing[@]}"
}

# Does CMake find a Kokkos with threads, by the same call as the project's own?
kokkos_found() {
    local probe=$1/probe
    mkdir -p "$probe"
    cat >"$probe/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.25)
project(probe LANGUAGES CXX)
include("$source_dir/cmake/KokkosRelease.cmake")
rall_find_kokkos(REQUIRED)
if(Kokkos_VERSION VERSION_LESS 3.4 OR NOT Kokkos_DEVICES MATCHES "OPENMP")
    message(FATAL_ERROR)
endif()
END
    cmake -S "$probe" -B "$probe/build" -G Ninja >/dev/null 2>&1
}

# The pinned release from upstream, into the directory $1.
download_upstream() {
    cmake -D "DESTINATION=$1" -P "$source_dir/cmake/DownloadKokkos.cmake" 2>/dev/null
}

# packages/kokkos of Debian's trilinos source package, into the directory $2; $1 is for temporary files.
# The machine's own package sources are copied and turned into deb-src in a private configuration: the system's stays.
download_from_debian() {
    local apt=$1/apt file
    mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial" "$2"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        if [ -f "$file" ]; then sed -n 's/^deb[[:space:]]/deb-src /p' "$file" >"$apt/parts/$(basename "$file" .list)-src.list"; fi
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        if [ -f "$file" ]; then sed 's/^Types:.*/Types: deb-src/' "$file" >"$apt/parts/$(basename "$file" .sources)-src.sources"; fi
    done
    local options=(
        -q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$apt/parts" -o "Dir::State::lists=$apt/lists"
        -o "Dir::Cache=$apt/cache" -o Acquire::Languages=none -o APT::Sandbox::User=root
    )
    apt-get "${options[@]}" update >"$apt/log" 2>&1 || true  # a foreign source without deb-src must not stop us
    (cd "$apt" && quietly apt-get "${options[@]}" source --download-only trilinos)
    quietly tar -x -f "$(echo "$apt"/trilinos_*.orig.tar.*)" -C "$2" --strip-components=3 --wildcards '*/packages/kokkos/*'
}

install_kokkos() {
    local work source stage
    mkdir -p -m 755 "$(dirname "$deps")"  # Rall keeps compiled mechanisms here too, and wants no others to write
    work=$(mktemp -d "$(dirname "$deps")/install-deps.XXXXXX")
    trap "rm -rf '$work'" EXIT
    if kokkos_found "$work"; then return; fi

    source=$work/kokkos
    say "fetching the Kokkos release"
    if ! download_upstream "$source"; then
        say "its server is out of reach: taking Debian's source package of trilinos (170 MB)"
        rm -rf "$source"
        download_from_debian "$work" "$source"
    fi
    say "building Kokkos into $deps"
    quietly cmake -S "$source" -B "$work/build" -G Ninja -D CMAKE_BUILD_TYPE=Release -D CMAKE_INSTALL_PREFIX="$deps" \
        -D CMAKE_INSTALL_LIBDIR=lib -D CMAKE_INSTALL_RPATH='$ORIGIN' -D CMAKE_CXX_STANDARD=20 -D BUILD_SHARED_LIBS=ON \
        -D Kokkos_CXX_STANDARD=20 -D Kokkos_ENABLE_SERIAL=ON -D Kokkos_ENABLE_OPENMP=ON
    quietly cmake --build "$work/build"
    # Installed aside and moved in one go: an interrupted call leaves nothing half done.
    stage=$work/stage
    DESTDIR=$stage quietly cmake --install "$work/build"
    rm -rf "$deps"
    mv "$stage$deps" "$deps"
}

install_packages
if [ $with_kokkos = yes ]; then install_kokkos; fi
say "all that Rall needs is here"
if [ $with_prefix = yes ] && [ -d "$deps" ]; then say "configure the build with RALL_DEPS=$deps"; fi
