: expect: 'delay' is no PARAMETER or CONSTANT
: expect: 't' is no STATE or ASSIGNED variable
NEURON { SUFFIX bad RANGE y }
PARAMETER { tau = 1 }
ASSIGNED { v (mV) delay y }
INITIAL { delay = 1 }
BREAKPOINT {
    LAG v BY delay
    LAG t BY tau
    y = lag_v_delay + lag_t_tau
}
