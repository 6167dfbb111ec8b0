#include "io/neuroml/core_types.hpp"

namespace rall::io::neuroml {

// x/(1 - exp(-x)) is 0/0 at 0, and inexact near it: there it is its series.
std::string_view const core_types = R"xml(<Lems>
<ComponentType name="baseVoltageDepRate"><Exposure name="r" dimension="per_time"/><Requirement name="v" dimension="voltage"/></ComponentType>
<ComponentType name="baseVoltageConcDepRate" extends="baseVoltageDepRate"><Requirement name="caConc" dimension="concentration"/></ComponentType>
<ComponentType name="baseVoltageDepVariable"><Exposure name="x" dimension="none"/><Requirement name="v" dimension="voltage"/></ComponentType>
<ComponentType name="baseVoltageConcDepVariable" extends="baseVoltageDepVariable"><Requirement name="caConc" dimension="concentration"/></ComponentType>
<ComponentType name="baseVoltageDepTime"><Exposure name="t" dimension="time"/><Requirement name="v" dimension="voltage"/></ComponentType>
<ComponentType name="baseVoltageConcDepTime" extends="baseVoltageDepTime"><Requirement name="caConc" dimension="concentration"/></ComponentType>
<ComponentType name="baseHHRate" extends="baseVoltageDepRate">
 <Parameter name="rate" dimension="per_time"/><Parameter name="midpoint" dimension="voltage"/><Parameter name="scale" dimension="voltage"/>
</ComponentType>
<ComponentType name="baseHHVariable" extends="baseVoltageDepVariable">
 <Parameter name="rate" dimension="none"/><Parameter name="midpoint" dimension="voltage"/><Parameter name="scale" dimension="voltage"/>
</ComponentType>
<ComponentType name="HHExpRate" extends="baseHHRate"><Dynamics>
 <DerivedVariable name="r" value="rate*exp((v - midpoint)/scale)"/>
</Dynamics></ComponentType>
<ComponentType name="HHSigmoidRate" extends="baseHHRate"><Dynamics>
 <DerivedVariable name="r" value="rate/(1 + exp((midpoint - v)/scale))"/>
</Dynamics></ComponentType>
<ComponentType name="HHExpLinearRate" extends="baseHHRate"><Dynamics>
 <DerivedVariable name="y" value="(v - midpoint)/scale"/>
 <ConditionalDerivedVariable name="r">
  <Case condition="abs(y) .lt. 1e-6" value="rate*(1 + y/2)"/><Case value="rate*y/(1 - exp(-y))"/>
 </ConditionalDerivedVariable>
</Dynamics></ComponentType>
<ComponentType name="HHExpVariable" extends="baseHHVariable"><Dynamics>
 <DerivedVariable name="x" value="rate*exp((v - midpoint)/scale)"/>
</Dynamics></ComponentType>
<ComponentType name="HHSigmoidVariable" extends="baseHHVariable"><Dynamics>
 <DerivedVariable name="x" value="rate/(1 + exp((midpoint - v)/scale))"/>
</Dynamics></ComponentType>
<ComponentType name="HHExpLinearVariable" extends="baseHHVariable"><Dynamics>
 <DerivedVariable name="y" value="(v - midpoint)/scale"/>
 <ConditionalDerivedVariable name="x">
  <Case condition="abs(y) .lt. 1e-6" value="rate*(1 + y/2)"/><Case value="rate*y/(1 - exp(-y))"/>
 </ConditionalDerivedVariable>
</Dynamics></ComponentType>
<ComponentType name="fixedTimeCourse" extends="baseVoltageDepTime">
 <Parameter name="tau" dimension="time"/>
 <Dynamics><DerivedVariable name="t" value="tau"/></Dynamics>
</ComponentType>
<ComponentType name="concentrationModel">
 <Requirement name="surfaceArea" dimension="area"/><Requirement name="initialConcentration" dimension="concentration"/>
 <Requirement name="initialExtConcentration" dimension="concentration"/><Requirement name="iCa" dimension="current"/>
</ComponentType>
<ComponentType name="decayingPoolConcentrationModel" extends="concentrationModel">
 <Parameter name="restingConc" dimension="concentration"/><Parameter name="decayConstant" dimension="time"/>
 <Parameter name="shellThickness" dimension="length"/>
 <Constant name="Faraday" dimension="charge_per_mole" value="96485.3 C_per_mol"/>
 <Dynamics>
  <StateVariable name="concentration" dimension="concentration"/><StateVariable name="extConcentration" dimension="concentration"/>
  <DerivedVariable name="radius" value="sqrt(surfaceArea/(4*3.14159))"/>
  <DerivedVariable name="inner" value="radius - shellThickness"/>
  <DerivedVariable name="volume" value="4*3.14159/3*(radius*radius*radius - inner*inner*inner)"/>
  <TimeDerivative variable="concentration" value="iCa/(2*Faraday*volume) - (concentration - restingConc)/decayConstant"/>
  <OnCondition test="concentration .lt. 0"><StateAssignment variable="concentration" value="0"/></OnCondition>
 </Dynamics>
</ComponentType>
<ComponentType name="fixedFactorConcentrationModel" extends="concentrationModel">
 <Parameter name="restingConc" dimension="concentration"/><Parameter name="decayConstant" dimension="time"/>
 <Parameter name="rho" dimension="rho_factor"/>
 <Dynamics>
  <StateVariable name="concentration" dimension="concentration"/><StateVariable name="extConcentration" dimension="concentration"/>
  <TimeDerivative variable="concentration" value="(iCa/surfaceArea)*rho - (concentration - restingConc)/decayConstant"/>
  <OnCondition test="concentration .lt. 0"><StateAssignment variable="concentration" value="0"/></OnCondition>
 </Dynamics>
</ComponentType>
<ComponentType name="fixedFactorConcentrationModelTraub" extends="concentrationModel">
 <Parameter name="restingConc" dimension="concentration"/><Parameter name="beta" dimension="per_time"/>
 <Parameter name="phi" dimension="rho_factor"/>
 <Dynamics>
  <StateVariable name="concentration" dimension="concentration"/><StateVariable name="extConcentration" dimension="concentration"/>
  <TimeDerivative variable="concentration" value="(iCa/surfaceArea)*1e-9*phi - (concentration - restingConc)*beta"/>
  <OnCondition test="concentration .lt. 0"><StateAssignment variable="concentration" value="0"/></OnCondition>
 </Dynamics>
</ComponentType>
</Lems>
)xml";

}  // namespace rall::io::neuroml
