# cmake -DOUT=file.cpp "-DFILES=path;..." -P embed.cmake: C++ that holds the tables as text (io/schema/tables.hpp).
set(body "// Generated from io/schema.\n#include \"io/schema/tables.hpp\"\n\nnamespace rall::io {\n\n")
string(APPEND body "std::vector<std::string_view> schema_tables() {\n    return {\n")
foreach(file IN LISTS FILES)
    file(READ "${file}" text)
    string(APPEND body "        R\"~table~(${text})~table~\",\n")
endforeach()
string(APPEND body "    };\n}\n\n}  // namespace rall::io\n")
file(WRITE "${OUT}" "${body}")
