TITLE Izhikevich's cell, advanced by events of its own

NEURON {
    ARTIFICIAL_CELL Izhi
    RANGE a, b, c, d, drive, every, vm, u
}

PARAMETER {
    a = 0.02
    b = 0.2
    c = -65
    d = 8
    drive = 6
    every = 0.5 (ms)
}

ASSIGNED {
    vm
    u
    input
}

INITIAL {
    vm = -65
    u = b*vm
    input = 0
    net_send(every, 1)
}

NET_RECEIVE (w) {
    if (flag == 1) {
        vm = vm + every*(0.04*vm*vm + 5*vm + 140 - u + drive) + input
        u = u + every*a*(b*vm - u)
        input = 0
        if (vm >= 30) {
            vm = c
            u = u + d
            net_event(t)
        }
        net_send(every, 1)
    } else {
        input = input + w
    }
}
