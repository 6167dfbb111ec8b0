#!/usr/bin/env bash
# Makes a folder that any machine with an NVIDIA GPU and its driver can run.
set -euo pipefail

usage() {
    cat <<'END'
usage: scripts/gpu-bundle.sh [--arch SM] [--processor NAME] [--output FOLDER] [--jobs N] KOKKOS_SOURCE
       scripts/gpu-bundle.sh --rehearse BUILD_FOLDER [--output FOLDER] [CASE...]

Makes a folder with the program for GPUs, the libraries and compiled kernels that it needs, small models, and the spikes and reports
that this machine's processor computes for them. Its run.sh compares a GPU's with these byte by byte and times the GPU (docs/gpu.md).

  KOKKOS_SOURCE     a source tree of Kokkos that compiles with this machine's nvcc (4.7 or newer for CUDA 13)
  --arch SM         the GPU's architecture: 80, 86, 89 or 90 (default)
  --processor NAME  of the machine that has it, as compilers call it (default: x86-64-v3; native: one like this)
  --output FOLDER   default: build/rall-gpu-bundle; it is replaced, and packed beside as FOLDER.tar.gz
  --jobs N          compile so many files at once
  --rehearse BUILD  the same with a program that is built already, whatever it computes on, and these CASEs only
END
}

source_dir=$(cd "$(dirname "$0")/.." && pwd)
output="" arch=90 processor=x86-64-v3 jobs=() rehearsed="" kokkos=""
chosen=()
while [ $# -gt 0 ]; do
    case $1 in
    --help) usage; exit ;;
    --arch) arch=$2; shift 2 ;;
    --processor) processor=$2; shift 2 ;;
    --output) output=$(realpath -m "$2"); shift 2 ;;
    --jobs) jobs=(--parallel "$2"); shift 2 ;;
    --rehearse) rehearsed=$(realpath "$2"); shift 2 ;;
    -*) usage >&2; exit 2 ;;
    *) if [ -n "$rehearsed" ]; then chosen+=("$1"); else kokkos=$(realpath "$1"); fi; shift ;;
    esac
done
cd "$source_dir"
output=${output:-$source_dir/build/rall-gpu-bundle}
python=$(command -v /usr/bin/python3 || command -v python3)

if [ -z "$rehearsed" ]; then
    [ -f "$kokkos/CMakeLists.txt" ] || { usage >&2; exit 2; }
    case $arch in
    80) name=AMPERE80 ;; 86) name=AMPERE86 ;; 89) name=ADA89 ;; 90) name=HOPPER90 ;;
    *) usage >&2; exit 2 ;;
    esac
    # Libraries are found beside the program, those that they need in turn as well: an RPATH reaches these, a RUNPATH does not.
    tree=build/gpu-bundle
    cmake --preset cuda -B $tree -D FETCHCONTENT_SOURCE_DIR_KOKKOS="$kokkos" -D Kokkos_ARCH_HOPPER90=OFF -D "Kokkos_ARCH_$name=ON" -D CMAKE_CUDA_ARCHITECTURES="$arch" \
        -D RALL_ARCH="$processor" -D RALL_MPI=OFF -D RALL_PYTHON_MODULE=OFF -D RALL_TESTS=OFF -D CMAKE_EXE_LINKER_FLAGS=-Wl,--disable-new-dtags \
        -D CMAKE_SHARED_LINKER_FLAGS=-Wl,--disable-new-dtags -D CMAKE_BUILD_WITH_INSTALL_RPATH=ON -D CMAKE_INSTALL_LIBDIR=lib
    cmake --build $tree "${jobs[@]}" --target rall
    cmake --preset release  # whose program says what is right
    cmake --build build/release "${jobs[@]}" --target rall
    reference=$source_dir/build/release/bin/rall
else
    tree=$rehearsed
    reference=$output/bin/rall
fi

rm -rf "$output"
mkdir -p "$output/bin" "$output/lib" "$output/include"
"$python" bench/gpu_cases.py "$output" "${chosen[@]}"
cp bench/gpu_run.sh "$output/run.sh"

# The program; the headers say which kernels are its own (mechanisms/compiler.hpp).
cmake --install "$tree" --component runtime --prefix "$output/installed" --strip >"$output/install.log"
mv "$output/installed/bin/rall" "$output/bin/"
mv "$output"/installed/lib*/librall* "$output/lib/"
mkdir -p "$output/include/rall"
mv "$output"/installed/include/rall/{base,mechanisms,solver} "$output/include/rall/"
rm -r "$output/installed" "$output/install.log"

# What the library of units reads.
mkdir "$output/share"
cp -r "$(dirname "${UDUNITS2_XML_PATH:-/usr/share/xml/udunits/udunits2.xml}")" "$output/share/udunits"

# All libraries but the driver's and those of the C library, which belong to a system.
libraries() { LD_LIBRARY_PATH="$(realpath "$tree")/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" ldd "$@" 2>/dev/null | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | sort -u; }
libraries "$output/bin/rall" "$output"/lib/*.so | grep -v -E '/(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|cuda)\.so.*)$' | while read -r file; do
    [ -e "$output/lib/$(basename "$file")" ] || cp -L "$file" "$output/lib/"
done
strip --strip-unneeded "$output"/lib/*.so* 2>/dev/null || true

cd "$output"
configs=(cases/*/config.json)
[ -d benchmarks ] && configs+=(benchmarks/*/config.json)
bin/rall compile --beside "${configs[@]}"
strip --strip-unneeded lib/kernels/*.so
for config in "${configs[@]}"; do
    name=$(basename "$(dirname "$config")")
    case $name in W1_32768*|W2_1e[67]|W2_builtin*|W3_1000*) continue ;; esac  # too long for a processor
    "$reference" run "$config" --output-dir "expected/$name" --double-reports --no-html --quiet
    find "expected/$name" -type f ! -name '*.h5' -delete
    gzip -9n "expected/$name"/*.h5
done

needs=$(objdump -T bin/rall lib/*.so* | sed -n 's/.*(\?GLIBC_\([0-9.]*\)).*/\1/p' | sort -V | tail -1)
commit=$(git -C "$source_dir" describe --always --dirty 2>/dev/null || echo unknown)
printf '{"commit": "%s", "date": "%s", "sm": "%s", "glibc": "%s", "processor_of_reference": "%s"}\n' "$commit" "$(date -u +%F)" "$([ -z "$rehearsed" ] && echo "$arch")" "$needs" \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" >about.json
cat >README.txt <<END
Rall on a GPU: ./run.sh compares what your NVIDIA GPU (sm_$arch or newer) computes with what a processor computed, byte by byte, and times it. It takes less than
five minutes, needs the driver (CUDA 13: 580 or newer) and a C library of $needs or newer, and writes nothing but gpu-result.json and, where something differs, a
folder "different", into the directory in which it is called. Please send gpu-result.json back: as a pull request that puts it into bench/results/ of Rall as
DATE_GPU.json, or in an issue.
END
cd ..
tar czf "$output.tar.gz" "$(basename "$output")"
size=$(du -sm "$output" | cut -f1)
echo "$output: $size MB ($(du -m "$output.tar.gz" | cut -f1) MB packed)"
[ "$size" -lt 60 ] || { echo "gpu-bundle.sh: the folder should be below 60 MB"; exit 1; }
