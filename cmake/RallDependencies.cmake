# The libraries Rall stands on. Debian packages all of them but Kokkos (scripts/install-deps.sh).
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(CLI11 REQUIRED)
find_package(Threads REQUIRED)
