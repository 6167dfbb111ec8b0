// What went wrong in a run, in words: who did it, where, when, and what to do.
#include <algorithm>
#include <cmath>

#include "solver/lowering/lower.hpp"
#include "solver/step/mechanism_table.hpp"

namespace rall::solver {
namespace {

/// As C cuts it.
std::string index_text(float x) {
    return std::abs(x) < 1e9f ? std::to_string(static_cast<long>(x)) : std::to_string(x);
}

}  // namespace

/// The point process or artificial cell that an instance is; set -1 for a density mechanism.
model::PointRef Lowered::point_at(int group, int mechanism, int instance) const {
    auto const& targets = connections_->targets();
    for (auto const& run : targets.runs())
        if (run.group == group && run.mechanism == mechanism) {
            auto const number = targets.number_at(run.first + static_cast<std::uint32_t>(instance));
            auto const set = std::ranges::upper_bound(first_number_, number) - first_number_.begin() - 1;
            return {static_cast<int>(set), static_cast<int>(number - first_number_[static_cast<std::size_t>(set)])};
        }
    return {-1, -1};
}

/// Says what a mechanism did wrong, and where.
void Lowered::fail(int group, Counters const& c) const {
    std::string who = "an instance", place;
    if (auto const [s, i] = point_at(group, c.fault_mechanism, c.fault_instance); s >= 0) {
        auto const& set = model_.points[s];
        who = set.mechanism + " '" + set.label + "' number " + std::to_string(i);
        if (set.cell[i] >= 0) place = " on cell " + std::to_string(model_.cells[set.cell[i]].gid);
    }
    auto const when = " at t = " + std::to_string(c.fault_time) + " ms";
    auto const error = [&](char const* code, std::string const& what, char const* advice) {
        throw InputError(code, {}, who + place + " " + what + when, advice);
    };
    switch (c.fault) {
        case Fault::sent_into_past:
            error("event-in-the-past", "calls net_send with a delay that is negative or no number", "a delay is at least 0 ms");
            break;
        case Fault::moved_into_past:
            error("event-in-the-past", "calls net_move with a time that has passed or is no number", "move the event to t or later");
            break;
        case Fault::fired_in_past:
            error("event-in-the-past", "calls net_event with a time that has passed or is no number", "write net_event(t)");
            break;
        case Fault::nothing_to_move:
            error("no-event-to-move", "calls net_move, but no event with flag 1 is under way",
                  "net_move moves the last event sent by net_send(..., 1), until an event with flag 1 arrives");
            break;
        case Fault::too_many_self_events:
        case Fault::too_many_spikes:
            if (c.more_spikes) throw MachineError("there is not enough memory for the events that are sent" + when);
            throw InputError("too-many-events", {}, "more than 64 events or spikes are sent by one event" + when,
                             "on a device a NET_RECEIVE block may call net_send and net_event 64 times, INITIAL net_send about 8 times "
                             "per instance");
        case Fault::without_end:
            error("events-without-end",
                  "sends itself events that are due at once, " + std::to_string(longest_chain) + " one after the other,",
                  "give net_send a delay above 0");
            break;
        case Fault::none:
            break;
    }
}

Diverged Lowered::describe(int group, Divergence const& found) const {
    Diverged lost;
    lost.step = found.step;
    lost.no_step = found.no_step;
    if (found.node >= 0) {
        lost.cell = cell_of_node_[group][found.node];
        lost.compartment = compartment_of_node_[group][found.node];
    }
    if (found.state >= 0) {
        auto const [mechanism, element] = states_[group][found.state];
        auto const& info = *library_.mechanisms[mechanism];
        auto const& variable = owner_of(info, element);
        lost.state = variable.name;
        if (variable.size > 1) lost.state += "[" + std::to_string(element - first_element(info, variable)) + "]";
        lost.state += std::string(" of ") + info.name;
        lost.point = point_at(group, mechanism, found.instance);
        lost.value = found.value;
        if (variable.role == Role::misplaced) {
            lost.index = info.indices + kernel::Misplaced::of(found.value).access;
            lost.state = info.name;
        }
    }
    return lost;
}

InputError Lowered::not_finite(Diverged const& where, double t) const {
    std::string const when = " at t = " + std::to_string(t) + " ms";
    std::string const advice = variable_ ? "look for parameters far from physiology, or take larger tolerances"
                                         : "look for parameters far from physiology, or take a smaller dt";
    std::string point;
    if (where.point.set >= 0)
        point = " '" + model_.points[where.point.set].label + "' number " + std::to_string(where.point.index);
    auto const index_error = [&](std::string const& who) -> InputError {
        auto const& index = *where.index;
        return {"index-out-of-range",
                {index.file, index.line},
                "mechanism " + where.state + point + who + " uses '" + index.array + "[" +
                    index_text(kernel::Misplaced::of(where.value).index) + "]'; '" + index.array +
                    "' has the elements 0 to " + std::to_string(index.size - 1) + " (found" + when + ")",
                "correct the index, or make the array longer"};
    };
    if (where.cell < 0 && where.index) return index_error("");
    if (where.cell < 0)
        return {"state-not-finite", {}, "state " + where.state + point + " is not a finite number" + when, advice};
    auto const& cell = model_.cells[where.cell];
    auto const& cable = *model_.types[cell.type].cable;
    std::string place = "a point where branches join";
    if (where.compartment >= 0) {
        auto const& c = cable.compartments[where.compartment];
        place = cable.sections[c.section].name + "(" + std::to_string(c.x) + ")";
    }
    auto const name = "cell " + std::to_string(cell.gid) + (cell.name.empty() ? "" : " (" + cell.name + ")");
    if (where.index) return index_error(" in " + name + " at " + place);
    if (where.no_step)
        return {"no-step",
                {},
                "CVODE finds no step for " + name + ", however small, that is accurate enough" + when + ": " +
                    (where.state.empty() ? "the voltage" : "state " + where.state + point) + " at " + place +
                    " changes too fast",
                advice};
    if (!where.state.empty())
        return {"state-not-finite",
                {},
                "state " + where.state + point + " in " + name + " at " + place +
                    (variable_ ? ", or its derivative," : "") + " is not a finite number" + when,
                advice};
    if (variable_)
        return {"no-step",
                {},
                "CVODE finds no step for " + name + ", however small, that is accurate enough" + when,
                advice};
    return {"voltage-not-finite", {}, "the voltage of " + name + " at " + place + " is not a number" + when, advice};
}

}  // namespace rall::solver
