#include "io/results/csv.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <iterator>

#include "base/file.hpp"
#include "io/results/spikes.hpp"
#include "io/text/csv.hpp"

namespace rall::io {
namespace {

/// Text that goes to a new file piece by piece.
class Lines {
public:
    explicit Lines(std::filesystem::path path)
        : path_(std::move(path)), file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666)) {
        if (!file_.valid()) cannot_write(path_, errno);
    }
    std::string text;
    void keep_short() {
        if (text.size() > 1 << 20) flush();
    }
    void close() {
        flush();
        if (int const error = file_.close()) cannot_write(path_, error);
    }

private:
    void flush() {
        if (int const error = write_all(file_, text)) cannot_write(path_, error);
        text.clear();
    }
    std::filesystem::path path_;
    Descriptor file_;
};

}  // namespace

std::vector<std::string> csv_names(std::string const& report_file, std::vector<ReportColumns> const& populations) {
    auto const stem = std::filesystem::path(report_file).stem().string();
    std::vector<std::string> names;
    for (auto const& part : populations) names.push_back(populations.size() == 1 ? stem + ".csv" : stem + "_" + part.population + ".csv");
    return names;
}

void write_report_csv(std::filesystem::path const& report, std::vector<ReportColumns> const& populations, std::string const& units, Precision precision) {
    auto const names = csv_names(report.filename().string(), populations);
    auto const infos = read_report(report);
    for (std::size_t k = 0; k < populations.size(); ++k) {
        auto const& part = populations[k];
        Lines lines(report.parent_path() / names[k]);
        lines.text = "time (ms)";
        for (auto const& name : part.names) lines.text += "," + quoted_csv(fmt::format("{} ({})", name, units));
        lines.text += "\n";
        for (auto const& info : infos) {
            if (info.population != part.population) continue;
            std::int64_t row = 0;
            read_report_rows(report, part.population, info.samples, [&](double const* values, std::int64_t rows) {
                for (std::int64_t r = 0; r < rows; ++r, ++row) {
                    fmt::format_to(std::back_inserter(lines.text), "{:.10g}", info.start + static_cast<double>(row) * info.dt);
                    for (std::size_t i = 0; i < part.names.size(); ++i, ++values)
                        if (precision == Precision::float32) fmt::format_to(std::back_inserter(lines.text), ",{}", static_cast<float>(*values));
                        else fmt::format_to(std::back_inserter(lines.text), ",{}", *values);
                    lines.text += "\n";
                    lines.keep_short();
                }
            });
        }
        lines.close();
    }
}

void write_spikes_csv(std::filesystem::path const& spikes, std::filesystem::path const& csv) {
    Lines lines(csv);
    lines.text = "time (ms),population,node\n";
    SpikeReader const reader(spikes);
    for (std::size_t k = 0; k < reader.populations().size(); ++k)
        reader.read(k, [&](auto times, auto nodes) {
            for (std::size_t i = 0; i < times.size(); ++i) {
                fmt::format_to(std::back_inserter(lines.text), "{:.10g},{},{}\n", times[i], quoted_csv(reader.populations()[k].name), nodes[i]);
                lines.keep_short();
            }
        });
    lines.close();
}

}  // namespace rall::io
