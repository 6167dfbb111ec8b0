// Functions in pieces: long ones, since the time a C++ compiler takes grows faster than the function it is given; and those that wait for
// their own results, for which a processor has more to do between them (stages.hpp).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/codegen/precision.hpp"

namespace rall::nmodl {

/// A body of which every part that is long has been cut into pieces, each a function of its own. Variables that several of them
/// use, and that have no place of their own in memory, are kept in an array of doubles; rates of stages in one of reals.
struct Pieces {
    Body driver;               // the body, with Plain{"PIECE", {}, "3"} in the place of piece 3
    std::vector<Body> pieces;  // none: short enough to stay whole
    std::vector<bool> together;  // per piece: an elimination, of all lanes of a block at once where pieces stand in a row
    bool in_a_row = false;     // nothing but pieces one after the other, in a function that runs over many instances
    std::map<std::string, int> kept;  // name -> its first place in that array, or in that of stages' rates (precision.hpp)
    int n_kept = 0, n_rates = 0;      // doubles and reals
    std::set<std::string> written;    // by pieces that leave what they write where it belongs
    bool by_stages = false;           // cut for the processor: the function remains beside its pieces
    int stretch = 8;                     // instances for which a piece of a row runs before the next
};

/// True for a variable that finds what it wrote to its element there again.
bool is_in_memory(Variable const& variable);

Pieces cut(Mechanism const& mechanism, KernelFunction function, Precision const& precision);

}  // namespace rall::nmodl
