# cmake -DOUT=file.cpp "-DFILES=name=path;..." -P embed.cmake: C++ that holds the files as text (io/page/assets.hpp).
set(body "// Generated from io/page/assets and the packaged JavaScript libraries.\n#include \"io/page/assets.hpp\"\n\nnamespace rall::html {\n\n")
string(APPEND body "std::string_view asset(std::string_view name) {\n")
foreach(entry IN LISTS FILES)
    string(REGEX MATCH "^([^=]+)=(.*)$" _ "${entry}")
    set(name "${CMAKE_MATCH_1}")
    file(READ "${CMAKE_MATCH_2}" text)
    # Browsers would look for the maps beside the page.
    string(REGEX REPLACE "//# sourceMappingURL=[^\n]*" "" text "${text}")
    string(APPEND body "    if (name == \"${name}\")\n        return R\"~text~(${text})~text~\";\n")
endforeach()
string(APPEND body "    return {};\n}\n\n}  // namespace rall::html\n")
file(WRITE "${OUT}" "${body}")
