#!/bin/sh
# The C++ compiler of the attacks: what was compiled once is copied from TORTURE_COMPILED, so that a thousand cases take one compilation.
for word; do
    case $last in -o) result=$word ;; esac
    case $word in *.cpp) source=$word ;; esac
    last=$word
done
key=$(cat "$(dirname "$source")"/*.hpp "$source" | cksum | tr ' ' -)
if [ ! -f "$TORTURE_COMPILED/$key" ]; then
    "${TORTURE_CXX:-c++}" "$@" || exit
    cp "$result" "$TORTURE_COMPILED/$key.$$" && mv "$TORTURE_COMPILED/$key.$$" "$TORTURE_COMPILED/$key"
fi
exec cp "$TORTURE_COMPILED/$key" "$result"
