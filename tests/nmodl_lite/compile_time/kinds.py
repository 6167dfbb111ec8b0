"""The kinds of mechanisms that a C++ compiler takes longest over, in any size: {name: (text, size as published, moderate size)}."""


def names(letter, n):
    """A name that ends in 0 could be the start value of another."""
    return [f"{letter}{i}x" for i in range(n)]


def lines(words, per=12):
    """NEURON's translator takes lines of 512 characters."""
    return "\n    ".join(" ".join(words[i:i + per]) for i in range(0, len(words), per))


def ring(n):
    return f""": A delay line: one element written and one read per step, at an index that moves.
DEFINE N {n}
NEURON {{ SUFFIX ring RANGE y }}
ASSIGNED {{ v (mV) line[N] at y }}
INITIAL {{ at = 0  FROM i = 0 TO N-1 {{ line[i] = v }} }}
BREAKPOINT {{ SOLVE advance }}
PROCEDURE advance() {{
    y = line[at]
    line[at] = v
    at = at + 1
    if (at >= N) {{ at = 0 }}
}}
"""


def chain(n):
    reactions = "\n".join(f"    ~ s{i}x <-> s{i+1}x (a, b)" for i in range(n - 1))
    return f""": A KINETIC scheme in a row.
NEURON {{ SUFFIX chain RANGE out }}
PARAMETER {{ kf = 2 (/ms) kb = 1 (/ms) }}
ASSIGNED {{ v (mV) out a (/ms) b (/ms) }}
STATE {{
    {lines(names("s", n))}
}}
INITIAL {{ a = 0 b = 0 s0x = 1 }}
BREAKPOINT {{ SOLVE scheme METHOD sparse  out = s{n//8}x }}
KINETIC scheme {{
    a = kf*exp(v/50)
    b = kb*exp(-v/50)
{reactions}
}}
"""


def shells(n):
    return f""": Calcium in shells with two buffers and a pump: each shell an element of an array.
DEFINE N {n}
NEURON {{ SUFFIX shells USEION ca READ cao, cai, ica WRITE cai, ica RANGE ica_pmp, fast, slow }}
UNITS {{ (mV) = (millivolt) (um) = (micron) (mM) = (milli/liter) (mA) = (milliamp) FARADAY = (faraday) (10000 coulomb) PI = (pi) (1) }}
PARAMETER {{ D = 0.6 (um2/ms) k1 = 500 (/mM-ms) k2 = 0.5 (/ms) fast = 0.003 (mM) slow = 0.1 (mM) s1 = 20 (/mM-ms) s2 = 0.03 (/ms)
    p1 = 1 (um/mM-ms) p2 = 0.0003 (/ms) p3 = 0.03 (/ms) p4 = 0.0001 (um/mM-ms) }}
ASSIGNED {{ diam (um) ica (mA/cm2) cao (mM) cai (mM) ica_pmp (mA/cm2) parea (um) v (mV) vrat[N] frat[N] last_ica_pmp (mA/cm2) }}
STATE {{ ca[N] (mM) <1e-7> cab[N] (mM) b[N] (mM) cas[N] (mM) sl[N] (mM) pump (mol/cm2) pumpca (mol/cm2) }}
INITIAL {{
    LOCAL r, dr2
    r = 1/2
    dr2 = r/(N-1)/2
    vrat[0] = 0
    frat[0] = 2*r
    FROM i = 0 TO N-2 {{
        vrat[i] = vrat[i] + PI*(r-dr2/2)*2*dr2
        r = r - dr2
        frat[i+1] = 2*PI*r/(2*dr2)
        r = r - dr2
        vrat[i+1] = PI*(r+dr2/2)*2*dr2
    }}
    FROM i = 0 TO N-1 {{
        ca[i] = cai
        b[i] = fast*k2/(k1*cai + k2)
        cab[i] = fast - b[i]
        sl[i] = slow*s2/(s1*cai + s2)
        cas[i] = slow - sl[i]
    }}
    parea = PI*diam
    pump = 1e-11
    pumpca = 1e-13
    ica_pmp = 0
    last_ica_pmp = 0
}}
BREAKPOINT {{
    SOLVE state METHOD sparse
    last_ica_pmp = ica_pmp
    ica = ica_pmp
}}
KINETIC state {{
    COMPARTMENT i, diam*diam*vrat[i] {{ ca cab b cas sl }}
    COMPARTMENT 1e10*parea {{ pump pumpca }}
    LONGITUDINAL_DIFFUSION i, D*diam*diam*vrat[i] {{ ca }}
    ~ ca[0] + pump <-> pumpca (p1*parea*1e10, p2*parea*1e10)
    ~ pumpca <-> pump (p3*parea*1e10, p4*cao*parea*1e10)
    ica_pmp = 2*FARADAY*(f_flux - b_flux)/parea
    ~ ca[0] << (-(ica - last_ica_pmp)*PI*diam/(2*FARADAY))
    FROM i = 0 TO N-2 {{ ~ ca[i] <-> ca[i+1] (D*frat[i+1], D*frat[i+1]) }}
    FROM i = 0 TO N-1 {{
        ~ ca[i] + b[i] <-> cab[i] (k1*diam*diam*vrat[i], k2*diam*diam*vrat[i])
        ~ ca[i] + sl[i] <-> cas[i] (s1*diam*diam*vrat[i], s2*diam*diam*vrat[i])
    }}
    cai = ca[0]
}}
"""


def radial(n):
    return f""": Calcium in shells: a dye that spreads, a buffer of two sites that stays, one that magnesium competes for, uptake that saturates,
: a pump in the outermost shell.
DEFINE N {n}

NEURON {{
    SUFFIX radial
    USEION ca READ ica WRITE cai
    RANGE inflow, total_dye, total_buffer
    GLOBAL volume, width
}}
UNITS {{
    (mV) = (millivolt)
    (mA) = (milliamp)
    (molar) = (1/liter)
    (mM) = (millimolar)
    (um) = (micron)
    (mol) = (1)
    FARADAY = (faraday) (10000 coulomb)
    PI = (pi) (1)
}}
PARAMETER {{
    rest = 5e-5 (mM)
    spread_ca = 0.22 (um2/ms)
    spread_dye = 0.03 (um2/ms)
    total_dye = 0.1 (mM)
    total_buffer = 0.08 (mM)
    dye_on = 250 (/mM-ms)
    dye_off = 0.1 (/ms)
    fast_on = 43 (/mM-ms)
    fast_off = 0.036 (/ms)
    slow_on = 5.5 (/mM-ms)
    slow_off = 0.0026 (/ms)
    total_slow = 0.04 (mM)
    take_ca = 107 (/mM-ms)
    leave_ca = 9.5e-4 (/ms)
    take_mg = 0.8 (/mM-ms)
    leave_mg = 0.025 (/ms)
    rest_mg = 0.59 (mM)
    most_taken = 0.02 (mM/ms)
    half_taken = 3e-3 (mM)
    carriers = 2e-14 (mol/cm2)
    bind = 3000 (/mM-ms)
    unbind = 17 (/ms)
    carry = 70 (/ms)
}}
ASSIGNED {{
    v (mV)
    diam (um)
    ica (mA/cm2)
    cai (mM)
    inflow (mM um2/ms)
    membrane (um)
    volume[N] (um2)
    width[N]
}}
STATE {{
    ca[N] (mM) <1e-7>
    dye[N] (mM)
    cadye[N] (mM)
    empty[N] (mM)
    atfast[N] (mM)
    atslow[N] (mM)
    full[N] (mM)
    mg[N] (mM)
    slow[N] (mM)
    caslow[N] (mM)
    mgslow[N] (mM)
    carrier (mol/cm2) <1e-15>
    loaded (mol/cm2) <1e-15>
}}
INITIAL {{
    LOCAL r, step, f, s
    step = (diam/2 - 0.05)/(N - 1)
    r = diam/2
    FROM i = 0 TO N-1 {{
        width[i] = 2*PI*r/step
        if (i == 0) {{ volume[i] = PI*(r*r - (r - 0.05)*(r - 0.05))  r = r - 0.05 }}
        else {{ volume[i] = PI*(r*r - (r - step)*(r - step))  r = r - step }}
    }}
    f = rest*fast_on/fast_off
    s = rest*slow_on/slow_off
    FROM i = 0 TO N-1 {{
        ca[i] = rest
        dye[i] = total_dye*dye_off/(dye_off + dye_on*rest)
        cadye[i] = total_dye - dye[i]
        empty[i] = total_buffer/(1 + f + s + f*s)
        atfast[i] = empty[i]*f
        atslow[i] = empty[i]*s
        full[i] = empty[i]*f*s
        mg[i] = rest_mg
        slow[i] = total_slow/(1 + rest*take_ca/leave_ca + rest_mg*take_mg/leave_mg)
        caslow[i] = slow[i]*rest*take_ca/leave_ca
        mgslow[i] = slow[i]*rest_mg*take_mg/leave_mg
    }}
    cai = rest
    membrane = PI*diam
    carrier = carriers
    loaded = 0
}}
BREAKPOINT {{ SOLVE move METHOD sparse }}
KINETIC move {{
    COMPARTMENT i, volume[i] {{ca dye cadye empty atfast atslow full mg slow caslow mgslow}}
    COMPARTMENT (1e10)*membrane {{carrier loaded}}
    inflow = -ica*membrane*(1e4)/(2*FARADAY) + 2e-4*membrane/(1 + exp(-(v + 20)/5))
    ~ ca[0] << (inflow)
    ~ ca[0] + carrier <-> loaded (bind*membrane*(1e10), unbind*membrane*(1e10))
    ~ loaded <-> carrier (carry*membrane*(1e10), 0)
    FROM i = 0 TO N-1 {{ ~ ca[i] << (-most_taken*volume[i]*ca[i]/(ca[i] + half_taken)) }}
    FROM i = 0 TO N-2 {{
        ~ ca[i] <-> ca[i+1] (spread_ca*width[i+1], spread_ca*width[i+1])
        ~ dye[i] <-> dye[i+1] (spread_dye*width[i+1], spread_dye*width[i+1])
        ~ cadye[i] <-> cadye[i+1] (spread_dye*width[i+1], spread_dye*width[i+1])
        ~ mg[i] <-> mg[i+1] (spread_ca*width[i+1], spread_ca*width[i+1])
        ~ slow[i] <-> slow[i+1] (spread_dye*width[i+1], spread_dye*width[i+1])
        ~ caslow[i] <-> caslow[i+1] (spread_dye*width[i+1], spread_dye*width[i+1])
        ~ mgslow[i] <-> mgslow[i+1] (spread_dye*width[i+1], spread_dye*width[i+1])
    }}
    FROM i = 0 TO N-1 {{
        ~ ca[i] + dye[i] <-> cadye[i] (dye_on*volume[i], dye_off*volume[i])
        ~ ca[i] + empty[i] <-> atfast[i] (fast_on*volume[i], fast_off*volume[i])
        ~ ca[i] + empty[i] <-> atslow[i] (slow_on*volume[i], slow_off*volume[i])
        ~ ca[i] + atfast[i] <-> full[i] (slow_on*volume[i], slow_off*volume[i])
        ~ ca[i] + atslow[i] <-> full[i] (fast_on*volume[i], fast_off*volume[i])
        ~ ca[i] + slow[i] <-> caslow[i] (take_ca*volume[i], leave_ca*volume[i])
        ~ mg[i] + slow[i] <-> mgslow[i] (take_mg*volume[i], leave_mg*volume[i])
    }}
    cai = ca[0]
}}
"""


def spread(n):
    return f""": Arrays of states that diffuse along the section; linear.
DEFINE N {n}
NEURON {{ SUFFIX spread RANGE first }}
UNITS {{ (um) = (micron) (mM) = (milli/liter) }}
PARAMETER {{ D = 0.3 (um2/ms) k = 0.1 (/ms) }}
ASSIGNED {{ diam (um) v (mV) first (mM) vol[N] }}
STATE {{ near[N] (mM) far[N] (mM) bound[N] (mM) }}
INITIAL {{ FROM i = 0 TO N-1 {{ vol[i] = (N - i)/N  near[i] = 1e-4  far[i] = 1e-4*i  bound[i] = 0 }} }}
BREAKPOINT {{ SOLVE move METHOD sparse  first = near[0] }}
KINETIC move {{
    COMPARTMENT i, diam*diam*vol[i] {{ near far bound }}
    LONGITUDINAL_DIFFUSION i, D*diam*diam*vol[i] {{ near far }}
    ~ near[0] << (1e-3*exp(v/20))
    FROM i = 0 TO N-2 {{
        ~ near[i] <-> near[i+1] (D*vol[i+1], D*vol[i+1])
        ~ far[i] <-> far[i+1] (D*vol[i+1], D*vol[i+1])
    }}
    FROM i = 0 TO N-1 {{
        ~ near[i] <-> far[i] (k, k)
        ~ far[i] <-> bound[i] (k, k)
    }}
}}
"""


def dimers(n):
    reactions = "\n".join(f"    ~ s{i}x + s{(i+1)%n}x <-> s{(i+3)%n}x (a, b)" for i in range(n))
    starts = "\n".join(f"    s{i}x = {1 + i%5*0.1:.1f}" for i in range(n))
    return f""": Reactions of two molecules between many species: Newton's method on a sparse system.
NEURON {{ SUFFIX dimers RANGE out }}
PARAMETER {{ kf = 0.2 (/ms) kb = 0.1 (/ms) }}
ASSIGNED {{ v (mV) out a b }}
STATE {{
    {lines(names("s", n))}
}}
INITIAL {{ a = 0 b = 0
{starts}
}}
BREAKPOINT {{ SOLVE react METHOD sparse  out = s{n-1}x }}
KINETIC react {{
    a = kf*exp(v/50)
    b = kb*exp(-v/50)
{reactions}
}}
"""


def coupled(n):
    starts = "\n".join(f"    u{i}x = {0.1 + i%7*0.1:.1f}" for i in range(n))
    equations = "\n".join(f"    u{i}x' = k*(u{(i+1)%n}x*u{(i+11)%n}x - u{i}x*u{i}x) + exp(v/100)*(u{(i+n-1)%n}x - u{i}x)" for i in range(n))
    return f""": Equations that see one another, not linear.
: replay tolerance 1e-8: NEURON's Newton iteration stops at 1e-6
NEURON {{ SUFFIX coupled RANGE out, k }}
PARAMETER {{ k = 0.1 }}
ASSIGNED {{ v (mV) out }}
STATE {{
    {lines(names("u", n))}
}}
INITIAL {{
{starts}
}}
BREAKPOINT {{ SOLVE eq METHOD derivimplicit  out = u{n-1}x }}
DERIVATIVE eq {{
{equations}
}}
"""


def markov(n):
    row = "\n".join(f"    ~ c{i}x <-> c{i+1}x (up({i}, v), down({i}, v))" for i in range(n - 1))
    rungs = "\n".join(f"    ~ c{i}x <-> c{i+10}x (up({i}, v)/3, down({i}, v)/3)" for i in range(0, n - 10, 2))
    total = " + ".join(names("c", n))
    return f""": A channel of many states, in its steady state at the start.
: replay tolerance 1e-4: digits cancel in NEURON's elimination for the steady state, which Rall's has no subtraction for
NEURON {{ SUFFIX markov USEION k READ ek WRITE ik RANGE gbar }}
UNITS {{ (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }}
PARAMETER {{ gbar = 0.01 (S/cm2) }}
ASSIGNED {{ v (mV) ek (mV) ik (mA/cm2) }}
STATE {{
    {lines(names("c", n))}
}}
INITIAL {{ SOLVE scheme STEADYSTATE sparse }}
BREAKPOINT {{ SOLVE scheme METHOD sparse  ik = gbar*(c{n-1}x + c{n-2}x)*(v - ek) }}
FUNCTION up(i, v (mV)) (/ms) {{ up = 0.5*exp((v + 20 + i)/(25 + i/4)) }}
FUNCTION down(i, v (mV)) (/ms) {{ down = 0.4*exp(-(v + 30 - i)/(30 + i/3)) }}
KINETIC scheme {{
{row}
{rungs}
    CONSERVE {total} = 1
}}
"""


def inbox(n):
    return f""": Slots that events fill, in loops.
DEFINE N {n}
NEURON {{ POINT_PROCESS inbox RANGE slot, weights, last, total NONSPECIFIC_CURRENT i }}
PARAMETER {{ tau = 5 (ms) }}
ASSIGNED {{ v (mV) i (nA) slot[N] weights[N] last total }}
INITIAL {{ last = 0 total = 0 FROM k = 0 TO N-1 {{ slot[k] = 0 weights[k] = 1 }} }}
BREAKPOINT {{ i = 0.001*total*v }}
NET_RECEIVE(w) {{
    FROM k = 0 TO N-1 {{ slot[k] = slot[k]*exp(-(t - last)/tau) }}
    slot[N-1] = slot[N-1] + w
    FROM k = 0 TO N-2 {{ slot[k] = slot[k] + 0.5*(slot[k+1] - slot[k]) }}
    total = 0
    FROM k = 0 TO N-1 {{ total = total + weights[k]*slot[k] }}
    last = t
}}
"""


def nested(levels):
    functions = "\n".join(
        f"FUNCTION f{k}(x) {{ LOCAL a, b  a = f{k-1}(x + 0.{k})  b = f{k-1}(x*0.9)  "
        f"if (a > b) {{ f{k} = a - b*0.5 + f{k-1}(a) }} else {{ f{k} = b + f{k-1}(a) }} }}" for k in range(1, levels + 1))
    return f""": Functions that call functions.
NEURON {{ SUFFIX nested RANGE y, z }}
ASSIGNED {{ v (mV) y z }}
STATE {{ s }}
INITIAL {{ s = 0 rates(v) }}
BREAKPOINT {{ rates(v) SOLVE eq METHOD cnexp }}
DERIVATIVE eq {{ rates(v) s' = (y - s)/(1 + z*z) }}
FUNCTION f0(x) {{ if (fabs(x) < 1e-6) {{ f0 = 1 }} else {{ f0 = x/(exp(x) - 1) }} }}
{functions}
PROCEDURE rates(v (mV)) {{ y = f{levels}(v/20)  z = f{levels-1}(v/30) }}
"""


def gates(n):
    starts = "\n".join(f"    m{i}x = a{i%10}(v + {i})/(a{i%10}(v + {i}) + b{i%10}(v - {i}))" for i in range(n))
    equations = "\n".join(f"    m{i}x' = a{i%10}(v + {i})*(1 - m{i}x) - b{i%10}(v - {i})*m{i}x" for i in range(n))
    rates = "\n".join(f"FUNCTION a{k}(v (mV)) (/ms) {{ a{k} = 0.{k+1}/(1 + exp(-(v + {20+k})/{7+k})) + 0.01*exp(-((v - {k})/{30+k})^2) }}\n"
                      f"FUNCTION b{k}(v (mV)) (/ms) {{ b{k} = 0.{k+2}*exp(-(v + {33+k})/{17+k}) }}" for k in range(10))
    return f""": Gates with exponentials of their own.
NEURON {{ SUFFIX gates NONSPECIFIC_CURRENT i RANGE g }}
PARAMETER {{ g = 1e-4 }}
ASSIGNED {{ v (mV) i (mA/cm2) }}
STATE {{
    {lines(names("m", n))}
}}
INITIAL {{
{starts}
}}
BREAKPOINT {{ SOLVE eq METHOD cnexp
    i = g*v*({" + ".join(names("m", n))})/{n}
}}
{rates}
DERIVATIVE eq {{
{equations}
}}
"""


KINDS = {"ring": (ring, 200, 100), "chain": (chain, 300, 90), "shells": (shells, 40, 40), "radial": (radial, 20, 10), "spread": (spread, 40, 16),
         "dimers": (dimers, 60, 60), "coupled": (coupled, 50, 24), "markov": (markov, 60, 40), "inbox": (inbox, 1000, 200),
         "nested": (nested, 4, 3), "gates": (gates, 150, 60)}


def write(folder, moderate=False):
    """The files of all kinds, as paths."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, (text, published, smaller) in KINDS.items():
        files.append(folder / f"{name}.mod")
        files[-1].write_text(text(smaller if moderate else published))
    return files
