# Components: `runtime` is what running takes, headers for kernels of users' mechanisms included; `development` what other projects link;
# `dependencies`, asked for by name, what kernels and units take of others' and a machine where the program arrives may lack.
# Rall::rall is all libraries at once. `cmake --install` brings the program, the libraries, their headers, the built-in
# mechanisms' NMODL files, and what find_package(Rall) needs.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

add_library(rall_all INTERFACE)
add_library(Rall::rall ALIAS rall_all)
set_target_properties(rall_all PROPERTIES EXPORT_NAME rall)
set(libraries rall_all rall_kokkos)
set(programs)
foreach(folder IN LISTS folders)
    if(TARGET rall_${folder})
        target_link_libraries(rall_all INTERFACE rall_${folder})
    endif()
    if(EXISTS "${PROJECT_SOURCE_DIR}/${folder}/CMakeLists.txt")
        get_property(targets DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" PROPERTY BUILDSYSTEM_TARGETS)
        foreach(target IN LISTS targets)
            get_target_property(type ${target} TYPE)
            if(type STREQUAL "EXECUTABLE")
                list(APPEND programs ${target})
            elseif(type MATCHES "^(STATIC|SHARED|MODULE|INTERFACE)_LIBRARY$")
                list(APPEND libraries ${target})
            endif()
        endforeach()
    endif()
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/rall" COMPONENT runtime FILES_MATCHING PATTERN "*.hpp")
endforeach()

# The build tree looks like the installed one, so that what is installed needs no other search path for libraries. (CMake would leave room
# for another one by empty entries, which mean the directory a program is started in.) What travels finds its Kokkos elsewhere once it is installed.
if(NOT RALL_TRAVELS)
    set_target_properties(${programs} ${libraries} PROPERTIES BUILD_WITH_INSTALL_RPATH ON)
elseif(Kokkos_FOUND)
    foreach(library IN ITEMS Kokkos::kokkoscore Kokkos::kokkoscontainers Kokkos::kokkossimd)
        if(TARGET ${library})
            install(PROGRAMS "$<TARGET_FILE:${library}>" DESTINATION "${CMAKE_INSTALL_LIBDIR}" RENAME "$<TARGET_SONAME_FILE_NAME:${library}>" COMPONENT runtime)
        endif()
    endforeach()
endif()
install(TARGETS ${programs} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT runtime)
install(TARGETS ${libraries} EXPORT RallTargets
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/mechanisms/builtin/" DESTINATION "${CMAKE_INSTALL_DATADIR}/rall/mechanisms" COMPONENT runtime
    FILES_MATCHING PATTERN "*.mod")

# Headers that kernels of users' mechanisms include, and the database of units.
set(directories "$<FILTER:$<REMOVE_DUPLICATES:$<TARGET_PROPERTY:Kokkos::kokkos,INTERFACE_INCLUDE_DIRECTORIES>>,EXCLUDE,^/usr/include$>")
install(DIRECTORY "$<$<BOOL:${directories}>:$<JOIN:${directories},/$<SEMICOLON>>/>" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/rall/dependencies" COMPONENT dependencies
    EXCLUDE_FROM_ALL FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
install(DIRECTORY "${RANDOM123_INCLUDE_DIR}/Random123" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/rall/dependencies" COMPONENT dependencies EXCLUDE_FROM_ALL)
find_path(UDUNITS2_DATABASE udunits2.xml HINTS /usr PATH_SUFFIXES share/xml/udunits share/udunits)
if(UDUNITS2_DATABASE)
    install(DIRECTORY "${UDUNITS2_DATABASE}/" DESTINATION "${CMAKE_INSTALL_DATADIR}/rall/udunits" COMPONENT dependencies EXCLUDE_FROM_ALL FILES_MATCHING
        PATTERN "udunits2*.xml")
endif()

# The manual page and completions are made by the target rall_manual, of which an installation can do without.
install(FILES "${PROJECT_BINARY_DIR}/app/rall.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT runtime OPTIONAL)
foreach(file_folder "rall;bash-completion/completions" "_rall;zsh/site-functions" "rall.fish;fish/vendor_completions.d")
    list(GET file_folder 0 file)
    list(GET file_folder 1 folder)
    install(FILES "${PROJECT_BINARY_DIR}/app/completion/${file}" DESTINATION "${CMAKE_INSTALL_DATADIR}/${folder}" COMPONENT runtime OPTIONAL)
endforeach()

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/Rall")
install(EXPORT RallTargets NAMESPACE Rall:: DESTINATION "${package_dir}" COMPONENT development)
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/RallConfig.cmake.in" "${PROJECT_BINARY_DIR}/RallConfig.cmake"
    INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/RallConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/RallConfig.cmake" "${PROJECT_BINARY_DIR}/RallConfigVersion.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/RallPackages.cmake" "${PROJECT_SOURCE_DIR}/cmake/KokkosRelease.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/FindUDUNITS2.cmake"
        DESTINATION "${package_dir}" COMPONENT development)
