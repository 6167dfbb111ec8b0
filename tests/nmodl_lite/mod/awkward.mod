TITLE names that kernels have for their own, and a variable called as the flag of an event
NEURON {
    POINT_PROCESS awkward
    NONSPECIFIC_CURRENT i
    RANGE Events, flag, element, info, state, Common, v_n, context, variables, kernel, relax
    GLOBAL common, lane
}
PARAMETER { common = 1 lane = 3 Common = 2 kernel = 0.5 variables = 7 }
ASSIGNED { v (mV) i (nA) Events flag element info state v_n context relax }
STATE { events settle }
INITIAL {
    LOCAL args, instance, math
    events = 1
    settle = 0
    flag = 0
    args = 1
    instance = 2
    math = args + instance
    relax = math + common
    state = sin(0.5) + index(2) + gamma(3)
    info = 0
    element = 0
    context = 4
}
BREAKPOINT {
    SOLVE derivative METHOD cnexp
    Events = lane*events + kernel + variables
    v_n = v/10
    i = 1e-4*(v - Events) + Common*flag
}
DERIVATIVE derivative {
    events' = (random(v) - events)/5
    settle' = -settle/common
}
FUNCTION random(x) { random = 1/(1 + exp(-x/10)) }
FUNCTION index(x) { index = x*y0(x) }
FUNCTION y0(std) { LOCAL out out = std + 1 y0 = out }
FUNCTION gamma(n) { gamma = n - 1 }
PROCEDURE count(by) { state = state + by }
NET_RECEIVE(receive, connect) {
    INITIAL { connect = 2 }
    info = info + flag
    element = element + receive
    count(connect)
    if (flag == 0) { net_send(1, 3) }
    settle = settle + receive
}
