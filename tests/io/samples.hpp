// Mechanisms and files for the tests of io/: the infos of a few mechanisms without their kernels, and a directory to write into.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "base/file.hpp"
#include "base/text.hpp"
#include "io/config/config.hpp"
#include "io/config/mechanisms.hpp"
#include "tests/contains.hpp"

namespace rall::samples {

inline io::Mechanisms mechanisms() {
    static constexpr VariableInfo pas_variables[] = {
        {"g", "S/cm2", Role::parameter, 0.001}, {"e", "mV", Role::parameter, -70}, {"i", "mA/cm2", Role::observable}};
    static constexpr VariableInfo hh_variables[] = {{"gnabar", "S/cm2", Role::parameter, 0.12},
                                                    {"gkbar", "S/cm2", Role::parameter, 0.036},
                                                    {"shift", "mV", Role::global, 0},
                                                    {"m", "", Role::state},
                                                    {"ena", "mV", Role::ion_read, 0, 1, 0, IonField::reversal}};
    static constexpr IonInfo hh_ions[] = {{"na", 1}, {"k", 1}};
    static constexpr VariableInfo syn_variables[] = {
        {"tau", "ms", Role::parameter, 0.1}, {"e", "mV", Role::parameter, 0}, {"g", "uS", Role::state}};
    static constexpr VariableInfo clamp_variables[] = {
        {"del", "ms", Role::parameter}, {"dur", "ms", Role::parameter}, {"amp", "nA", Role::parameter}};
    static constexpr VariableInfo stim_variables[] = {{"interval", "ms", Role::parameter, 10},
                                                      {"number", "", Role::parameter, 10}};
    static constexpr MechanismInfo pas{"pas", "", MechanismKind::density, pas_variables, 3, 3};
    static constexpr MechanismInfo hh{"hh", "", MechanismKind::density, hh_variables, 5, 5, hh_ions, 2};
    static constexpr MechanismInfo clamp{"IClamp", "", MechanismKind::point, clamp_variables, 3, 3};
    static constexpr MechanismInfo syn{
        "ExpSyn", "", MechanismKind::point, syn_variables, 3, 3, nullptr, 0, true, false, true, false, true, 1, false};
    static constexpr MechanismInfo stim{
        "NetStim", "",  MechanismKind::artificial, stim_variables, 2, 2, nullptr, 0, false, false, false, false, true,
        1,         true};
    return {{"pas", &pas}, {"hh", &hh}, {"IClamp", &clamp}, {"ExpSyn", &syn}, {"NetStim", &stim}};
}

/// A directory that lives as long as the test.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "rall-test-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::filesystem::path operator/(std::string const& name) const { return path_ / name; }
    std::filesystem::path write(std::string const& name, std::string const& text) const {
        write_file(path_ / name, text);
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

/// A config of one ball and stick, with more sections given as text: `"inputs": {...}`.
inline std::string ball_and_stick(std::string const& more = {},
                                  std::string const& regions = R"("all": {"mechanisms": {"pas": {}}})") {
    return R"({"cells": {"cell": {"count": 3,
  "stylized": [{"name": "soma", "L": 20, "diam": 20}, {"name": "dend[0]", "L": 300, "diam": 2}, {"name": "dend[1]", "L": 100, "diam": 1, "parent": "dend"}],
  "biophysics": {"regions": {)" +
           regions + R"(}, "nseg": {"all": 1, "dend": 5}}}},
 "run": {"tstop": 100, "dt": 0.1})" +
           (more.empty() ? "" : ",\n" + more) + "}";
}

inline io::Config read(std::string const& text, Diagnostics& diagnostics) {
    Folder const folder;
    return io::read_config(
        folder.write("config.json", text), [](auto const&) { return mechanisms(); }, diagnostics);
}

inline io::Config read(std::string const& text) {
    Diagnostics diagnostics;
    return read(text, diagnostics);
}

/// All errors of a config, printed.
inline std::string errors_of(std::string const& text) {
    try {
        read(text);
    } catch (InputError const& failure) {
        return failure.what();
    }
    return "no error";
}

}  // namespace rall::samples
