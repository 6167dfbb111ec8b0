#include "io/sonata/neurodamus_ids.hpp"

#include <array>
#include <bit>
#include <cmath>

namespace rall::io::sonata {
namespace {

/// The first word of the MD5 of a text, least significant byte first.
std::uint32_t md5_word(std::string text) {
    auto const bits = std::uint64_t{text.size()} * 8;
    text += static_cast<char>(0x80);
    while (text.size() % 64 != 56) text += '\0';
    for (int k = 0; k < 8; ++k) text += static_cast<char>(bits >> 8 * k & 0xFF);
    constexpr std::array<std::array<int, 4>, 4> turns{{{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};
    std::array<std::uint32_t, 4> state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    for (std::size_t begin = 0; begin < text.size(); begin += 64) {
        auto const word = [&](std::uint32_t k) {
            std::uint32_t value = 0;
            for (std::uint32_t i = 0; i < 4; ++i)
                value |= static_cast<std::uint32_t>(static_cast<unsigned char>(text[begin + 4 * k + i])) << 8 * i;
            return value;
        };
        auto [a, b, c, d] = state;
        for (std::uint32_t i = 0; i < 64; ++i) {
            auto const round = i / 16;
            auto const mixed = round == 0 ? (b & c) | (~b & d) : round == 1 ? (d & b) | (~d & c) : round == 2 ? b ^ c ^ d : c ^ (b | ~d);
            auto const chosen = round == 0 ? i : round == 1 ? (5 * i + 1) % 16 : round == 2 ? (3 * i + 5) % 16 : 7 * i % 16;
            auto const constant = static_cast<std::uint32_t>(std::floor(4294967296.0 * std::abs(std::sin(i + 1.0))));
            auto const sum = a + mixed + constant + word(chosen);
            a = d, d = c, c = b;
            b += std::rotl(sum, turns[round][i % 4]);
        }
        state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
    }
    return state[0];
}

}  // namespace

std::uint32_t population_number(std::string const& name) { return md5_word(name) & 0xFFF; }

std::map<std::string, std::uint64_t> id_offsets(std::map<std::string, std::uint64_t> const& last) {
    std::map<std::string, std::uint64_t> offsets;
    std::uint64_t next = 0;
    for (auto const& [name, id] : last) {
        offsets[name] = next;
        next = ((next + id) / 1000 + 1) * 1000;
    }
    return offsets;
}

}  // namespace rall::io::sonata
