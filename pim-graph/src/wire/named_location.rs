use super::{Text, wire};

wire! {
    /// A place by addresses or countries; `odata_type` tells which.
    ///
    /// Source: [namedLocation](https://learn.microsoft.com/graph/api/resources/namedlocation).
    NamedLocation {
        deleted_date_time: Text,
        created_date_time: Text,
        display_name: Text,
        id: Text,
        modified_date_time: Text,
        is_trusted: bool,
        ip_ranges: Vec<IpRange>,
        countries_and_regions: Vec<Text>,
        include_unknown_countries_and_regions: bool,
        country_lookup_method: Text,
    }

    /// A range of addresses.
    IpRange {
        cidr_address: Text,
    }
}
