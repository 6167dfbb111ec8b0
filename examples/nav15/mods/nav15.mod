TITLE Nav1.5: cardiac sodium channel, wild type or 1795insD

COMMENT
Clancy CE, Rudy Y (2002) Na+ channel mutation that causes both Brugada and long-QT syndrome phenotypes: a simulation study of mechanism.
Circulation 105:1208-1213. Rates (1/ms, at 37 degC) of the wild type as in BioModels BIOMD0000000126, which has them from the paper's
data supplement. A fourth row is the bursting mode that the mutation allows: there a channel cannot inactivate.

Defaults: wild type. 1795insD: recovery 0.4, to_IM2 2.857143e-5, from_IM2 0.05, burst 1e-7.
ENDCOMMENT

NEURON {
    SUFFIX nav15
    USEION na READ ena WRITE ina
    RANGE gbar, g, recovery, to_IM2, from_IM2, burst, unburst
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.0235 (S/cm2) <0, 1e9>
    recovery = 1            : of the rate out of inactivation
    to_IM2 = 1.0526316e-5   : IM1 to IM2, of the rate of inactivation: 1/9.5e4
    from_IM2 = 0.02         : IM2 to IM1, of the rate out of inactivation
    burst = 0 (/ms)         : into the bursting mode
    unburst = 9.5e-4 (/ms)  : out of it
}

ASSIGNED {
    v (mV)
    ena (mV)
    ina (mA/cm2)
    g (S/cm2)
    a11 (/ms)
    a12 (/ms)
    a13 (/ms)
    b11 (/ms)
    b12 (/ms)
    b13 (/ms)
    a2 (/ms)
    b2 (/ms)
    a3 (/ms)
    b3 (/ms)
}

STATE { C3 C2 C1 O IC3 IC2 IF IM1 IM2 BC3 BC2 BC1 BO }

INITIAL {
    SOLVE gating STEADYSTATE sparse
}

BREAKPOINT {
    SOLVE gating METHOD sparse
    g = gbar*(O + BO)
    ina = g*(v - ena)
}

KINETIC gating {
    rates(v)
    ~ C3 <-> C2 (a11, b11)
    ~ C2 <-> C1 (a12, b12)
    ~ C1 <-> O (a13, b13)
    ~ IC3 <-> IC2 (a11, b11)
    ~ IC2 <-> IF (a12, b12)
    ~ BC3 <-> BC2 (a11, b11)
    ~ BC2 <-> BC1 (a12, b12)
    ~ BC1 <-> BO (a13, b13)
    ~ IC3 <-> C3 (a3, b3)
    ~ IC2 <-> C2 (a3, b3)
    ~ IF <-> C1 (a3, b3)
    ~ O <-> IF (a2, b2)
    ~ IF <-> IM1 (a2/100, a3)
    ~ IM1 <-> IM2 (a2*to_IM2, a3*from_IM2)
    ~ C3 <-> BC3 (burst, unburst)
    ~ C2 <-> BC2 (burst, unburst)
    ~ C1 <-> BC1 (burst, unburst)
    ~ O <-> BO (burst, unburst)
    CONSERVE BO + BC1 + BC2 + BC3 + IM2 + IM1 + IF + IC2 + IC3 + O + C1 + C2 + C3 = 1
}

UNITSOFF

PROCEDURE rates(v (mV)) {
    a11 = 3.802/(0.1027*exp(-v/17) + 0.20*exp(-v/150))
    a12 = 3.802/(0.1027*exp(-v/15) + 0.23*exp(-v/150))
    a13 = 3.802/(0.1027*exp(-v/12) + 0.25*exp(-v/150))
    b11 = 0.1917*exp(-v/20.3)
    b12 = 0.20*exp(-(v - 5)/20.3)
    b13 = 0.22*exp(-(v - 10)/20.3)
    a3 = recovery*3.7933e-7*exp(-v/7.7)
    b3 = 0.0084 + 0.00002*v
    a2 = 9.178*exp(v/29.68)
    b2 = a13*a2*a3/(b13*b3)
}

UNITSON
