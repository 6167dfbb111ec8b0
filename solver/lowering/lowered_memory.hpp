// What Lowered has on the device. Private to solver/lowering/.
#pragma once

#include "solver/lowering/curve_tables.hpp"
#include "solver/lowering/lower.hpp"
#include "solver/step/event_memory.hpp"

namespace rall::solver {

struct Lowered::Memory {
    DeviceMemory block, groups, counters, divergences, samples, probes, deliveries, some_groups;
    DeviceMemory board, groups_together, stopped_at;
    EventMemory events;
    CurveTables curves;
};

}  // namespace rall::solver
