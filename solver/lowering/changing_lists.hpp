// All that changes in the groups' blocks while a model runs and outlives an epoch, as lists under names, whose elements lie anywhere in memory.
// Private to solver/lowering/.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "solver/lowering/places.hpp"

namespace rall::solver {

/// The blocks of all groups as the host sees them, while it lives; changed() hands them back to the device.
class HostBlock {
public:
    explicit HostBlock(DeviceMemory& memory) : memory_(memory) {
        memory.bring_host();
        shift_ = memory.host() - memory.device();
    }
    ~HostBlock() { memory_.drop_host(); }
    HostBlock(HostBlock const&) = delete;
    HostBlock& operator=(HostBlock const&) = delete;
    /// Where the host finds what `there` points to.
    template <class T>
    T* operator()(T* there) const {
        return reinterpret_cast<T*>(reinterpret_cast<std::intptr_t>(there) + shift_);
    }
    void changed() { memory_.to_device(); }

private:
    DeviceMemory& memory_;
    std::ptrdiff_t shift_ = 0;
};

/// A part of a list that lies in one group: element place[i] * width + offset is value[i], or value[0] for all i without a stride. Nothing has
/// the place -1; where `wanted` is given and wanted[node[i]] is 0, the element is 0, and nobody looks at what lies there.
struct Piece {
    double* value;
    int stride;
    int n;
    int const* place;
    int width = 1, offset = 0;
    char const* wanted = nullptr;
    int const* node = nullptr;
};

struct ChangingList {
    std::string name;
    std::size_t n = 0;
    std::vector<Piece> pieces = {};
    /// Where instances are merged (Places::Mechanism::merged) an element stands for those of all: it is their sum, which is kept as that of the first and 0 for the others,
    /// or the same as theirs. So a snapshot tells nothing of merging, and fits runs that merge otherwise.
    std::vector<std::pair<int, int>> const* merged = nullptr;
    int width = 1;
    bool sums = false;

    void save(std::vector<double>& values) const;
    void restore(model::Snapshot const& snapshot) const;
};

/// Lists are those of all ranks, which ask at once; each has the pieces of its own groups.
class ChangingLists {
public:
    ChangingLists(model::Model const& model, KernelLibrary const& library, Group const* groups, HostBlock const& host, Places const& places,
                  std::vector<Remembered> const& remembered, Communicator const& ranks);
    std::vector<ChangingList> const& all() const { return lists_; }
    /// Names of nodes and instances of the lists of which not all have a part.
    std::vector<std::pair<std::string, std::vector<std::uint64_t>>> const& owners() const { return owners_; }

private:
    void add_nodes();
    void add_membrane_currents();
    void add_ions();
    void add_variables(int mechanism);
    void add_vectors(int mechanism, VariableInfo const& variable, int element);
    void add_looked_at();
    int* keep(std::vector<int> numbers) { return kept_.emplace_back(std::move(numbers)).data(); }
    MechanismArrays const& arrays(std::size_t group, int mechanism) const { return host_(groups_[group].mechanisms)[mechanism]; }
    kernel::Variable variable(std::size_t group, int mechanism, int element) const {
        return host_(arrays(group, mechanism).variables)[element];
    }

    model::Model const& model_;
    KernelLibrary const& library_;
    MechanismTable table_;
    IonTable ions_;
    Group const* groups_;
    HostBlock const& host_;
    Places const& places_;
    std::vector<Remembered> const& remembered_;
    Communicator const& ranks_;
    std::vector<ChangingList> lists_;
    std::vector<std::pair<std::string, std::vector<std::uint64_t>>> owners_;
    std::deque<std::vector<int>> kept_;
    std::vector<std::vector<std::vector<char>>> current_wanted_;  ///< per ion, group and node
    double nothing_ = 0;
};

}  // namespace rall::solver
