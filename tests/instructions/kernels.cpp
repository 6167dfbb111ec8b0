// The kernels whose instructions are counted.
#include "mechanisms/builtin/CaDynamics.hpp"
#include "mechanisms/builtin/Ca_HVA.hpp"
#include "mechanisms/builtin/Ca_LVA.hpp"
#include "mechanisms/builtin/ExpSyn.hpp"
#include "mechanisms/builtin/IClamp.hpp"
#include "mechanisms/builtin/Ih.hpp"
#include "mechanisms/builtin/Im.hpp"
#include "mechanisms/builtin/Im_v2.hpp"
#include "mechanisms/builtin/K_P.hpp"
#include "mechanisms/builtin/K_T.hpp"
#include "mechanisms/builtin/Kd.hpp"
#include "mechanisms/builtin/Kv2like.hpp"
#include "mechanisms/builtin/Kv3_1.hpp"
#include "mechanisms/builtin/NaTa.hpp"
#include "mechanisms/builtin/NaTs.hpp"
#include "mechanisms/builtin/Nap.hpp"
#include "mechanisms/builtin/SK.hpp"
#include "mechanisms/builtin/cat.hpp"
#include "mechanisms/builtin/hh.hpp"
#include "mechanisms/builtin/pas.hpp"
#include "resurgent.hpp"
#include "solver/kernel_library.hpp"

using namespace rall::mechanism;

RALL_KERNEL_LIBRARY("", CaDynamics_n, Ca_HVA_n, Ca_LVA_n, ExpSyn_n, IClamp_n, Ih_n, Im_n, Im_v2_n, K_P_n, K_T_n, Kd_n, Kv2like_n, Kv3_1_n, NaTa_n, NaTs_n,
                    Nap_n, SK_n, cat_n, hh_n, pas_n, resurgent_n)
