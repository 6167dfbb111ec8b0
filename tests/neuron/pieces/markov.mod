: A channel of many states, in its steady state at the start.
NEURON { SUFFIX markov USEION k READ ek WRITE ik RANGE gbar }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { gbar = 0.01 (S/cm2) }
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) }
STATE {
    c0x c1x c2x c3x c4x c5x c6x c7x c8x c9x c10x c11x
    c12x c13x c14x c15x c16x c17x c18x c19x c20x c21x c22x c23x
    c24x c25x c26x c27x c28x c29x c30x c31x c32x c33x c34x c35x
    c36x c37x c38x c39x
}
INITIAL { SOLVE scheme STEADYSTATE sparse }
BREAKPOINT { SOLVE scheme METHOD sparse  ik = gbar*(c39x + c38x)*(v - ek) }
FUNCTION up(i, v (mV)) (/ms) { up = 0.5*exp((v + 20 + i)/(25 + i/4)) }
FUNCTION down(i, v (mV)) (/ms) { down = 0.4*exp(-(v + 30 - i)/(30 + i/3)) }
KINETIC scheme {
    ~ c0x <-> c1x (up(0, v), down(0, v))
    ~ c1x <-> c2x (up(1, v), down(1, v))
    ~ c2x <-> c3x (up(2, v), down(2, v))
    ~ c3x <-> c4x (up(3, v), down(3, v))
    ~ c4x <-> c5x (up(4, v), down(4, v))
    ~ c5x <-> c6x (up(5, v), down(5, v))
    ~ c6x <-> c7x (up(6, v), down(6, v))
    ~ c7x <-> c8x (up(7, v), down(7, v))
    ~ c8x <-> c9x (up(8, v), down(8, v))
    ~ c9x <-> c10x (up(9, v), down(9, v))
    ~ c10x <-> c11x (up(10, v), down(10, v))
    ~ c11x <-> c12x (up(11, v), down(11, v))
    ~ c12x <-> c13x (up(12, v), down(12, v))
    ~ c13x <-> c14x (up(13, v), down(13, v))
    ~ c14x <-> c15x (up(14, v), down(14, v))
    ~ c15x <-> c16x (up(15, v), down(15, v))
    ~ c16x <-> c17x (up(16, v), down(16, v))
    ~ c17x <-> c18x (up(17, v), down(17, v))
    ~ c18x <-> c19x (up(18, v), down(18, v))
    ~ c19x <-> c20x (up(19, v), down(19, v))
    ~ c20x <-> c21x (up(20, v), down(20, v))
    ~ c21x <-> c22x (up(21, v), down(21, v))
    ~ c22x <-> c23x (up(22, v), down(22, v))
    ~ c23x <-> c24x (up(23, v), down(23, v))
    ~ c24x <-> c25x (up(24, v), down(24, v))
    ~ c25x <-> c26x (up(25, v), down(25, v))
    ~ c26x <-> c27x (up(26, v), down(26, v))
    ~ c27x <-> c28x (up(27, v), down(27, v))
    ~ c28x <-> c29x (up(28, v), down(28, v))
    ~ c29x <-> c30x (up(29, v), down(29, v))
    ~ c30x <-> c31x (up(30, v), down(30, v))
    ~ c31x <-> c32x (up(31, v), down(31, v))
    ~ c32x <-> c33x (up(32, v), down(32, v))
    ~ c33x <-> c34x (up(33, v), down(33, v))
    ~ c34x <-> c35x (up(34, v), down(34, v))
    ~ c35x <-> c36x (up(35, v), down(35, v))
    ~ c36x <-> c37x (up(36, v), down(36, v))
    ~ c37x <-> c38x (up(37, v), down(37, v))
    ~ c38x <-> c39x (up(38, v), down(38, v))
    ~ c0x <-> c10x (up(0, v)/3, down(0, v)/3)
    ~ c2x <-> c12x (up(2, v)/3, down(2, v)/3)
    ~ c4x <-> c14x (up(4, v)/3, down(4, v)/3)
    ~ c6x <-> c16x (up(6, v)/3, down(6, v)/3)
    ~ c8x <-> c18x (up(8, v)/3, down(8, v)/3)
    ~ c10x <-> c20x (up(10, v)/3, down(10, v)/3)
    ~ c12x <-> c22x (up(12, v)/3, down(12, v)/3)
    ~ c14x <-> c24x (up(14, v)/3, down(14, v)/3)
    ~ c16x <-> c26x (up(16, v)/3, down(16, v)/3)
    ~ c18x <-> c28x (up(18, v)/3, down(18, v)/3)
    ~ c20x <-> c30x (up(20, v)/3, down(20, v)/3)
    ~ c22x <-> c32x (up(22, v)/3, down(22, v)/3)
    ~ c24x <-> c34x (up(24, v)/3, down(24, v)/3)
    ~ c26x <-> c36x (up(26, v)/3, down(26, v)/3)
    ~ c28x <-> c38x (up(28, v)/3, down(28, v)/3)
    CONSERVE c0x + c1x + c2x + c3x + c4x + c5x + c6x + c7x + c8x + c9x + c10x + c11x + c12x + c13x + c14x + c15x + c16x + c17x + c18x + c19x + c20x + c21x + c22x + c23x + c24x + c25x + c26x + c27x + c28x + c29x + c30x + c31x + c32x + c33x + c34x + c35x + c36x + c37x + c38x + c39x = 1
}
