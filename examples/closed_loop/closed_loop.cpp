// A joint that two motor neurons hold against gravity: network and body exchange values every millisecond. The same as closed_loop.py.
#include <algorithm>
#include <cstdio>

#include "base/runtime.hpp"
#include "session/session.hpp"

int main(int argc, char** argv) try {
    rall::Runtime const runtime;
    rall::Diagnostics found;
    rall::session::Session sim(argc > 1 ? argv[1] : "closed_loop.json", {}, found);
    rall::session::Handle const drive[] = {sim.variable("amp", "", sim.places("drive_flexor")), sim.variable("amp", "", sim.places("drive_extensor"))};
    auto const flexor = sim.config().model.cells[0].gid;
    double angle = 0.3, speed = 0, force[] = {0, 0};  // rad, rad/ms, of each muscle
    std::size_t seen = 0;                             // spikes that have been taken

    for (int t = 1; t <= 1000; ++t) {
        sim.run_until(t);
        for (; seen < sim.spikes().size(); ++seen) force[sim.spikes()[seen].gid == flexor ? 0 : 1] += 0.2;  // each spike a twitch ...
        for (double& f : force) f *= 0.97;                                                                // ... that fades
        speed += 1e-4 * (force[1] - force[0] - 2.0 * (angle - 0.1) - 20.0 * speed);
        angle += speed;
        sim.set(drive[0], {0.3 + 1.0 * std::max(0.0, angle)});  // nA: a muscle that is stretched is driven more
        sim.set(drive[1], {0.3 + 1.0 * std::max(0.0, -angle)});
    }
    std::printf("%zu spikes, angle %.9f rad\n", sim.spikes().size(), angle);
} catch (std::exception const& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
