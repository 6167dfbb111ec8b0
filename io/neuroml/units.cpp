#include "io/neuroml/units.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace rall::io::neuroml {
namespace {

struct NamedDimension {
    std::string_view name;
    Dimension powers;  // kg m s A K mol
};

constexpr std::array<NamedDimension, 25> dimensions{{
    {"none", {0, 0, 0, 0, 0, 0}},
    {"time", {0, 0, 1, 0, 0, 0}},
    {"per_time", {0, 0, -1, 0, 0, 0}},
    {"voltage", {1, 2, -3, -1, 0, 0}},
    {"per_voltage", {-1, -2, 3, 1, 0, 0}},
    {"conductance", {-1, -2, 3, 2, 0, 0}},
    {"conductanceDensity", {-1, -4, 3, 2, 0, 0}},
    {"capacitance", {-1, -2, 4, 2, 0, 0}},
    {"specificCapacitance", {-1, -4, 4, 2, 0, 0}},
    {"resistance", {1, 2, -3, -2, 0, 0}},
    {"resistivity", {1, 3, -3, -2, 0, 0}},
    {"charge", {0, 0, 1, 1, 0, 0}},
    {"charge_per_mole", {0, 0, 1, 1, 0, -1}},
    {"current", {0, 0, 0, 1, 0, 0}},
    {"currentDensity", {0, -2, 0, 1, 0, 0}},
    {"length", {0, 1, 0, 0, 0, 0}},
    {"area", {0, 2, 0, 0, 0, 0}},
    {"volume", {0, 3, 0, 0, 0, 0}},
    {"concentration", {0, -3, 0, 0, 0, 1}},
    {"substance", {0, 0, 0, 0, 0, 1}},
    {"permeability", {0, 1, -1, 0, 0, 0}},
    {"temperature", {0, 0, 0, 0, 1, 0}},
    {"idealGasConstantDims", {1, 2, -2, 0, -1, -1}},
    {"conductance_per_voltage", {-2, -4, 6, 3, 0, 0}},
    {"rho_factor", {0, -1, -1, -1, 0, 1}},
}};

constexpr Unit units[] = {
    {"", "none"},
    {"s", "time"},
    {"ms", "time", -3},
    {"min", "time", 0, 60},
    {"hour", "time", 0, 3600},
    {"per_s", "per_time"},
    {"Hz", "per_time"},
    {"per_ms", "per_time", 3},
    {"per_min", "per_time", 0, 1.0 / 60},
    {"per_hour", "per_time", 0, 1.0 / 3600},
    {"m", "length"},
    {"cm", "length", -2},
    {"um", "length", -6},
    {"m2", "area"},
    {"cm2", "area", -4},
    {"um2", "area", -12},
    {"m3", "volume"},
    {"cm3", "volume", -6},
    {"litre", "volume", -3},
    {"um3", "volume", -18},
    {"V", "voltage"},
    {"mV", "voltage", -3},
    {"per_V", "per_voltage"},
    {"per_mV", "per_voltage", 3},
    {"ohm", "resistance"},
    {"kohm", "resistance", 3},
    {"Mohm", "resistance", 6},
    {"S", "conductance"},
    {"mS", "conductance", -3},
    {"uS", "conductance", -6},
    {"nS", "conductance", -9},
    {"pS", "conductance", -12},
    {"S_per_m2", "conductanceDensity"},
    {"mS_per_cm2", "conductanceDensity", 1},
    {"S_per_cm2", "conductanceDensity", 4},
    {"uS_per_cm2", "conductanceDensity", -2},
    {"F", "capacitance"},
    {"uF", "capacitance", -6},
    {"nF", "capacitance", -9},
    {"pF", "capacitance", -12},
    {"F_per_m2", "specificCapacitance"},
    {"uF_per_cm2", "specificCapacitance", -2},
    {"ohm_m", "resistivity"},
    {"kohm_cm", "resistivity", 1},
    {"ohm_cm", "resistivity", -2},
    {"C", "charge"},
    {"e", "charge", 0, 1.602176634e-19},
    {"C_per_mol", "charge_per_mole"},
    {"nA_ms_per_amol", "charge_per_mole", 6},
    {"pC_per_umol", "charge_per_mole", -6},
    {"A", "current"},
    {"uA", "current", -6},
    {"nA", "current", -9},
    {"pA", "current", -12},
    {"A_per_m2", "currentDensity"},
    {"uA_per_cm2", "currentDensity", -2},
    {"mA_per_cm2", "currentDensity", 1},
    {"mol_per_m3", "concentration"},
    {"mol_per_cm3", "concentration", 6},
    {"M", "concentration", 3},
    {"mM", "concentration"},
    {"mol", "substance"},
    {"m_per_s", "permeability"},
    {"cm_per_s", "permeability", -2},
    {"um_per_ms", "permeability", -3},
    {"cm_per_ms", "permeability", 1},
    {"degC", "temperature", 0, 1, 273.15},
    {"K", "temperature"},
    {"J_per_K_per_mol", "idealGasConstantDims"},
    {"fJ_per_K_per_umol", "idealGasConstantDims", -9},
    {"S_per_V", "conductance_per_voltage"},
    {"nS_per_mV", "conductance_per_voltage", -6},
    {"mol_per_m_per_A_per_s", "rho_factor"},
    {"mol_per_cm_per_uA_per_ms", "rho_factor", 11},
    {"umol_per_cm_per_nA_per_ms", "rho_factor", 8},
};

/// SI units of the coherent ones, as powers of ten: 1e-9 kg (so that nA mV ms is um2 1e-9 kg / ms2), um, ms, nA, K, amol.
constexpr Dimension coherent{-9, -6, -3, -9, 0, -18};

/// Powers of ten up to 10^22 are doubles.
double shifted(double number, int power) {
    return power < 0 ? number / std::pow(10.0, -power) : number * std::pow(10.0, power);
}

}  // namespace

Unit const* find_unit(std::string_view symbol) {
    auto const found = std::ranges::find(units, symbol, &Unit::symbol);
    return found == std::end(units) ? nullptr : &*found;
}

std::vector<std::string> unit_symbols(std::string_view dimension) {
    std::vector<std::string> symbols;
    for (auto const& unit : units)
        if (unit.dimension == dimension && !unit.symbol.empty()) symbols.emplace_back(unit.symbol);
    return symbols;
}

std::optional<Dimension> find_dimension(std::string_view name) {
    auto const found = std::ranges::find(dimensions, name, &NamedDimension::name);
    if (found == dimensions.end()) return std::nullopt;
    return found->powers;
}

double to_coherent(double number, Unit const& unit) {
    auto const powers = *find_dimension(unit.dimension);
    int power = unit.power;
    for (std::size_t i = 0; i < powers.size(); ++i) power -= powers[i] * coherent[i];
    return shifted((number + unit.offset) * unit.scale, power);
}

double convert(double number, Unit const& from, Unit const& to) {
    if (&from == &to) return number;
    return shifted((number + from.offset) * from.scale, from.power - to.power) / to.scale - to.offset;
}

std::optional<Quantity> split_quantity(std::string_view text) {
    auto const trim = [](std::string_view s) {
        auto const first = s.find_first_not_of(" \t\r\n");
        if (first == s.npos) return std::string_view();
        return s.substr(first, s.find_last_not_of(" \t\r\n") - first + 1);
    };
    text = trim(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    Quantity result;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), result.number);
    if (failure != std::errc() || !std::isfinite(result.number)) return std::nullopt;
    text = trim(text.substr(static_cast<std::size_t>(end - text.data())));
    auto const is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (!std::ranges::all_of(text, is_letter)) return std::nullopt;
    result.symbol = text;
    return result;
}

}  // namespace rall::io::neuroml
