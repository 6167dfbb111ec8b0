// A quantity of a connection that depends on how far apart its ends are.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "io/text/json.hpp"
#include "model/projection.hpp"

namespace rall::io {

/// A text in the language of muParser of `distance`: um, straight from the place where the source's spikes arise to the target's. Compiled once for each
/// thread that asks at a time.
class OfDistance : public model::OfDistance {
public:
    /// Null after an error ("expression-syntax", at `node`, which is a text). `least`, `most`: what its values must lie between.
    static std::shared_ptr<OfDistance const> read(Node const& node, std::string what, double least, double most,
                                                  Diagnostics& diagnostics);
    ~OfDistance() override;

    /// Throws InputError ("expression-value") at the text where a value is none that is allowed, naming the distance.
    void evaluate(std::span<double> values) const override;
    double operator()(double distance) const {
        evaluate({&distance, 1});
        return distance;
    }

private:
    struct Compiled;
    OfDistance(Node const& node, std::string what, double least, double most);
    std::string text_;
    Location where_;
    std::string what_;
    double least_, most_;
    mutable std::mutex guard_;
    mutable std::vector<std::unique_ptr<Compiled>> idle_;
};

}  // namespace rall::io
