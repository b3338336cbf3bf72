use super::{Identity, Text, wire};

wire! {
    /// Who holds a role in an administrative unit.
    ///
    /// Source: [scopedRoleMembership](https://learn.microsoft.com/graph/api/resources/scopedrolemembership).
    ScopedRoleMember {
        id: Text,
        administrative_unit_id: Text,
        role_id: Text,
        role_member_info: Box<Identity>,
    }
}
