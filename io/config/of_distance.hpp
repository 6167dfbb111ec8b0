// A quantity of a connection that depends on how far apart its ends are.
#pragma once

#include <memory>
#include <string>

#include "io/text/json.hpp"

namespace rall::io {

/// A text in the language of muParser of `distance`: um, straight from the place where the source's spikes arise to the target's. Compiled once.
class OfDistance {
public:
    /// Null after an error ("expression-syntax", at `node`, which is a text). `least`, `most`: what its values must lie between.
    static std::shared_ptr<OfDistance const> read(Node const& node, std::string what, double least, double most,
                                                  Diagnostics& diagnostics);
    ~OfDistance();

    /// Throws InputError ("expression-value") at the text where the value is none that is allowed, naming the distance.
    double operator()(double distance) const;

private:
    struct Compiled;
    OfDistance(Node const& node, std::string what, double least, double most);
    Node const& node_;
    std::string what_;
    double least_, most_;
    std::unique_ptr<Compiled> compiled_;
};

}  // namespace rall::io
