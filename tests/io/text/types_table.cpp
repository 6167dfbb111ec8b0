#include "io/text/types_table.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace rall;
using namespace rall::io;

namespace {

struct File {
    std::filesystem::path path = std::filesystem::temp_directory_path() / "rall_types_table.csv";
    explicit File(std::string const& text) { std::ofstream(path) << text; }
    ~File() { std::filesystem::remove(path); }
};

std::string failure_of_table(std::string const& text) {
    File const file(text);
    try {
        TypesTable(file.path, "edge_type_id");
    } catch (InputError const& failure) {
        return failure.what();
    }
    return {};
}

}  // namespace

TEST_CASE("fields of types are separated by blanks, and quotes inside of a field are part of it") {
    CHECK(split_blanks("  a \t b  ") == std::vector<std::string>{"a", "b"});
    CHECK(split_blanks("100 model_name=='LIF_exc' \"['dend', 'apic']\" \"\" 'x \"y\"'") ==
          std::vector<std::string>{"100", "model_name=='LIF_exc'", "['dend', 'apic']", "", "x \"y\""});
    CHECK(split_blanks("\"say \"\"no\"\"\"") == std::vector<std::string>{"say \"no\""});
    CHECK(split_blanks(" ").empty());
}

TEST_CASE("types are found by their number, and NULL is not given") {
    File const file("edge_type_id delay template\r\n\r\n7 1.5 Exp2Syn\r\n3 NULL NONE\r\n");
    TypesTable const table(file.path, "edge_type_id");
    CHECK(table.types() == std::vector<std::uint64_t>{3, 7});
    CHECK(table.number(table.row(7), "delay") == 1.5);
    CHECK(table.text(table.row(7), "template") == "Exp2Syn");
    CHECK(!table.number(table.row(3), "delay"));
    CHECK(!table.text(table.row(3), "template"));
    CHECK(!table.text(table.row(3), "elsewhere"));
    CHECK(table.row(4) == -1);
    CHECK(table.where(table.row(3)).line == 4);
    CHECK_THROWS_AS(table.number(table.row(7), "template"), InputError);
}

TEST_CASE("tables of types that are none are refused with their line") {
    CHECK(failure_of_table("edge_type_id,delay\n1,2\n").find("not by commas") != std::string::npos);
    CHECK(failure_of_table("edge_type_id delay\n1 2 3\n").find(":2: error: 3 fields") != std::string::npos);
    CHECK(failure_of_table("edge_type_id delay\n-1 2\n").find("expected a whole number") != std::string::npos);
    CHECK(failure_of_table("edge_type_id delay\n1 2\n1 3\n").find(":3: error: edge_type_id 1 has a row already") != std::string::npos);
    CHECK(failure_of_table("edge_type_id delay\n").find("csv-empty") != std::string::npos);
}
