# Which Kokkos Rall takes: the release that is fetched when none is found, and where one is looked for.
set(RALL_KOKKOS_RELEASE 4.7.01)
set(RALL_KOKKOS_URL "https://github.com/kokkos/kokkos/releases/download/${RALL_KOKKOS_RELEASE}/kokkos-${RALL_KOKKOS_RELEASE}.tar.gz")
set(RALL_KOKKOS_SHA256 404cf33e76159e83b8b4ad5d86f6899d442b5da4624820ab457412116cdcd201)

# Where scripts/install-deps.sh puts a Kokkos it built.
if(DEFINED ENV{RALL_DEPS})
    set(RALL_DEPS "$ENV{RALL_DEPS}")
elseif(DEFINED ENV{XDG_CACHE_HOME})
    set(RALL_DEPS "$ENV{XDG_CACHE_HOME}/rall/deps")
else()
    set(RALL_DEPS "$ENV{HOME}/.cache/rall/deps")
endif()

# rall_find_kokkos([REQUIRED]): find_package(Kokkos): Kokkos_ROOT and CMAKE_PREFIX_PATH first, then RALL_DEPS, then the system.
# (No version is asked for: 3.x would refuse 4.x. The caller compares Kokkos_VERSION.)
macro(rall_find_kokkos)
    find_package(Kokkos CONFIG QUIET ${ARGN} HINTS "${RALL_DEPS}")
endmacro()
