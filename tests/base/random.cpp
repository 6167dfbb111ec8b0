#include "base/random.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace rall;
using random::Stream;

namespace {

struct Moments {
    double mean = 0, variance = 0, skewness = 0, kurtosis = 0, smallest = INFINITY, largest = -INFINITY;
};

template <class Draw>
Moments moments(int n, Draw draw) {
    std::vector<double> x(n);
    for (double& value : x) value = draw();
    Moments m;
    for (double const value : x) {
        m.mean += value / n;
        m.smallest = std::fmin(m.smallest, value);
        m.largest = std::fmax(m.largest, value);
    }
    for (double const value : x) m.variance += (value - m.mean) * (value - m.mean) / n;
    for (double const value : x) {
        double const z = (value - m.mean) / std::sqrt(m.variance);
        m.skewness += z * z * z / n;
        m.kurtosis += z * z * z * z / n;
    }
    return m;
}

}  // namespace

TEST_CASE("Philox4x32-10 gives the known answers of its authors") {
    // Random123's kat_vectors: all zeros, and all ones.
    auto const zero = r123::Philox4x32()({{0, 0, 0, 0}}, {{0, 0}});
    CHECK(zero.v[0] == 0x6627e8d5);
    CHECK(zero.v[1] == 0xe169c58d);
    CHECK(zero.v[2] == 0xbc57ac4c);
    CHECK(zero.v[3] == 0x9b00dbd8);
    auto const ones = r123::Philox4x32()({{~0u, ~0u, ~0u, ~0u}}, {{~0u, ~0u}});
    CHECK(ones.v[0] == 0x408f276d);
    CHECK(ones.v[1] == 0x41c83b0e);
    CHECK(ones.v[2] == 0xa20bc7c6);
    CHECK(ones.v[3] == 0x6d5451fd);
    // The first number of the zero stream is made of the first two words.
    CHECK(Stream{}.uniform() == (double(0x6627e8d5e169c58d >> 12) + 0.5) * 0x1p-52);
}

TEST_CASE("uniform, normal and exponential numbers have their distributions' moments") {
    // Bounds are five standard errors for n draws.
    int const n = 1000000;
    double const error = 5 / std::sqrt(double(n));
    Stream stream{42, random::purpose("test"), 7, 1, 0};
    Moments const u = moments(n, [&] { return stream.uniform(); });
    CHECK(std::fabs(u.mean - 0.5) < error * std::sqrt(1 / 12.0));
    CHECK(std::fabs(u.variance - 1 / 12.0) < error * std::sqrt(1 / 180.0));
    CHECK(u.smallest > 0);
    CHECK(u.largest < 1);
    Moments const z = moments(n, [&] { return stream.normal(); });
    CHECK(std::fabs(z.mean) < error);
    CHECK(std::fabs(z.variance - 1) < error * std::sqrt(2.0));
    CHECK(std::fabs(z.skewness) < error * std::sqrt(6.0));
    CHECK(std::fabs(z.kurtosis - 3) < error * std::sqrt(24.0));
    Moments const e = moments(n, [&] { return stream.exponential(); });
    CHECK(std::fabs(e.mean - 1) < error);
    CHECK(std::fabs(e.variance - 1) < error * std::sqrt(8.0));
    CHECK(e.smallest > 0);
    CHECK(stream.draws == 3u * n);
}

TEST_CASE("a number depends on its stream and its place in it, not on who draws first") {
    Stream a{1, random::purpose("noise"), 10, 0, 0}, b{1, random::purpose("noise"), 11, 0, 0};
    std::vector<double> turns, alone;
    for (int i = 0; i < 100; ++i) {
        turns.push_back(a.normal());
        b.normal();
    }
    Stream again{1, random::purpose("noise"), 10, 0, 0};
    for (int i = 0; i < 100; ++i) alone.push_back(again.normal());
    CHECK(turns == alone);
    Stream jumped{1, random::purpose("noise"), 10, 0, 57};
    CHECK(jumped.normal() == turns[57]);
}

TEST_CASE("streams that differ in any part of their key are different and uncorrelated") {
    Stream const reference{1, random::purpose("noise"), 10, 0, 0};
    std::vector<Stream> others(6, reference);
    others[0].seed = 2;
    others[1].purpose = random::purpose("placement");
    others[2].cell = 11;
    others[3].cell = 10 + (std::uint64_t(1) << 40);
    others[4].instance = 1;
    others[5].draws = std::uint64_t(1) << 40;
    int const n = 100000;
    for (Stream other : others) {
        Stream one = reference;
        double correlation = 0;
        for (int i = 0; i < n; ++i) correlation += one.normal() * other.normal() / n;
        CHECK(std::fabs(correlation) < 5 / std::sqrt(double(n)));
    }
}

TEST_CASE("Poisson numbers have the mean and variance asked for, small or large") {
    for (double const mean : {0.3, 4.0, 60.0, 1234.5}) {
        Stream stream{.seed = 5, .purpose = random::purpose("poisson")};
        int const n = 20000;
        Moments const p = moments(n, [&] { return stream.poisson(mean); });
        CHECK(std::fabs(p.mean - mean) < 5 * std::sqrt(mean / n));
        // The variance of a sample's variance is (mu4 - sigma^4)/n, with mu4 = mean + 3 mean^2.
        CHECK(std::fabs(p.variance - mean) < 5 * std::sqrt((mean + 2 * mean * mean) / n));
        CHECK(p.smallest >= 0);
        CHECK(p.smallest == std::floor(p.smallest));
    }
    Stream stream;
    CHECK(stream.poisson(0) == 0);
    CHECK(stream.draws == 0);
    CHECK(Stream{}.poisson(4) == Stream{}.poisson(4));
}

TEST_CASE("a stream goes to any of its draws, and becomes another by three numbers") {
    Stream const fresh{.seed = 5, .purpose = random::purpose("noise"), .cell = 10, .instance = 2};
    Stream one = fresh, other = fresh;
    for (int i = 0; i < 5; ++i) one.uniform();
    other.go_to(5);
    CHECK(other.uniform() == one.uniform());
    one.go_to(0);
    CHECK(one.uniform() == Stream(fresh).uniform());
    one.become(7, 8, 9);
    other = {.seed = 5, .purpose = random::purpose("noise"), .cell = 8 + (std::uint64_t(9) << 32), .instance = 7};
    CHECK(one.uniform() == other.uniform());
    one.become(4294967295.0, 8, 9);
    CHECK(one.instance == 4294967295u);
    CHECK(one.draws == 0);
}

TEST_CASE("a stream that is given ids draws what NEURON's Random123 does") {
    // NEURON 8.2: Random123_globalindex(7); Random123(261, 100, 268435756); uniform(0, 1), negexp(1) and normal(0, 1), each from the start. Choosing a
    // distribution draws a number, and repick() gives the next ones.
    random::Ids ids{261, 100, 268435756};
    auto const stream = [&](double draws) {
        return random::InstanceStream(7, 1, random::InstanceStream::first_of(ids), random::InstanceStream::second_of(ids), draws);
    };
    auto uniform = stream(1);
    for (double const expected : {0.011882663934518894, 0.2551779634656436, 0.014659689037441349, 0.2040514586949601, 0.7489715458944041, 0.5532451373168162}) CHECK(uniform.uniform() == expected);
    CHECK(uniform.number(2) == 7);
    CHECK(stream(5).uniform() == 0.7489715458944041);
    auto exponential = stream(1);
    for (double const expected : {4.432674753272612, 1.3657940812961384, 4.222653794382889, 1.5893830684425192}) CHECK(exponential.exponential() == doctest::Approx(expected).epsilon(1e-15));
    ids.paired = true;
    auto first = stream(0);
    first.normal();
    double draws = first.number(2);  // as kept between calls
    for (double const expected : {-0.23632166686854933, -0.7756255038347323, 0.6525076280940966, 2.2469278690949857, 1.7268091815145925, 1.9240096623198895, 0.7721569932172262}) {
        auto normal = stream(draws);
        CHECK(normal.normal() == doctest::Approx(expected).epsilon(1e-14));
        draws = normal.number(2);
        CHECK(normal.number(0) == random::InstanceStream::first_of(ids));
        CHECK(normal.number(1) == random::InstanceStream::second_of(ids));
    }
    auto given = stream(0);
    given.become(1, 2, 3);
    CHECK(given.number(0) >= 0);
}
