# rall_add_library(<folder> [LINK <libraries>...]): the library of one top-level folder, from all its .cpp files.
# Headers are included by their path from the project's root: #include "morphology/swc.hpp".
function(rall_add_library name)
    cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
    add_library(rall_${name} ${sources})
    add_library(Rall::${name} ALIAS rall_${name})
    target_include_directories(rall_${name} PUBLIC
        "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>" "$<INSTALL_INTERFACE:include/rall>")
    target_compile_features(rall_${name} PUBLIC cxx_std_20)
    target_compile_options(rall_${name} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${RALL_COMPILE_OPTIONS}>")
    target_link_libraries(rall_${name} PUBLIC ${arg_LINK})
endfunction()

# rall_add_tests(<folder> [LINK <libraries>...]): one doctest program from tests/<folder>/*.cpp, run by ctest as <folder>.
function(rall_add_tests name)
    cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${name}/*.cpp")
    add_executable(test_${name} ${sources} "${PROJECT_SOURCE_DIR}/tests/main.cpp")
    target_compile_options(test_${name} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${RALL_COMPILE_OPTIONS}>")
    target_compile_definitions(test_${name} PRIVATE RALL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_link_libraries(test_${name} PRIVATE ${arg_LINK})
    add_test(NAME ${name} COMMAND test_${name} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
endfunction()
