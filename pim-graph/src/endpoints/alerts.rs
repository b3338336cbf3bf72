//! PIM's alerts. Beta only, for directory roles only.

use pim_core::id::{AlertId, IncidentId};

use super::{Filter, Place, Version};

fn root() -> Place {
    Place::at(Version::Beta, "/identityGovernance/roleManagementAlerts")
}

/// The filter without which lists are refused.
pub fn of_roles() -> Filter {
    super::policies::of_roles()
}

/// The alerts. `$expand=alertDefinition,alertConfiguration,alertIncidents` works.
pub fn alerts() -> Place {
    root().then("alerts")
}

/// One alert.
pub fn alert(id: &AlertId) -> Place {
    alerts().id(id)
}

/// What an alert found.
pub fn incidents(id: &AlertId) -> Place {
    alert(id).then("alertIncidents")
}

/// One of these.
pub fn incident(id: &AlertId, incident: &IncidentId) -> Place {
    incidents(id).id(incident)
}

/// Carries out what the alert proposes against one of them.
pub fn remediate(id: &AlertId, found: &IncidentId) -> Place {
    incident(id, found).then("remediate")
}

/// What alerts are about.
pub fn definitions() -> Place {
    root().then("alertDefinitions")
}

/// How alerts are set.
pub fn configurations() -> Place {
    root().then("alertConfigurations")
}

/// How one alert is set. A change needs the concrete `@odata.type`.
pub fn configuration(id: &AlertId) -> Place {
    configurations().id(id)
}

/// Looks again for one alert: answers 202.
pub fn refresh(id: &AlertId) -> Place {
    alert(id).then("refresh")
}

/// Looks again for all alerts of a scope, which the body names: answers 202.
pub fn refresh_all() -> Place {
    alerts().then("refresh")
}
