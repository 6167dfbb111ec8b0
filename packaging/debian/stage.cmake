# What cpack packs (cmake/RallPackage.cmake): an installation of its own in /usr/lib/rall, so that the program finds what lies beside it as ever, and what a system
# looks for in its own places: the command, the manual page, completions, the licences. CPack says where.
set(stage "${CPACK_TEMPORARY_INSTALL_DIRECTORY}")
if(NOT stage)
    message(FATAL_ERROR "this is for cpack -G DEB, which says where to put things")
endif()
set(home "${stage}/usr/lib/rall")
foreach(component IN ITEMS runtime dependencies)
    execute_process(COMMAND "${CMAKE_COMMAND}" -E env --unset=DESTDIR  # of CPack
            "${CMAKE_COMMAND}" --install "${CPACK_RALL_BUILD}" --strip --prefix "${home}" --component ${component}
        COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
endforeach()
file(GLOB kokkos "${home}/lib/libkokkoscore.*")
if(NOT kokkos)
    message(FATAL_ERROR "Kokkos is not among what is installed: a program that travels is configured with a list of levels as RALL_ARCH, or with -D RALL_TRAVELS=ON (scripts/deb.sh)")
endif()
if(NOT EXISTS "${home}/share/man/man1/rall.1")
    message(FATAL_ERROR "there is no manual page: build the target rall_manual")
endif()

file(MAKE_DIRECTORY "${stage}/usr/bin")
file(CREATE_LINK "../lib/rall/bin/rall" "${stage}/usr/bin/rall" SYMBOLIC)
file(COPY "${CMAKE_CURRENT_LIST_DIR}/copyright" DESTINATION "${stage}/usr/share/doc/rall")
foreach(from_to IN ITEMS "man/man1;man/man1" "bash-completion/completions;bash-completion/completions" "zsh/site-functions;zsh/vendor-completions"
        "fish/vendor_completions.d;fish/vendor_completions.d")
    list(GET from_to 0 from)
    list(GET from_to 1 to)
    cmake_path(GET to PARENT_PATH above)
    file(MAKE_DIRECTORY "${stage}/usr/share/${above}")
    file(RENAME "${home}/share/${from}" "${stage}/usr/share/${to}")
endforeach()
execute_process(COMMAND gzip -9n "${stage}/usr/share/man/man1/rall.1" COMMAND_ERROR_IS_FATAL ANY)
foreach(left IN ITEMS man bash-completion zsh fish)  # directories that are empty now
    file(REMOVE_RECURSE "${home}/share/${left}")
endforeach()
