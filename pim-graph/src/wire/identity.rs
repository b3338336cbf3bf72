use super::{Text, wire};

wire! {
    /// Who did something: a person, an application or a device.
    ///
    /// Source: [identitySet](https://learn.microsoft.com/graph/api/resources/identityset).
    IdentitySet {
        application: Box<Identity>,
        device: Box<Identity>,
        user: Box<Identity>,
    }

    /// One of them.
    ///
    /// Source: [identity](https://learn.microsoft.com/graph/api/resources/identity).
    Identity {
        r#type: Text,
        display_name: Text,
        id: Text,
        ip_address: Text,
        user_principal_name: Text,
    }
}
