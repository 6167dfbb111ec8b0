#include <doctest/doctest.h>

#include <random>

#include "base/file.hpp"
#include "io/results/report_file.hpp"
#include "io/results/spikes.hpp"
#include "tests/io/samples.hpp"

using namespace rall;
using namespace rall::samples;

TEST_CASE("spikes come back as they were written, in the order asked for") {
    Folder const folder;
    auto const path = folder / "spikes.h5";
    io::write_spikes(path, {{"cells", {3, 1, 2, 1}, {0, 5, 1, 2}, {}}, {"generators", {}, {}, {}}},
                     io::SpikeOrder::by_time);
    auto const tables = io::read_spikes(path);
    REQUIRE(tables.size() == 2);
    CHECK(tables[0].times == std::vector<double>{1, 1, 2, 3});
    CHECK(tables[0].node_ids == std::vector<std::uint64_t>{2, 5, 1, 0});
    CHECK(tables[0].sorting == "by_time");
    CHECK(tables[1].times.empty());
    auto const other = folder / "by_id.h5";
    io::write_spikes(other, {{"cells", {3, 1, 2}, {0, 5, 0}, {}}}, io::SpikeOrder::by_id);
    CHECK_THROWS_AS(io::write_spikes(other, {}, io::SpikeOrder::by_id), MachineError);  // it is there
    CHECK(io::read_spikes(other)[0].times == std::vector<double>{2, 3, 1});
    auto const trains = io::read_spike_trains(other, std::nullopt);
    CHECK(trains.at(0) == std::vector<double>{2, 3});
    CHECK_THROWS_AS(io::read_spike_trains(other, "cell"), InputError);
}

TEST_CASE("spikes are read in pieces, none of them lost") {
    Folder const folder;
    auto const path = folder / "spikes.h5";
    io::SpikeTable table{"cells", {}, {}, {}};
    for (std::uint64_t i = 0; i < 2'500'000; ++i) {
        table.times.push_back(static_cast<double>(i));
        table.node_ids.push_back(3 * i);
    }
    io::write_spikes(path, {table, {"generators", {}, {}, {}}}, io::SpikeOrder::by_time);
    io::SpikeReader const reader(path);
    REQUIRE(reader.populations().size() == 2);
    CHECK(reader.populations()[0].name == "cells");
    CHECK(reader.populations()[0].count == 2'500'000);
    std::uint64_t read = 0;
    int pieces = 0;
    reader.read(0, [&](auto times, auto node_ids) {
        REQUIRE(times.size() == node_ids.size());
        std::uint64_t wrong = 0;
        for (std::size_t k = 0; k < times.size(); ++k, ++read)
            wrong += times[k] != static_cast<double>(read) || node_ids[k] != 3 * read;
        CHECK(wrong == 0);
        ++pieces;
    });
    CHECK(read == 2'500'000);
    CHECK(pieces == 2);
    reader.read(1, [&](auto, auto) { ++pieces; });
    CHECK(pieces == 2);
    io::h5::Input const file(path);
    CHECK(file.numbers("/spikes/cells/timestamps", 2'499'998, 7) == std::vector<double>{2'499'998, 2'499'999});
    CHECK(file.ids("/spikes/cells/node_ids", 5, 2) == std::vector<std::uint64_t>{15, 18});
    CHECK(file.numbers("/spikes/cells/timestamps", 2'500'001, 7).empty());
}

TEST_CASE("the bytes of spikes and reports depend on the data alone") {
    Folder const folder;
    auto const config = read(ball_and_stick(R"("reports": {"v": {"sections": "all", "variable_name": "v"}})"));
    auto const& probe = config.model.probes[0];
    constexpr int rows = 10'000;
    std::vector<double> values(rows * probe.sites.size());
    std::mt19937 random(1);
    for (auto& value : values) value = static_cast<double>(random());
    auto const written = [&](std::string const& name, std::vector<int> const& pieces) {
        io::ReportWriter writer(folder / name, io::columns_of(config.model, probe.sites, config.populations),
                                model::sampling_of(probe, config.model.dt), config.model.dt, "mV", io::Precision::float64);
        int done = 0;
        for (std::size_t i = 0; done < rows; i = (i + 1) % pieces.size()) {
            auto const n = std::min(pieces[i], rows - done);
            writer.append(values.data() + static_cast<std::size_t>(done) * probe.sites.size(), n);
            done += n;
            if (n == 33) {
                writer.flush();
                CHECK(io::read_report(folder / name)[0].samples == static_cast<std::uint64_t>(done));
            }
        }
        writer.finish();
        return read_file(folder / name);
    };
    auto const whole = written("a.h5", {rows});
    CHECK(whole == written("b.h5", {1, 7, 4000, 33}));
    auto const info = io::read_report(folder / "b.h5");
    REQUIRE(info.size() == 1);
    CHECK(info[0].population == "cells");
    CHECK(info[0].samples == rows);
    CHECK(info[0].elements == 33);
    CHECK(info[0].mapping.node_ids == std::vector<std::uint64_t>{0, 1, 2});
    CHECK(info[0].mapping.index_pointers == std::vector<std::uint64_t>{0, 11, 22, 33});
    CHECK(info[0].mapping.element_ids[10] == 2);
    CHECK(info[0].mapping.element_pos[10] == doctest::Approx(0.9));
    CHECK(info[0].stop == 1000);  // what it holds, whatever was asked for
    CHECK(info[0].dt == 0.1);
    auto const columns = io::read_report_columns(folder / "b.h5", "cells", 2);
    CHECK(columns[1][rows - 1] == values[(rows - 1) * 33 + 1]);
}

TEST_CASE("files that are no SONATA are refused by name") {
    Folder const folder;
    auto const path = folder.write("x.h5", "not HDF5");
    auto const message_of = [&](auto call) -> std::string {
        try {
            call();
        } catch (InputError const& failure) {
            return failure.what();
        }
        return {};
    };
    CHECK(contains(message_of([&] { io::read_spikes(path); }), "x.h5: error: this is no HDF5 file"));
    io::write_spikes(folder / "s.h5", {}, io::SpikeOrder::by_time);
    CHECK(contains(message_of([&] { io::read_spikes(folder / "s.h5"); }), "no group '/spikes'"));
    CHECK(contains(message_of([&] { io::read_report(folder / "s.h5"); }), "no group '/report'"));
    CHECK(contains(message_of([&] { io::read_spikes(folder / "none.h5"); }), "No such file"));
}
