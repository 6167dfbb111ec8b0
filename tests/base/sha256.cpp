#include "base/sha256.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace rall;

TEST_CASE("SHA-256 of the standard's examples") {
    CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 of every length around its blocks is Python's") {
    // python3 -c 'import hashlib; print(hashlib.sha256("".join(hashlib.sha256(bytes(range(n))).hexdigest() for n in range(200)).encode()).hexdigest())'
    std::string digests, bytes;
    for (int n = 0; n < 200; ++n) {
        digests += sha256(bytes);
        bytes += static_cast<char>(n);
    }
    CHECK(sha256(digests) == "7a38a844c9e159de39f0862ee2e28569a8250831150a3fbf0a59c001129b2fb2");
}
