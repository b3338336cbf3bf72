// What the doctests of `illegal` begin with; they include it.

use pim_core::{
    activation::{Activation, AnyActivation, Checked, Draft},
    id::{PrincipalId, RequestId, RoleId},
    policy::{ActivationPolicy, StrongAuthentication},
    privilege::Privilege,
    request::{Request, RequestStatus},
    time::{Period, Timestamp},
};

pub const NOW: Timestamp = Timestamp::UNIX_EPOCH;
pub const POLICY: ActivationPolicy = ActivationPolicy {
    max: Period::hours(8),
    strong_authentication: StrongAuthentication::None,
    justification: false,
    ticket: false,
    approval: None,
};

pub fn draft() -> Activation<Draft> {
    let role = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    Activation::draft(PrincipalId::from_guid([1; 16]), role).lasting(Period::hours(1))
}

pub fn checked() -> Activation<Checked> {
    draft().check(&POLICY, NOW).unwrap()
}

pub fn answered(status: RequestStatus) -> AnyActivation {
    let request = Request::new(RequestId::from_guid([2; 16]), status, checked().into_request());
    AnyActivation::from(&request)
}
