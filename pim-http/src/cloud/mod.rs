//! Where the services are: the global cloud and the sovereign ones.

mod endpoint;

pub use self::endpoint::Endpoint;

/// The addresses of one cloud. A tenant lives in one cloud, and a token of one is worth nothing in another.
///
/// Source: <https://learn.microsoft.com/graph/deployments>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cloud {
    /// A short name.
    pub name: &'static str,
    /// Microsoft Graph.
    pub graph: &'static str,
    /// Azure Resource Manager.
    pub resource_manager: &'static str,
    /// Where tokens come from.
    pub login: &'static str,
    /// What the cloud is known to lack.
    pub lacks: &'static [Lack],
}

/// Something that not every cloud has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lack {
    /// PIM's alerts, which exist in Graph's beta and in the global cloud only.
    /// Source: <https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementalert>.
    PimAlerts,
}

impl Cloud {
    /// The global cloud, the US government's GCC tenants included.
    pub const GLOBAL: Self = Self {
        name: "global",
        graph: "https://graph.microsoft.com",
        resource_manager: "https://management.azure.com",
        login: "https://login.microsoftonline.com",
        lacks: &[],
    };

    /// US government L4 (GCC High).
    pub const US_GOV_L4: Self = Self {
        name: "us_gov_l4",
        graph: "https://graph.microsoft.us",
        resource_manager: "https://management.usgovcloudapi.net",
        login: "https://login.microsoftonline.us",
        lacks: &[Lack::PimAlerts],
    };

    /// US government L5 (Department of Defense).
    pub const US_GOV_L5: Self =
        Self { name: "us_gov_l5", graph: "https://dod-graph.microsoft.us", ..Self::US_GOV_L4 };

    /// China, operated by 21Vianet.
    pub const CHINA: Self = Self {
        name: "china",
        graph: "https://microsoftgraph.chinacloudapi.cn",
        resource_manager: "https://management.chinacloudapi.cn",
        login: "https://login.chinacloudapi.cn",
        lacks: &[Lack::PimAlerts],
    };

    /// Every cloud.
    pub const ALL: &'static [Self] = &[Self::GLOBAL, Self::US_GOV_L4, Self::US_GOV_L5, Self::CHINA];

    /// The scope of a token for Microsoft Graph.
    pub fn graph_scope(&self) -> String {
        format!("{}/.default", self.graph)
    }

    /// The scope of a token for Azure Resource Manager.
    pub fn resource_manager_scope(&self) -> String {
        format!("{}/.default", self.resource_manager)
    }

    /// Whether the cloud has it, as far as is known.
    pub fn has(&self, what: Lack) -> bool {
        !self.lacks.contains(&what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_an_endpoint_and_no_two_clouds_share_their_graph() {
        let mut graphs = std::collections::BTreeSet::new();
        for cloud in Cloud::ALL {
            for address in [cloud.graph, cloud.resource_manager, cloud.login] {
                address.parse::<Endpoint>().unwrap();
            }
            assert!(graphs.insert(cloud.graph_scope()));
        }
        assert!(Cloud::GLOBAL.has(Lack::PimAlerts) && !Cloud::US_GOV_L5.has(Lack::PimAlerts));
    }
}
