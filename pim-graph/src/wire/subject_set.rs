use serde_json::Number;

use super::{DirectoryObject, Text, wire};

wire! {
    /// People named directly or through a group or a relation; `odata_type` tells which. One page writes `id`, others `userId` or `groupId`.
    ///
    /// Source: [subjectSet](https://learn.microsoft.com/graph/api/resources/subjectset).
    SubjectSet {
        description: Text,
        group_id: Text,
        groups: Vec<DirectoryObject>,
        rule: Text,
        manager_level: Number,
        user_id: Text,
        id: Text,
        is_backup: bool,
    }
}
