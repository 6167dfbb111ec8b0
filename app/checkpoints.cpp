#include "app/checkpoints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "app/recording.hpp"
#include "base/whole.hpp"

namespace rall::app {

std::optional<Interval> Interval::of(std::string const& text) {
    char* end = nullptr;
    double const number = std::strtod(text.c_str(), &end);
    std::string unit(end);
    unit.erase(0, unit.find_first_not_of(' '));
    if (end == text.c_str() || !(number > 0) || !std::isfinite(number)) return {};
    if (unit == "ms") return Interval{number, 0};
    if (unit == "s") return Interval{0, number};
    if (unit == "min") return Interval{0, 60 * number};
    if (unit == "h") return Interval{0, 3600 * number};
    return {};
}

std::int64_t Checkpoints::every_steps() const {
    if (!options_.every || options_.every->ms == 0) return 0;
    return std::max<std::int64_t>(1, rounded<std::int64_t>(std::min(options_.every->ms / about_.dt, most_exact)));
}

std::int64_t Checkpoints::next_stop(network::Simulation const& simulation) const {
    auto stop = simulation.last_step();
    auto const step = simulation.steps();
    if (auto const every = every_steps()) stop = std::min(stop, (step / every + 1) * every);
    if (options_.at_end && step < simulation.last_step() - 1) stop = std::min(stop, simulation.last_step() - 1);
    return stop;
}

bool Checkpoints::due(network::Simulation const& simulation) const {
    auto const step = simulation.steps();
    if (step == last_step_) return false;
    if (options_.at_end && step == simulation.last_step() - 1) return true;
    auto const every = every_steps();
    return every > 0 && step > 0 && step % every == 0;
}

bool Checkpoints::due_by_clock(network::Simulation const& simulation) const {
    return options_.every && options_.every->seconds > 0 && simulation.steps() != last_step_ && watch_.seconds() >= last_ + options_.every->seconds;
}

void Checkpoints::write(network::Simulation& simulation, Recording* recording, std::function<nlohmann::json()> const& record, io::Peaks const* peaks) {
    Stopwatch const watch;
    last_step_ = simulation.steps();
    if (!recording) {
        simulation.save();
        return;
    }
    try {
        recording->secure(simulation, record());
        about_.snapshot = simulation.save();
        about_.snapshot.numbers.merge(recording->last_rows(simulation.steps()));
        if (peaks) about_.snapshot.numbers[peaks_list] = peaks->highest();
        bytes_ = static_cast<double>(io::write_checkpoint(options_.file, about_));
        about_.snapshot = {};
    } catch (MachineError const& failure) {
        throw CheckpointFailure(failure.what());
    } catch (std::filesystem::filesystem_error const& failure) {
        throw CheckpointFailure(failure.what());
    }
    ++written_;
    seconds_ += watch.seconds();
    last_ = watch_.seconds();
}

nlohmann::json Checkpoints::summary() const {
    return {{"written", written_}, {"bytes", bytes_}, {"seconds", seconds_}, {"file", options_.file.string()}};
}

}  // namespace rall::app
