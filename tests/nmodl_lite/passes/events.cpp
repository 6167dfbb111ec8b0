// What NMODL lets a file do with events, and where.
#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl;
using namespace rall::nmodl::test;

namespace {

std::string point(std::string const& blocks) {
    return "NEURON { POINT_PROCESS a }\nASSIGNED { v (mV) x y }\nDEFINE two 2\n" + blocks;
}

}  // namespace

TEST_CASE("net_send, net_event, net_move, WATCH and FOR_NETCONS are accepted where NEURON takes them") {
    CHECK(findings(point("INITIAL { net_send(1, 1) }\n"
                         "NET_RECEIVE(w, b) {\n"
                         "  INITIAL { net_send(0, 3) net_event(t) }\n"
                         "  WATCH (v > x) two, (x + 1 < y) 2.5\n"
                         "  FOR_NETCONS(w1, b1) { w1 = w1 + b }\n"
                         "  net_move(t + 1) net_event(t)\n"
                         "}"))
              .empty());
}

TEST_CASE("an event statement in the wrong block is an error") {
    CHECK(findings(point("PROCEDURE p() { net_send(1, 1) }\nNET_RECEIVE(w) { p() }")) == "4:17 nmodl-misplaced\n");
    CHECK(findings(point("BREAKPOINT { net_event(t) }\nNET_RECEIVE(w) { }")) == "4:14 nmodl-misplaced\n");
    CHECK(findings(point("INITIAL { net_move(3) }\nNET_RECEIVE(w) { }")) == "4:11 nmodl-misplaced\n");
    CHECK(findings(point("INITIAL { WATCH (v > 3) 2 }\nNET_RECEIVE(w) { }")) == "4:11 nmodl-misplaced\n");
    CHECK(findings(point("NET_RECEIVE(w) { INITIAL { WATCH (v > 3) 2 } }")) == "4:28 nmodl-misplaced\n");
    CHECK(findings(point("INITIAL { FOR_NETCONS(w) { w = 1 } }\nNET_RECEIVE(w) { }")) == "4:11 nmodl-misplaced\n");
}

TEST_CASE("a WATCH that NEURON would not take is an error") {
    CHECK(findings(point("NET_RECEIVE(w) { WATCH (v >= 3) 2 }")) == "4:27 nmodl-watch-condition\n");
    CHECK(findings(point("NET_RECEIVE(w) { WATCH (v > w) 2 }")) == "4:27 nmodl-watch-condition\n");
    CHECK(findings(point("NET_RECEIVE(w) { LOCAL u u = 3 WATCH (v > u) 2 }")) == "4:41 nmodl-watch-condition\n");
    CHECK(findings(point("NET_RECEIVE(w) { WATCH (v > 3) x }")) == "4:32 nmodl-watch-flag\n");
}

TEST_CASE("FOR_NETCONS names as many arguments as NET_RECEIVE") {
    CHECK(findings(point("NET_RECEIVE(w, b) { FOR_NETCONS(w1) { w1 = 1 } }")) == "4:21 nmodl-argument-count\n");
}

TEST_CASE("all conditions of a file are numbered, and belong to one kernel") {
    auto const a =
        compiled(point("FUNCTION f(u) { f = 2*u }\n"
                       "NET_RECEIVE(w) {\n"
                       "  if (flag == 0) { WATCH (v > 1) 2, (v > 2) 3 } else { WATCH (f(x) < y) 4 }\n"
                       "}"));
    CHECK(a.found.empty());
    CHECK(a.mechanism.watch_flags == std::vector<double>{2, 3, 4});
    REQUIRE(a.mechanism.find("WATCH"));
    CHECK(a.mechanism.find("WATCH")->size == 3);
}
