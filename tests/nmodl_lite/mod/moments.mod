TITLE BEFORE and AFTER blocks: how often each runs, when, and what it sees

NEURON {
    SUFFIX moments
    NONSPECIFIC_CURRENT i
    RANGE before, after, asked, solved, stepped, t_asked, t_solved, v_asked, v_solved, gain
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    before
    after
    asked
    solved
    stepped
    t_asked (ms)
    t_solved (ms)
    v_asked (mV)
    v_solved (mV)
    gain (S/cm2)
}

STATE { x }

BEFORE INITIAL {
    before = 1
    asked = 0
    solved = 0
    stepped = 0
    t_solved = 0
    v_solved = 0
    x = 7
}

INITIAL {
    before = before + x
    after = 0
    x = 0.5
}

AFTER INITIAL { after = before + x }

BEFORE BREAKPOINT {
    asked = asked + 1
    t_asked = t
    v_asked = v
    gain = rise(v)
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    i = gain*x*(v + 60)
}

DERIVATIVE states { x' = (0.3 - x)/5 }

AFTER SOLVE {
    solved = solved + x
    t_solved = t
    v_solved = v
    if (x < 0.4) { x = 0.5 }
}

BEFORE STEP { stepped = stepped + rise(v) }

FUNCTION rise(u (mV)) { rise = 1e-4/(1 + exp(-(u + 40)/9)) }
