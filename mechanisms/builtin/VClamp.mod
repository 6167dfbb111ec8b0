TITLE VClamp: voltage clamp by two electrodes and amplifiers

COMMENT
Three successive levels: amp1 mV for dur1 ms, then amp2 for dur2, then amp3 for dur3; afterwards the clamp is disconnected.
Defaults and meaning are NEURON's, whose dur[0] to dur[2] and amp[0] to amp[2] have numbers from 1 here.

Two equal resistors add the potential and the command of opposite sign at the input of the control amplifier; a capacitor
beside the first makes the sum

    (v - e) + tau1*(v - e)' - (command + e) = 0

The amplifier inverts: tau2*vo' = -gain*e - vo. Its output drives the membrane through rstim: i = (vo - v)/rstim.
Both equations take a backward Euler step together with the membrane; v - e and vo start from v.
ENDCOMMENT

NEURON {
    POINT_PROCESS VClamp
    ELECTRODE_CURRENT i
    RANGE dur1, amp1, dur2, amp2, dur3, amp3, gain, rstim, tau1, tau2, vc, e, vo, i
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
}

PARAMETER {
    dur1 = 0 (ms) <0, 1e9>
    amp1 = 0 (mV)
    dur2 = 0 (ms) <0, 1e9>
    amp2 = 0 (mV)
    dur3 = 0 (ms) <0, 1e9>
    amp3 = 0 (mV)
    gain = 1e5
    rstim = 1 (megohm) <1e-9, 1e9>
    tau1 = 0.001 (ms) <0, 1e9>
    tau2 = 0 (ms) <0, 1e9>
}

ASSIGNED {
    v (mV)
    vc (mV)
    e (mV)   : at the input of the control amplifier
    vo (mV)  : at its output
    i (nA)
    on
    charged (mV)  : v - e when the step began
    driven (mV)   : vo when the step began
}

INITIAL {
    e = 0
    vo = v
    charged = v
    driven = v
    command()
    i = 0
}

BREAKPOINT {
    SOLVE settle METHOD after_cvode
    command()
    if (on) {
        amplify()
    } else {
        i = 0
    }
}

PROCEDURE command() {
    on = 1
    if (t < dur1) {
        vc = amp1
    } else if (t < dur1 + dur2) {
        vc = amp2
    } else if (t < dur1 + dur2 + dur3) {
        vc = amp3
    } else {
        vc = 0
        on = 0
    }
}

: the circuit at the end of a step that ends at v
PROCEDURE amplify() {
    e = (v*(1 + tau1/dt) - charged*tau1/dt - vc)/(2 + tau1/dt)
    vo = (driven*tau2/dt - gain*e)/(1 + tau2/dt)
    i = (vo - v)/rstim
}

PROCEDURE settle() {
    if (on) {
        amplify()
        charged = v - e
        driven = vo
    }
}
