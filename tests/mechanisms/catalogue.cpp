#include "mechanisms/catalogue.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <string>

#include "base/file.hpp"
#include "base/text.hpp"
#include "mechanisms/compiler.hpp"
#include "mechanisms/description.hpp"
#include "nmodl_lite/nmodl.hpp"
#include "tests/contains.hpp"
#include "tests/mechanisms/scratch.hpp"

using namespace rall;
using test::leak;
using test::Scratch;
namespace fs = std::filesystem;

namespace {

MechanismInfo const* find(KernelLibrary const* library, std::string const& name) {
    for (int i = 0; i < library->n_mechanisms; ++i)
        if (library->mechanisms[i]->name == name) return library->mechanisms[i];
    return nullptr;
}

template <class Error, class F>
std::string message_of(F f) {
    try {
        f();
    } catch (Error const& error) {
        return error.what();
    }
    return "";
}

void executable(fs::path const& file, std::string const& text) {
    write_file(file, text);
    fs::permissions(file, fs::perms::owner_all);
}

/// Two infos, field by field.
void check_same(MechanismInfo const& a, MechanismInfo const& b) {
    CAPTURE(a.name);
    CHECK(std::string(a.name) == b.name);
    CHECK(std::string(a.title) == b.title);
    CHECK(a.kind == b.kind);
    CHECK(a.n_elements == b.n_elements);
    CHECK(a.has_current == b.has_current);
    CHECK(a.electrode_current == b.electrode_current);
    CHECK(a.has_state == b.has_state);
    CHECK(a.writes_concentration == b.writes_concentration);
    CHECK(a.has_receive == b.has_receive);
    CHECK(a.has_connect == b.has_connect);
    CHECK(a.n_net_args == b.n_net_args);
    CHECK(a.sends_events == b.sends_events);
    CHECK(a.moves_events == b.moves_events);
    CHECK(a.visits_connections == b.visits_connections);
    REQUIRE(a.n_watches == b.n_watches);
    CHECK(a.watch_element == b.watch_element);
    for (int i = 0; i < a.n_watches; ++i) CHECK(a.watch_flags[i] == b.watch_flags[i]);
    REQUIRE(a.n_ode_states == b.n_ode_states);
    for (int i = 0; i < a.n_ode_states; ++i) {
        CHECK(a.ode_states[i].state == b.ode_states[i].state);
        CHECK(a.ode_states[i].derivative == b.ode_states[i].derivative);
        CHECK(a.ode_states[i].tolerance == b.ode_states[i].tolerance);
    }
    CHECK(a.has_settle == b.has_settle);
    CHECK(a.has_discontinuities == b.has_discontinuities);
    CHECK((a.fixed_step_only ? a.fixed_step_only : std::string()) ==
          (b.fixed_step_only ? b.fixed_step_only : std::string()));
    REQUIRE(a.n_ions == b.n_ions);
    for (int i = 0; i < a.n_ions; ++i) {
        CHECK(std::string(a.ions[i].name) == b.ions[i].name);
        CHECK(a.ions[i].valence == b.ions[i].valence);
    }
    REQUIRE(a.n_variables == b.n_variables);
    for (int i = 0; i < a.n_variables; ++i) {
        auto const &x = a.variables[i], &y = b.variables[i];
        CAPTURE(x.name);
        CHECK(std::string(x.name) == y.name);
        CHECK(std::string(x.units) == y.units);
        CHECK(x.role == y.role);
        CHECK(x.value == y.value);
        CHECK(x.size == y.size);
        CHECK(x.ion == y.ion);
        CHECK(x.field == y.field);
    }
}

}  // namespace

TEST_CASE("built-in mechanisms need no compiler") {
    Scratch const scratch;
    ::setenv("RALL_CXX", "/nowhere/c++", 1);
    Catalogue const catalogue;
    auto const kernels = catalogue.library({"pas", "hh", "pas"});
    CHECK(kernels.library == rall_kernel_library());
    CHECK_FALSE(kernels.compiled);
    CHECK(find(kernels.library, "hh"));
    CHECK(contains(message_of<InputError>([&] { catalogue.library({"hhh"}); }), "did you mean 'hh'?"));
}

TEST_CASE("a mechanism is described the same before and after it is compiled") {
    int n = 0;
    for (auto const& entry : fs::directory_iterator(RALL_SOURCE_DIR "/mechanisms/builtin")) {
        if (entry.path().extension() != ".mod") continue;
        Diagnostics found;
        auto const translated = nmodl::translate_file(entry.path(), found);
        found.throw_if_errors();
        auto const* compiled = find(rall_kernel_library(), translated.name);
        CAPTURE(translated.name);
        REQUIRE(compiled);
        check_same(Description(translated.mechanism).info(), *compiled);
        ++n;
    }
    CHECK(n == rall_kernel_library()->n_mechanisms);
}

TEST_CASE("two processes that start at once compile once, a third finds the library, an edit compiles again") {
    Scratch const scratch;
    write_file(scratch.mods() / "mine.mod", leak("mine", "first"));
    auto const get = [&] {
        Diagnostics found;
        Catalogue catalogue;
        catalogue.add_directory(scratch.mods(), found);
        return catalogue.library({"mine"});
    };
    pid_t children[2];
    for (auto& child : children) {
        child = ::fork();
        if (child == 0) {
            try {
                ::_exit(get().compiled ? 1 : 0);
            } catch (std::exception const&) {
                ::_exit(100);
            }
        }
    }
    int compilations = 0;
    for (auto const child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        compilations += WEXITSTATUS(status);
    }
    CHECK(compilations == 1);

    auto const start = std::clock();  // of this process: a busy machine does not count
    auto const found = get();
    CHECK(double(std::clock() - start) / CLOCKS_PER_SEC < 0.3);
    CHECK_FALSE(found.compiled);
    REQUIRE(found.library->n_mechanisms == 1);
    CHECK(std::string(found.library->mechanisms[0]->title) == "first");

    write_file(scratch.mods() / "mine.mod", leak("mine", "second"));
    auto const edited = get();
    CHECK(edited.compiled);
    CHECK(edited.compile_seconds > 0);
    CHECK(std::string(edited.library->mechanisms[0]->title) == "second");
    CHECK(std::string(found.library->mechanisms[0]->title) == "first");
}

TEST_CASE("a file of the user replaces the built-in mechanism of its name, beside other built-in ones") {
    Scratch const scratch;
    write_file(scratch.mods() / "pas.mod", leak("pas", "a leak of mine"));
    Diagnostics found;
    Catalogue catalogue;
    catalogue.add_directory(scratch.mods(), found);
    REQUIRE(found.items().size() == 1);
    CHECK(found.items()[0].code == "mechanism-overrides");
    CHECK(std::string(catalogue.mechanisms().at("pas")->title) == "a leak of mine");
    int announced = 0;
    auto const kernels = catalogue.library({"pas", "hh"}, [&] { ++announced; });
    CHECK(announced == 1);
    CHECK(kernels.library->n_mechanisms == 2);
    CHECK(std::string(find(kernels.library, "pas")->title) == "a leak of mine");
    check_same(*find(kernels.library, "hh"), *find(rall_kernel_library(), "hh"));
    // The built-in library, loaded first, is untouched, and is still what a model without the override gets.
    CHECK(std::string(find(rall_kernel_library(), "pas")->title) != "a leak of mine");
    CHECK(catalogue.library({"hh"}).library == rall_kernel_library());
}

TEST_CASE("a file that cannot be understood is refused when it is used, and only then") {
    Scratch const scratch;
    write_file(scratch.mods() / "broken.mod",
               "NEURON { SUFFIX broken RANGE x }\nPARAMETER { x = 1 }\nBREAKPOINT { x = y + }\n");
    write_file(scratch.mods() / "other.mod", leak("other", "fine"));
    Diagnostics found;
    Catalogue catalogue;
    catalogue.add_directory(scratch.mods(), found);
    CHECK_FALSE(found.has_errors());
    REQUIRE(found.count(Severity::warning) > 0);
    CHECK(found.items()[0].where.line == 3);
    CHECK_FALSE(catalogue.mechanisms().contains("broken"));
    CHECK(catalogue.mechanisms().contains("other"));
    auto const message = message_of<InputError>([&] { catalogue.library({"broken"}); });
    CHECK(contains(message, (scratch.mods() / "broken.mod").string() + ":3"));
    CHECK(contains(message, "error"));
}

TEST_CASE("two files for one mechanism, or no directory, are errors that name them") {
    Scratch const scratch;
    write_file(scratch.mods() / "a.mod", leak("same", "a"));
    write_file(scratch.mods() / "b.mod", leak("same", "b"));
    Diagnostics found;
    Catalogue catalogue;
    auto const twice = message_of<InputError>([&] { catalogue.add_directory(scratch.mods(), found); });
    CHECK(contains(twice, "a.mod"));
    CHECK(contains(twice, "b.mod"));
    CHECK(contains(message_of<InputError>([&] { catalogue.add_directory("/nowhere/mods", found); }), "/nowhere/mods"));
}

TEST_CASE("libraries are known by every header that they are made of") {
    KernelCompiler const compiler;
    auto const identity = compiler.identity();
    for (auto const* name : {"solver/kernel_library.hpp", "solver/step/instances.hpp",
                             "solver/cvode/variable_step.hpp", "mechanisms/kernel.hpp", "base/math.hpp"})
        CHECK_MESSAGE(contains(identity, read_file(compiler.header(name))), name);
}

TEST_CASE("what the machine lacks is said with what to do") {
    Scratch const scratch;
    write_file(scratch.mods() / "mine.mod", leak("mine", "mine"));
    Diagnostics found;
    Catalogue catalogue;
    catalogue.add_directory(scratch.mods(), found);
    auto const failure = [&] { return message_of<MachineError>([&] { catalogue.library({"mine"}); }); };

    ::setenv("RALL_CXX", "/nowhere/c++", 1);
    CHECK(contains(failure(), "'/nowhere/c++' is not there"));
    CHECK(contains(failure(), "apt install g++"));

    auto const compiler = scratch.root() / "failing";
    executable(compiler, "#!/bin/sh\necho 'kernels.cpp:7:3: error: too tired'\necho more\nexit 4\n");
    ::setenv("RALL_CXX", compiler.c_str(), 1);
    auto const failed = failure();
    CHECK(contains(failed, "error: too tired"));
    auto const log = failed.substr(failed.rfind(" is in ") + 7);
    CHECK(contains(read_file(log), "more"));
}
