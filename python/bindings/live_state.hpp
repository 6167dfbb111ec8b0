// What a live NEURON holds at one time, in the lists of a snapshot (model/snapshot.hpp), and back: voltages, states, concentrations.
#pragma once

#include "model/snapshot.hpp"
#include "python/bindings/live.hpp"

namespace rall::python {

class LiveState {
public:
    /// All live as long as this.
    LiveState(Live& live, Carried const& carried, std::map<std::string, MechanismInfo const*> const& mechanisms);

    /// What `live` holds takes the place of what the snapshot has, which Rall's own INITIAL has left or an earlier run.
    void put(model::Snapshot& snapshot) const;
    /// When instances' events to themselves are due, where INITIAL has sent as many here as in NEURON, with the same flags: what is drawn there is drawn once.
    void put_self_events(model::Snapshot& snapshot) const;
    /// Arguments of connections, where one of them beside the weight is not 0.
    void put_arguments(model::Snapshot& snapshot) const;
    /// Those of sources of which some have changed.
    void take_arguments(model::Snapshot const& snapshot) const;
    /// What the snapshot has goes to `live`.
    void take(model::Snapshot const& snapshot) const;

private:
    template <class F>
    void each_list(model::Snapshot const& snapshot, bool with_copies, F const& f) const;
    struct Listed {
        std::uint64_t source, target;
        double weight, delay;
        std::size_t connection;
    };
    std::vector<Listed> listed(std::vector<char> const& wanted) const;
    std::vector<std::size_t> node_;               ///< per site: its place among the nodes; npos at ends that are not kept
    std::vector<std::vector<std::size_t>> rank_;  ///< per mechanism and instance
    std::vector<std::uint64_t> source_rank_;      ///< per source: its place among their gids
    std::size_t n_nodes_ = 0, n_args_ = 1;
    Live& live_;
    Carried const& carried_;
    std::map<std::string, MechanismInfo const*> const& mechanisms_;
};

}  // namespace rall::python
