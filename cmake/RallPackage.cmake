# `cpack -G DEB` in the build directory makes a package for Debian (scripts/deb.sh does all of it). What is in it: packaging/debian/stage.cmake.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME rall)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "The Rall developers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "simulator of neurons with their real shapes")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Reconstructions (SWC, Neurolucida, NeuroML) become cables cut into compartments, ion channels written in NMODL ride on them,
synapses join the cells into networks, and circuits in SONATA are read as they are. Results are those of NEURON.
Mechanisms of one's own (.mod files) are compiled by the system's C++ compiler.")
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "g++")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_STRIP_FILES OFF)  # stage.cmake does
set(CPACK_INSTALL_CMAKE_PROJECTS "")
set(CPACK_INSTALL_SCRIPTS "${PROJECT_SOURCE_DIR}/packaging/debian/stage.cmake")
set(CPACK_RALL_BUILD "${PROJECT_BINARY_DIR}")
# What programs link decides what is needed; Kokkos is inside.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
