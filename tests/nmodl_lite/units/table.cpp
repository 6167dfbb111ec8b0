#include "nmodl_lite/units/table.hpp"

#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl;
using namespace rall::nmodl::test;

namespace {

UnitTable table(std::string const& units_block) {
    Diagnostics found;
    auto const program = parse("UNITS { " + units_block + " }", "test.mod", found);
    REQUIRE(found.empty());
    return UnitTable(program.units);
}

double ratio(std::string const& from, std::string const& to, UnitTable const& units = {}) {
    auto const factor = units.convert(from, to);
    INFO(from << " to " << to);
    REQUIRE(factor);
    return *factor;
}

}  // namespace

TEST_CASE("units are read as NMODL writes them") {
    UnitTable const units;
    CHECK(ratio("mA/cm2", "S mV/cm2") == doctest::Approx(1));
    CHECK(ratio("joule/coulomb", "mV") == doctest::Approx(1000));
    CHECK(ratio("m2-kg/sec2-coul", "volt") == doctest::Approx(1));
    CHECK(ratio("/ms", "1/sec") == doctest::Approx(1000));
    CHECK(ratio("1e-3 volt", "mV") == doctest::Approx(1));
    CHECK(ratio("1.5-3 volt", "mV") == doctest::Approx(1.5));  // NEURON's way of writing 1.5e-3
    CHECK(ratio("1|60 hour", "min") == doctest::Approx(1));
    CHECK(ratio("degC", "K") == 1);  // differences of temperature
    CHECK(ratio("milli/liter", "mM") == doctest::Approx(1));
    CHECK(ratio("", "1") == 1);
    for (auto const* unknown : {"glorb", "mv", "m/s/s", "faraday.", "0 volt", "2 volt)"})
        CHECK_FALSE(units.read(unknown));
    CHECK_FALSE(units.convert("mV", "mA"));
}

TEST_CASE("the words that NEURON understands otherwise than udunits2, or alone, mean what NEURON says") {
    CHECK(ratio("mole", "1") == 6.02214076e23);
    CHECK(ratio("molar", "1/liter") == 1);
    CHECK(ratio("uM", "millimolar") == doctest::Approx(1e-3));
    CHECK(ratio("micromole", "mole") == doctest::Approx(1e-6));
    CHECK(ratio("faraday", "coulomb") == doctest::Approx(96485.3321).epsilon(1e-9));
    CHECK(ratio("k-mole", "joule/degC") == doctest::Approx(8.31446262).epsilon(1e-8));
    CHECK(ratio("mho/cm2", "S/cm2") == 1);
    CHECK(ratio("nanomho", "nS") == doctest::Approx(1));
    CHECK(ratio("megohms", "Mohm") == doctest::Approx(1));
    CHECK(ratio("pi", "1") == 3.14159265358979323846);
    CHECK(ratio("g", "m/sec2") == 9.80665);
    CHECK(ratio("gm", "kg") == doctest::Approx(1e-3));
    CHECK(ratio("mg", "kg") == doctest::Approx(1e-6));
    CHECK(ratio("eV", "joule") == 1.602176634e-19);
}

TEST_CASE("a file's own units count first, and take prefixes") {
    auto const units = table("(spike) = (1) (depth) = (0.1 micron) (molar) = (mole/liter) (F) = (farad)");
    CHECK(ratio("spike/sec", "Hz", units) == 1);
    CHECK(ratio("millidepth", "nm", units) == doctest::Approx(0.1));
    CHECK(ratio("molar", "1/liter", units) == doctest::Approx(6.02214076e23));
    CHECK(ratio("uF", "farad", units) == doctest::Approx(1e-6));
}

TEST_CASE("a unit is printed as it was composed") {
    UnitTable const units;
    auto const conductance = *units.read("S/cm2"), potential = *units.read("mV");
    CHECK(to_string(conductance * potential) == "S mV/cm2");
    CHECK(to_string(potential * raised(potential, -1)) == "1");
    CHECK(to_string(raised(*units.read("0.001 volt"), 2)) == "1e-06 volt2");
    CHECK(to_string(*units.read("/ms")) == "1/ms");
    CHECK(same(conductance * potential, *units.read("mA/cm2")));
    CHECK_FALSE(same(potential, *units.read("volt")));
}
