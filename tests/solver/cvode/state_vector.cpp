#include "solver/cvode/state_vector.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

TEST_CASE("the state vector's operations do what SUNDIALS' own serial vector does") {
    SUNContext context;
    REQUIRE(SUNContext_Create(nullptr, &context) == 0);
    std::mt19937 engine(1);
    std::uniform_real_distribution<> draw(-2, 2);
    for (sunindextype const n : {1, 7, 8, 64, 203}) {
        std::vector<N_Vector> ours, theirs;
        for (int k = 0; k < 4; ++k) {
            ours.push_back(k == 0 ? rall::solver::new_state_vector(n, context) : N_VClone(ours[0]));
            theirs.push_back(N_VNew_Serial(n, context));
            CHECK(reinterpret_cast<std::uintptr_t>(NV_DATA_S(ours[k])) % 64 == 0);
            for (sunindextype i = 0; i < n; ++i) NV_Ith_S(ours[k], i) = NV_Ith_S(theirs[k], i) = draw(engine);
        }
        auto const check = [&] {
            for (int k = 0; k < 4; ++k)
                for (sunindextype i = 0; i < n; ++i)
                    REQUIRE(NV_Ith_S(ours[k], i) == doctest::Approx(NV_Ith_S(theirs[k], i)).epsilon(1e-14));
        };
        std::vector<double> factors{0.5, -3, 2};
        for (auto* set : {&ours, &theirs}) {
            auto& x = *set;
            N_VLinearSum(2, x[0], -0.5, x[1], x[2]);
            N_VScale(1.5, x[1], x[1]);
            N_VLinearCombination(3, factors.data(), x.data(), x[3]);
            N_VLinearCombination(2, factors.data(), x.data(), x[0]);
            N_VScaleAddMulti(2, factors.data(), x[3], x.data(), x.data());
            N_VScaleVectorArray(3, factors.data(), x.data(), x.data());
        }
        check();
        CHECK(N_VWrmsNorm(ours[0], ours[1]) == doctest::Approx(N_VWrmsNorm(theirs[0], theirs[1])).epsilon(1e-14));
        N_VConst(3, ours[0]);
        N_VConst(3, theirs[0]);
        check();
        for (auto* set : {&ours, &theirs})
            for (N_Vector v : *set) N_VDestroy(v);
    }
    SUNContext_Free(&context);
}
