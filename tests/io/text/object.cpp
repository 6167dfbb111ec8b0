#include "io/text/object.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/contains.hpp"

using namespace rall;
using namespace rall::io;

namespace {

Range const to_ten{0, true, 10};
Keys const keys("run", {{.name = "tstop", .required = true},
                        {.name = "dt", .units = "ms", .range = positive, .standard = 0.025},
                        {.name = "seed", .range = to_ten, .standard = 0},
                        {.name = "n", .range = to_ten, .standard = 0},
                        {.name = "flag", .standard = false},
                        {.name = "mode", .choices = {"quiet", "loud"}, .standard = "quiet"},
                        {.name = "missing", .required = true}});
Keys const some("run", {{.name = "dt", .units = "ms", .range = positive, .standard = 0.025}, {.name = "random_seed", .range = to_ten, .standard = 0}});

/// What an object says that has been read by `read`.
template <class Read>
std::string said(std::string const& text, Keys const& keys, Read const& read) {
    auto const document = Document::parse(text, "x.json");
    Diagnostics found;
    Object object(document->root(), "entry", found, keys);
    read(object);
    object.finish();
    return to_string(found);
}

}  // namespace

TEST_CASE("an object reports all that is wrong with it at once") {
    auto const document =
        Document::parse(R"({"tstop": "long", "dt": -1, "sed": 3, "n": 1.5, "flag": 1, "mode": "quite"})", "x.json");
    Diagnostics found;
    Object object(document->root(), "run", found, keys);
    object.number("tstop");
    object.number("dt");
    object.integer("seed");
    object.integer("n");
    object.flag("flag");
    object.choice("mode");
    object.finish();
    auto const text = to_string(found);
    CHECK(found.count(Severity::error) == 7);
    CHECK(contains(text, "run.tstop is a string; expected a number"));
    CHECK(contains(text, "run.dt is -1; expected more than 0"));
    CHECK(contains(text, "run has no key 'sed'"));
    CHECK(contains(text, "did you mean 'seed'?"));
    CHECK(contains(text, "run.n is a number; expected a whole number"));
    CHECK(contains(text, "run.flag is a number; expected true or false"));
    CHECK(contains(text, "did you mean 'quiet'?"));
    CHECK(contains(text, "run needs 'missing'"));
}

TEST_CASE("defaults that were filled in are one note") {
    auto const document = Document::parse("{}", "x.json");
    Diagnostics found;
    Object object(document->root(), "run", found, some);
    CHECK(object.number("dt") == 0.025);
    CHECK(object.integer("random_seed") == 0);
    object.finish();
    REQUIRE(found.items().size() == 1);
    CHECK(found.items()[0].severity == Severity::note);
    CHECK(found.items()[0].message == "run: not given, so dt = 0.025 ms, random_seed = 0");
}

TEST_CASE("keys that belong to a value of another key are required there, and refused elsewhere") {
    Keys const table("entry", {{.name = "rule", .choices = {"all", "ring", "some"}, .standard = "all"},
                               {.name = "shift", .required = true, .with = {{{"rule", {"ring"}}}}},
                               {.name = "p", .with = {{{"rule", {"ring", "some"}}, {"x", true}}, {{"y", false}}}},
                               {.name = "x"},
                               {.name = "y"}});
    auto const read = [](Object& object) {
        object.choice("rule");
        object.find("x"), object.find("y");
    };
    CHECK(contains(said(R"({"shift": 1})", table, read), "x.json:1:2: error: entry: 'shift' belongs to \"rule\": \"ring\" [config-conflict]"));
    CHECK(contains(said(R"({"rule": "ring"})", table, read), "entry needs 'shift'"));
    CHECK(said(R"({"rule": "all"})", table, read).empty());
    CHECK(contains(said(R"({"p": 1, "y": 1})", table, read), "'p' belongs to \"rule\": \"ring\" or \"some\" and 'x', or what has no 'y'"));
    CHECK(contains(said(R"({"p": 1})", table, read), "entry has no key 'p'"));  // it belongs here, but nobody reads it
}

TEST_CASE("a key has two names, of which one is given") {
    Keys const table("entry", {{.name = "amp_start", .other_name = "amp", .required = true}});
    auto const read = [](Object& object) { object.number("amp_start"); };
    CHECK(said(R"({"amp": 1})", table, read).empty());
    CHECK(contains(said("{}", table, read), "entry needs 'amp_start'"));
    CHECK(contains(said(R"({"amp": 1, "amp_start": 1})", table, read), "entry: 'amp_start' and 'amp' say the same"));
    CHECK(contains(said(R"({"amp": "1"})", table, read), "entry.amp is a string; expected a number"));
}

TEST_CASE("what the table says has no effect is a note, and what editors want is none") {
    Keys const table("entry", {{.name = "$schema"}, {.name = "log", .no_effect = "results are the same"}});
    auto const text = said(R"({"$schema": "x", "log": 1})", table, [](Object&) {});
    CHECK(contains(text, "note: entry.log has no effect here"));
    CHECK(!contains(text, "error"));
}

TEST_CASE("a key that is read and stands in no table is the program's fault") {
    auto const document = Document::parse("{}", "x.json");
    Diagnostics found;
    Object object(document->root(), "run", found, some);
    CHECK_THROWS_AS(object.find("tstop"), std::logic_error);
    CHECK_THROWS_AS(object.number("tstop"), std::logic_error);
}

TEST_CASE("of thousands of unknown keys the first are told, and how many more there are") {
    std::string text = "{\"dt\": 1";
    for (int i = 0; i < 1000; ++i) text += ", \"k" + std::to_string(i) + "\": 1";
    auto const document = Document::parse(text + "}", "x.json");
    Diagnostics found;
    Object object(document->root(), "run", found);
    object.find("dt");
    object.finish();
    CHECK(found.count(Severity::error) == 41);
    CHECK(contains(to_string(found), "run has no key 'k39'"));
    CHECK(contains(to_string(found), "run has no key 'k40' either, nor 959 more that are given"));
}
