#include "sweep/table.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "io/results/hdf5.hpp"
#include "sweep/csv.hpp"
#include "sweep/features.hpp"
#include "sweep/units.hpp"

namespace rall::sweep {
namespace {

std::string field(double x) { return std::isfinite(x) ? fmt::format("{}", x) : ""; }

}  // namespace

std::string csv_table(Description const& description, Members const& members, Rows const& rows, Catalogue const& catalogue) {
    std::string text = "member";
    for (auto const& p : description.parameters) text += ',' + quoted_csv(heading(p, catalogue));
    text += ",status,diverged_at (ms)";
    for (auto const& f : features) text += ',' + heading(f);
    text += '\n';
    for (auto const& [member, row] : rows) {
        text += fmt::format("{}", member);
        for (double const x : members.values(member)) text += ',' + field(x);
        bool const diverged = row.status == Status::diverged;
        text += diverged ? ",diverged," + field(row.diverged_at) : ",finished,";
        for (double const x : row.features) text += ',' + field(x);
        text += '\n';
    }
    return text;
}

void write_hdf5_table(std::filesystem::path const& path, Description const& description, Members const& members,
                      Rows const& rows, Catalogue const& catalogue) {
    namespace h5 = io::h5;
    h5::NewFile file(path);
    std::vector<std::uint64_t> ids;
    std::vector<std::uint8_t> diverged;
    std::vector<double> when;
    std::vector<std::vector<double>> values(description.parameters.size());
    for (auto const& [member, row] : rows) {
        ids.push_back(member);
        diverged.push_back(row.status == Status::diverged);
        when.push_back(diverged.back() ? row.diverged_at : std::numeric_limits<double>::quiet_NaN());
        auto const given = members.values(member);
        for (std::size_t p = 0; p < given.size(); ++p) values[p].push_back(given[p]);
    }
    h5::write(file, "member", ids);
    h5::write(file, "diverged", diverged);
    h5::write_attribute(h5::write(file, "diverged_at", when), "units", "ms");
    auto const parameters = h5::create_group(file, "parameters");
    for (std::size_t p = 0; p < values.size(); ++p) {
        auto const& parameter = description.parameters[p];
        std::string name = parameter.name;
        for (char& c : name)
            if (c == '/') c = ':';  // HDF5's separator
        auto const column = h5::write(parameters, name, values[p]);
        std::string paths;
        for (auto const& at : parameter.paths) paths += (paths.empty() ? "" : " ") + at.text();
        h5::write_attribute(column, "path", paths);
        h5::write_attribute(column, "units", units_of(parameter, catalogue));
    }
    auto const measured = h5::create_group(file, "features");
    for (std::size_t k = 0; k < features.size(); ++k) {
        std::vector<double> column;
        for (auto const& [member, row] : rows) column.push_back(row.features[k]);
        auto const written = h5::write(measured, features[k].name, column);
        h5::write_attribute(written, "units", features[k].units);
        h5::write_attribute(written, "meaning", features[k].meaning);
    }
    file.finish();
}

}  // namespace rall::sweep
