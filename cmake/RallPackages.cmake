# The packages Rall's libraries link, besides Kokkos: for this build (RallDependencies.cmake) and for projects that use an
# installed Rall (RallConfig.cmake).
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(CLI11 REQUIRED)
find_package(SUNDIALS 6.4 REQUIRED)
find_package(Threads REQUIRED)
enable_language(C)  # CMake finds HDF5 by compiling C
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(muparser REQUIRED)
find_package(pugixml REQUIRED)
find_package(UDUNITS2 REQUIRED)
