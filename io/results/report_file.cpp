#include "io/results/report_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "morphology/cable.hpp"
#include "morphology/region.hpp"

namespace rall::io {
namespace {

constexpr std::size_t chunk_bytes = 1 << 20;

/// [start, stop, dt] of the samples that a report has so far, ms.
std::vector<double> times_of(model::Sampling sampling, std::uint64_t samples, double dt) {
    sampling.count = static_cast<std::int64_t>(samples);
    auto const ms = [&](std::int64_t steps) { return static_cast<double>(steps) * dt; };
    return {ms(sampling.start), ms(sampling.stop()), ms(sampling.period)};
}

std::uint64_t gid_of(model::Model const& model, model::Site const& site) {
    return site.cell >= 0 ? model.cells[site.cell].gid : model.points[site.point.set].gid[static_cast<std::size_t>(site.point.index)];
}

/// An artificial cell is one element.
std::uint32_t element_of(model::Model const& model, model::Site const& site, SectionIds const& section_ids) {
    if (site.cell < 0) return 0;
    if (site.point.set < 0) {
        int const type = model.cells[site.cell].type, section = model.types[type].cable->compartments[site.compartment].section;
        auto const ids = section_ids.find(type);
        return static_cast<std::uint32_t>(ids == section_ids.end() ? section : ids->second[static_cast<std::size_t>(section)]);
    }
    auto const& parameters = model.points[site.point.set].parameters;
    auto const id = parameters.find("synapseID");
    return id == parameters.end() ? static_cast<std::uint32_t>(site.point.index)
                                  : static_cast<std::uint32_t>(id->second[static_cast<std::size_t>(site.point.index)]);
}

/// x, y and z of each column.
void write_positions(hid_t mapping, std::vector<morphology::Vec3> const& positions) {
    std::vector<double> values;
    for (auto const& at : positions) values.insert(values.end(), {at.x, at.y, at.z});
    auto const data = h5::create_dataset(mapping, "positions", H5T_IEEE_F64LE, {positions.size(), 3});
    h5::check(H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0, "write positions");
    h5::write_attribute(data, "units", "um");
}

}  // namespace

std::string column_name(model::Model const& model, model::Site const& site) {
    std::string text;
    if (site.cell >= 0) {
        auto const& cell = model.cells[site.cell];
        auto const& cable = *model.types[cell.type].cable;
        auto const& where = cable.compartments[site.compartment];
        text = (model.cells.size() > 1 ? cell.name + " " : "") + morphology::to_string(cable, {where.section, where.x});
    }
    if (site.point.set >= 0)
        text += fmt::format("{}{}[{}]", text.empty() ? "" : " ", model.points[site.point.set].label, site.point.index);
    return text;
}

std::vector<ReportColumns> columns_of(model::Model const& model, std::vector<model::Site> const& sites,
                                      std::vector<NodePopulation> const& populations, SectionIds const& section_ids) {
    std::vector<ReportColumns> all;
    std::size_t of = populations.size();
    std::uint64_t last = 0;
    for (std::size_t k = 0; k < sites.size(); ++k) {
        auto const& site = sites[k];
        auto const gid = gid_of(model, site);
        auto const [population, id] = node_of(populations, gid);
        if (population != of || all.empty()) all.push_back({populations[population].name, {}, {}, {}, k});
        auto& mapping = all.back().mapping;
        if (mapping.node_ids.empty() || gid != last) {
            mapping.node_ids.push_back(id);
            mapping.index_pointers.push_back(mapping.element_ids.size());
        }
        of = population, last = gid;
        mapping.element_ids.push_back(element_of(model, site, section_ids));
        mapping.element_pos.push_back(site.cell < 0 ? 0.0F : static_cast<float>(model.types[model.cells[site.cell].type].cable->compartments[site.compartment].x));
        all.back().names.push_back(site.cell < 0 ? fmt::format("{}[{}]", populations[population].name, id) : column_name(model, site));
    }
    for (auto& columns : all) columns.mapping.index_pointers.push_back(columns.mapping.element_ids.size());
    std::ranges::sort(all, {}, &ReportColumns::population);
    return all;
}

ReportColumns columns_of(model::Extracellular const& field) {
    ReportColumns columns{electrode_population, {}, {}, field.electrodes};
    for (std::size_t i = 0; i < field.electrodes.size(); ++i) {
        auto const& at = field.electrodes[i];
        columns.names.push_back(fmt::format("electrode[{}] ({:.10g}, {:.10g}, {:.10g})", i, at.x, at.y, at.z));
        columns.mapping.node_ids.push_back(i);
        columns.mapping.index_pointers.push_back(i);
        columns.mapping.element_ids.push_back(0);
        columns.mapping.element_pos.push_back(0);
    }
    columns.mapping.index_pointers.push_back(field.electrodes.size());
    return columns;
}

ReportWriter::ReportWriter(std::filesystem::path const& path, std::vector<ReportColumns> const& populations,
                           model::Sampling const& sampling, double step, std::string const& units, Precision precision)
    : sampling_(sampling), dt_(step), file_(path) {
    for (auto const& columns : populations) columns_ += columns.names.size();
    chunk_ = std::clamp<std::size_t>(chunk_bytes / (sizeof(double) * columns_), 1, 4096);
    h5::mark_sonata(file_);
    for (auto const& columns : populations) {
        auto const group = h5::create_group(file_, "report/" + columns.population);
        auto& table = tables_.emplace_back();
        table.first = columns.first, table.columns = columns.names.size();
        table.data = h5::create_growing(group, "data", precision == Precision::float32 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE,
                                        table.columns, chunk_);
        h5::write_attribute(table.data, "units", units);
        auto const mapping = h5::create_group(group, "mapping");
        auto const& map = columns.mapping;
        auto const ids = h5::write(mapping, "node_ids", map.node_ids);
        std::uint8_t const sorted = std::is_sorted(map.node_ids.begin(), map.node_ids.end());
        h5::write_attribute(ids, "sorted", H5T_STD_U8LE, {}, &sorted);
        h5::write(mapping, "index_pointers", map.index_pointers);
        h5::write(mapping, "element_ids", map.element_ids);
        h5::write(mapping, "element_pos", map.element_pos);
        h5::write_texts(mapping, "column_names", columns.names);
        if (!columns.positions.empty()) write_positions(mapping, columns.positions);
        table.time = h5::write_compact(mapping, "time", times_of(sampling_, 0, dt_));
        h5::write_attribute(table.time, "units", "ms");
    }
    file_.flush();
}

void ReportWriter::append(double const* values, std::int64_t rows) {
    waiting_.insert(waiting_.end(), values, values + static_cast<std::size_t>(rows) * columns_);
    auto const begun = written_ % chunk_;
    auto const whole = (begun + waiting_.size() / columns_) / chunk_ * chunk_;
    if (whole > 0) write(whole - begun);
}

void ReportWriter::write(std::size_t rows) {
    // Chunk by chunk, so that they lie in the file in order of time.
    for (std::size_t done = 0; done < rows;) {
        auto const n = std::min(chunk_ - written_ % chunk_, rows - done);
        auto const* rows_begin = waiting_.data() + done * columns_;
        for (auto& table : tables_) {
            if (tables_.size() == 1) {
                h5::append_rows(table.data, written_, n, columns_, rows_begin);
                continue;
            }
            std::vector<double> part;
            for (std::size_t row = 0; row < n; ++row) {
                auto const* begin = rows_begin + row * columns_ + table.first;
                part.insert(part.end(), begin, begin + table.columns);
            }
            h5::append_rows(table.data, written_, n, table.columns, part.data());
        }
        done += n, written_ += n;
        file_.check();
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(rows * columns_));
}

void ReportWriter::flush() {
    if (!waiting_.empty()) write(waiting_.size() / columns_);
    for (auto& table : tables_) h5::overwrite(table.time, times_of(sampling_, written_, dt_));
    file_.flush();
}

void ReportWriter::finish() {
    flush();
    file_.finish();
}

void cut_report(std::filesystem::path const& path, std::string const& population, double until) {
    auto const aside = std::filesystem::path(path.string() + ".cut");
    std::filesystem::remove(aside);
    h5::NewFile file(aside, path);
    auto const check = [&](bool good, char const* what) {
        file.check();
        h5::check(good, what + (" " + aside.string()));
    };
    auto const open = [&](char const* name) {
        h5::Handle dataset(H5Dopen2(file, ("report/" + population + name).c_str(), H5P_DEFAULT), H5Dclose);
        check(dataset.valid(), "open");
        return dataset;
    };
    {
        auto const time = open("/mapping/time"), data = open("/data");
        std::vector<double> times(3);
        check(H5Dread(time, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, times.data()) >= 0, "read times of");
        h5::Handle const space(H5Dget_space(data), H5Sclose);
        hsize_t size[2] = {0, 0};
        H5Sget_simple_extent_dims(space, size, nullptr);
        auto const last = (until - times[0]) / times[2] * (1 + 1e-12) + 1;  // samples from start to until, both included
        size[0] = std::min(size[0], last > 0 ? static_cast<hsize_t>(last) : 0);
        check(H5Dset_extent(data, size) >= 0, "cut");
        times[1] = times[0] + static_cast<double>(size[0]) * times[2];
        h5::overwrite(time, times);
    }
    file.finish();
    std::filesystem::rename(aside, path);
}

}  // namespace rall::io
