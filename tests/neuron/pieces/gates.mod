: Gates with exponentials of their own.
NEURON { SUFFIX gates NONSPECIFIC_CURRENT i RANGE g }
PARAMETER { g = 1e-4 }
ASSIGNED { v (mV) i (mA/cm2) }
STATE {
    m0x m1x m2x m3x m4x m5x m6x m7x m8x m9x m10x m11x
    m12x m13x m14x m15x m16x m17x m18x m19x m20x m21x m22x m23x
    m24x m25x m26x m27x m28x m29x m30x m31x m32x m33x m34x m35x
    m36x m37x m38x m39x m40x m41x m42x m43x m44x m45x m46x m47x
    m48x m49x m50x m51x m52x m53x m54x m55x m56x m57x m58x m59x
}
INITIAL {
    m0x = a0(v + 0)/(a0(v + 0) + b0(v - 0))
    m1x = a1(v + 1)/(a1(v + 1) + b1(v - 1))
    m2x = a2(v + 2)/(a2(v + 2) + b2(v - 2))
    m3x = a3(v + 3)/(a3(v + 3) + b3(v - 3))
    m4x = a4(v + 4)/(a4(v + 4) + b4(v - 4))
    m5x = a5(v + 5)/(a5(v + 5) + b5(v - 5))
    m6x = a6(v + 6)/(a6(v + 6) + b6(v - 6))
    m7x = a7(v + 7)/(a7(v + 7) + b7(v - 7))
    m8x = a8(v + 8)/(a8(v + 8) + b8(v - 8))
    m9x = a9(v + 9)/(a9(v + 9) + b9(v - 9))
    m10x = a0(v + 10)/(a0(v + 10) + b0(v - 10))
    m11x = a1(v + 11)/(a1(v + 11) + b1(v - 11))
    m12x = a2(v + 12)/(a2(v + 12) + b2(v - 12))
    m13x = a3(v + 13)/(a3(v + 13) + b3(v - 13))
    m14x = a4(v + 14)/(a4(v + 14) + b4(v - 14))
    m15x = a5(v + 15)/(a5(v + 15) + b5(v - 15))
    m16x = a6(v + 16)/(a6(v + 16) + b6(v - 16))
    m17x = a7(v + 17)/(a7(v + 17) + b7(v - 17))
    m18x = a8(v + 18)/(a8(v + 18) + b8(v - 18))
    m19x = a9(v + 19)/(a9(v + 19) + b9(v - 19))
    m20x = a0(v + 20)/(a0(v + 20) + b0(v - 20))
    m21x = a1(v + 21)/(a1(v + 21) + b1(v - 21))
    m22x = a2(v + 22)/(a2(v + 22) + b2(v - 22))
    m23x = a3(v + 23)/(a3(v + 23) + b3(v - 23))
    m24x = a4(v + 24)/(a4(v + 24) + b4(v - 24))
    m25x = a5(v + 25)/(a5(v + 25) + b5(v - 25))
    m26x = a6(v + 26)/(a6(v + 26) + b6(v - 26))
    m27x = a7(v + 27)/(a7(v + 27) + b7(v - 27))
    m28x = a8(v + 28)/(a8(v + 28) + b8(v - 28))
    m29x = a9(v + 29)/(a9(v + 29) + b9(v - 29))
    m30x = a0(v + 30)/(a0(v + 30) + b0(v - 30))
    m31x = a1(v + 31)/(a1(v + 31) + b1(v - 31))
    m32x = a2(v + 32)/(a2(v + 32) + b2(v - 32))
    m33x = a3(v + 33)/(a3(v + 33) + b3(v - 33))
    m34x = a4(v + 34)/(a4(v + 34) + b4(v - 34))
    m35x = a5(v + 35)/(a5(v + 35) + b5(v - 35))
    m36x = a6(v + 36)/(a6(v + 36) + b6(v - 36))
    m37x = a7(v + 37)/(a7(v + 37) + b7(v - 37))
    m38x = a8(v + 38)/(a8(v + 38) + b8(v - 38))
    m39x = a9(v + 39)/(a9(v + 39) + b9(v - 39))
    m40x = a0(v + 40)/(a0(v + 40) + b0(v - 40))
    m41x = a1(v + 41)/(a1(v + 41) + b1(v - 41))
    m42x = a2(v + 42)/(a2(v + 42) + b2(v - 42))
    m43x = a3(v + 43)/(a3(v + 43) + b3(v - 43))
    m44x = a4(v + 44)/(a4(v + 44) + b4(v - 44))
    m45x = a5(v + 45)/(a5(v + 45) + b5(v - 45))
    m46x = a6(v + 46)/(a6(v + 46) + b6(v - 46))
    m47x = a7(v + 47)/(a7(v + 47) + b7(v - 47))
    m48x = a8(v + 48)/(a8(v + 48) + b8(v - 48))
    m49x = a9(v + 49)/(a9(v + 49) + b9(v - 49))
    m50x = a0(v + 50)/(a0(v + 50) + b0(v - 50))
    m51x = a1(v + 51)/(a1(v + 51) + b1(v - 51))
    m52x = a2(v + 52)/(a2(v + 52) + b2(v - 52))
    m53x = a3(v + 53)/(a3(v + 53) + b3(v - 53))
    m54x = a4(v + 54)/(a4(v + 54) + b4(v - 54))
    m55x = a5(v + 55)/(a5(v + 55) + b5(v - 55))
    m56x = a6(v + 56)/(a6(v + 56) + b6(v - 56))
    m57x = a7(v + 57)/(a7(v + 57) + b7(v - 57))
    m58x = a8(v + 58)/(a8(v + 58) + b8(v - 58))
    m59x = a9(v + 59)/(a9(v + 59) + b9(v - 59))
}
BREAKPOINT { SOLVE eq METHOD cnexp
    i = g*v*(m0x + m1x + m2x + m3x + m4x + m5x + m6x + m7x + m8x + m9x + m10x + m11x + m12x + m13x + m14x + m15x + m16x + m17x + m18x + m19x + m20x + m21x + m22x + m23x + m24x + m25x + m26x + m27x + m28x + m29x + m30x + m31x + m32x + m33x + m34x + m35x + m36x + m37x + m38x + m39x + m40x + m41x + m42x + m43x + m44x + m45x + m46x + m47x + m48x + m49x + m50x + m51x + m52x + m53x + m54x + m55x + m56x + m57x + m58x + m59x)/60
}
FUNCTION a0(v (mV)) (/ms) { a0 = 0.1/(1 + exp(-(v + 20)/7)) + 0.01*exp(-((v - 0)/30)^2) }
FUNCTION b0(v (mV)) (/ms) { b0 = 0.2*exp(-(v + 33)/17) }
FUNCTION a1(v (mV)) (/ms) { a1 = 0.2/(1 + exp(-(v + 21)/8)) + 0.01*exp(-((v - 1)/31)^2) }
FUNCTION b1(v (mV)) (/ms) { b1 = 0.3*exp(-(v + 34)/18) }
FUNCTION a2(v (mV)) (/ms) { a2 = 0.3/(1 + exp(-(v + 22)/9)) + 0.01*exp(-((v - 2)/32)^2) }
FUNCTION b2(v (mV)) (/ms) { b2 = 0.4*exp(-(v + 35)/19) }
FUNCTION a3(v (mV)) (/ms) { a3 = 0.4/(1 + exp(-(v + 23)/10)) + 0.01*exp(-((v - 3)/33)^2) }
FUNCTION b3(v (mV)) (/ms) { b3 = 0.5*exp(-(v + 36)/20) }
FUNCTION a4(v (mV)) (/ms) { a4 = 0.5/(1 + exp(-(v + 24)/11)) + 0.01*exp(-((v - 4)/34)^2) }
FUNCTION b4(v (mV)) (/ms) { b4 = 0.6*exp(-(v + 37)/21) }
FUNCTION a5(v (mV)) (/ms) { a5 = 0.6/(1 + exp(-(v + 25)/12)) + 0.01*exp(-((v - 5)/35)^2) }
FUNCTION b5(v (mV)) (/ms) { b5 = 0.7*exp(-(v + 38)/22) }
FUNCTION a6(v (mV)) (/ms) { a6 = 0.7/(1 + exp(-(v + 26)/13)) + 0.01*exp(-((v - 6)/36)^2) }
FUNCTION b6(v (mV)) (/ms) { b6 = 0.8*exp(-(v + 39)/23) }
FUNCTION a7(v (mV)) (/ms) { a7 = 0.8/(1 + exp(-(v + 27)/14)) + 0.01*exp(-((v - 7)/37)^2) }
FUNCTION b7(v (mV)) (/ms) { b7 = 0.9*exp(-(v + 40)/24) }
FUNCTION a8(v (mV)) (/ms) { a8 = 0.9/(1 + exp(-(v + 28)/15)) + 0.01*exp(-((v - 8)/38)^2) }
FUNCTION b8(v (mV)) (/ms) { b8 = 0.10*exp(-(v + 41)/25) }
FUNCTION a9(v (mV)) (/ms) { a9 = 0.10/(1 + exp(-(v + 29)/16)) + 0.01*exp(-((v - 9)/39)^2) }
FUNCTION b9(v (mV)) (/ms) { b9 = 0.11*exp(-(v + 42)/26) }
DERIVATIVE eq {
    m0x' = a0(v + 0)*(1 - m0x) - b0(v - 0)*m0x
    m1x' = a1(v + 1)*(1 - m1x) - b1(v - 1)*m1x
    m2x' = a2(v + 2)*(1 - m2x) - b2(v - 2)*m2x
    m3x' = a3(v + 3)*(1 - m3x) - b3(v - 3)*m3x
    m4x' = a4(v + 4)*(1 - m4x) - b4(v - 4)*m4x
    m5x' = a5(v + 5)*(1 - m5x) - b5(v - 5)*m5x
    m6x' = a6(v + 6)*(1 - m6x) - b6(v - 6)*m6x
    m7x' = a7(v + 7)*(1 - m7x) - b7(v - 7)*m7x
    m8x' = a8(v + 8)*(1 - m8x) - b8(v - 8)*m8x
    m9x' = a9(v + 9)*(1 - m9x) - b9(v - 9)*m9x
    m10x' = a0(v + 10)*(1 - m10x) - b0(v - 10)*m10x
    m11x' = a1(v + 11)*(1 - m11x) - b1(v - 11)*m11x
    m12x' = a2(v + 12)*(1 - m12x) - b2(v - 12)*m12x
    m13x' = a3(v + 13)*(1 - m13x) - b3(v - 13)*m13x
    m14x' = a4(v + 14)*(1 - m14x) - b4(v - 14)*m14x
    m15x' = a5(v + 15)*(1 - m15x) - b5(v - 15)*m15x
    m16x' = a6(v + 16)*(1 - m16x) - b6(v - 16)*m16x
    m17x' = a7(v + 17)*(1 - m17x) - b7(v - 17)*m17x
    m18x' = a8(v + 18)*(1 - m18x) - b8(v - 18)*m18x
    m19x' = a9(v + 19)*(1 - m19x) - b9(v - 19)*m19x
    m20x' = a0(v + 20)*(1 - m20x) - b0(v - 20)*m20x
    m21x' = a1(v + 21)*(1 - m21x) - b1(v - 21)*m21x
    m22x' = a2(v + 22)*(1 - m22x) - b2(v - 22)*m22x
    m23x' = a3(v + 23)*(1 - m23x) - b3(v - 23)*m23x
    m24x' = a4(v + 24)*(1 - m24x) - b4(v - 24)*m24x
    m25x' = a5(v + 25)*(1 - m25x) - b5(v - 25)*m25x
    m26x' = a6(v + 26)*(1 - m26x) - b6(v - 26)*m26x
    m27x' = a7(v + 27)*(1 - m27x) - b7(v - 27)*m27x
    m28x' = a8(v + 28)*(1 - m28x) - b8(v - 28)*m28x
    m29x' = a9(v + 29)*(1 - m29x) - b9(v - 29)*m29x
    m30x' = a0(v + 30)*(1 - m30x) - b0(v - 30)*m30x
    m31x' = a1(v + 31)*(1 - m31x) - b1(v - 31)*m31x
    m32x' = a2(v + 32)*(1 - m32x) - b2(v - 32)*m32x
    m33x' = a3(v + 33)*(1 - m33x) - b3(v - 33)*m33x
    m34x' = a4(v + 34)*(1 - m34x) - b4(v - 34)*m34x
    m35x' = a5(v + 35)*(1 - m35x) - b5(v - 35)*m35x
    m36x' = a6(v + 36)*(1 - m36x) - b6(v - 36)*m36x
    m37x' = a7(v + 37)*(1 - m37x) - b7(v - 37)*m37x
    m38x' = a8(v + 38)*(1 - m38x) - b8(v - 38)*m38x
    m39x' = a9(v + 39)*(1 - m39x) - b9(v - 39)*m39x
    m40x' = a0(v + 40)*(1 - m40x) - b0(v - 40)*m40x
    m41x' = a1(v + 41)*(1 - m41x) - b1(v - 41)*m41x
    m42x' = a2(v + 42)*(1 - m42x) - b2(v - 42)*m42x
    m43x' = a3(v + 43)*(1 - m43x) - b3(v - 43)*m43x
    m44x' = a4(v + 44)*(1 - m44x) - b4(v - 44)*m44x
    m45x' = a5(v + 45)*(1 - m45x) - b5(v - 45)*m45x
    m46x' = a6(v + 46)*(1 - m46x) - b6(v - 46)*m46x
    m47x' = a7(v + 47)*(1 - m47x) - b7(v - 47)*m47x
    m48x' = a8(v + 48)*(1 - m48x) - b8(v - 48)*m48x
    m49x' = a9(v + 49)*(1 - m49x) - b9(v - 49)*m49x
    m50x' = a0(v + 50)*(1 - m50x) - b0(v - 50)*m50x
    m51x' = a1(v + 51)*(1 - m51x) - b1(v - 51)*m51x
    m52x' = a2(v + 52)*(1 - m52x) - b2(v - 52)*m52x
    m53x' = a3(v + 53)*(1 - m53x) - b3(v - 53)*m53x
    m54x' = a4(v + 54)*(1 - m54x) - b4(v - 54)*m54x
    m55x' = a5(v + 55)*(1 - m55x) - b5(v - 55)*m55x
    m56x' = a6(v + 56)*(1 - m56x) - b6(v - 56)*m56x
    m57x' = a7(v + 57)*(1 - m57x) - b7(v - 57)*m57x
    m58x' = a8(v + 58)*(1 - m58x) - b8(v - 58)*m58x
    m59x' = a9(v + 59)*(1 - m59x) - b9(v - 59)*m59x
}
