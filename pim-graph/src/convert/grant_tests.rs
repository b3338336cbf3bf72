use super::*;
use crate::endpoints::schedules::Grant;
use pim_core::time::Timestamp;

const fn family(area: Area, grant: Grant, record: Record) -> Family {
    Family { area, grant, record }
}

const HELD_NOW: Family = family(Area::Roles, Grant::Assignment, Record::Instance);
const ELIGIBLE: Family = family(Area::Groups, Grant::Eligibility, Record::Schedule);
const WHO: &str = "11111111-aaaa-4bbb-8ccc-222222222222";

fn instance(more: &str) -> String {
    format!(
        r##"{{"id":"opaque-1","principalId":"{WHO}","roleDefinitionId":"62e90394-69f5-4237-9190-012177145e10",
        "directoryScopeId":"/","appScopeId":null,"startDateTime":null,"endDateTime":null,"memberType":"Direct",
        "assignmentType":"Assigned","roleAssignmentScheduleId":"opaque-1"{more}}}"##
    )
}

fn page(rows: &[String]) -> Vec<u8> {
    format!(r#"{{"@odata.context":"c","value":[{}],"@odata.nextLink":"https://x/next?a=1"}}"#, rows.join(","))
        .into_bytes()
}

const JANE: &str = r##","principal":{"@odata.type":"#microsoft.graph.user","id":"x","displayName":"J\u00e4ne","userPrincipalName":"jane@x"}"##;

#[test]
fn rows_of_one_list_share_their_holders() {
    let mut sharing = Sharing::default();
    let read = assignments(HELD_NOW, &page(&[instance(JANE), instance(JANE)]), &mut sharing).unwrap();
    let [a, b] = &read.items[..] else { panic!("two rows") };
    assert!(Arc::ptr_eq(a.holder.as_ref().unwrap(), b.holder.as_ref().unwrap()));
    assert_eq!(a.holder.as_ref().unwrap().kind, PrincipalKind::User);
    assert_eq!(a.holder.as_ref().unwrap().name.as_ref().unwrap().expose(), "Jäne");
    assert_eq!(read.next.as_deref(), Some("https://x/next?a=1"));
    drop(read);
    assert_eq!(sharing.kept(), 0);
    assert!(a_standing(&page(&[instance("")])));
}

fn a_standing(page: &[u8]) -> bool {
    assignments(HELD_NOW, page, &mut Sharing::default()).unwrap().items[0].is_standing()
}

#[test]
fn one_bad_row_is_set_aside_with_its_id_and_place() {
    let good = instance("");
    let bad_type = good
        .replace(r#""memberType":"Direct""#, r#""memberType":7"#)
        .replace("\"opaque-1\",\"p", "\"bad-type\",\"p");
    let bad_id = good.replace(WHO, "a\\u0000b").replace("\"opaque-1\",\"p", "\"bad-id\",\"p");
    for (bad, id, at) in [(bad_type, "bad-type", "memberType"), (bad_id, "bad-id", "principalId")] {
        let read = assignments(HELD_NOW, &page(&[good.clone(), bad, good.clone()]), &mut Sharing::default())
            .unwrap();
        assert_eq!(read.items.len(), 2);
        assert_eq!(read.rejected[0].id.as_deref(), Some(id));
        assert!(read.rejected[0].reason.contains(at), "{:?}", read.rejected[0]);
        assert!(read.next.is_some());
    }
}

#[test]
fn an_activation_names_the_eligibility_that_was_used() {
    let activated = instance(r#","activatedUsing":{"id":"opaque-1-e","roleEligibilityScheduleId":"s-1"}"#)
        .replace("\"Assigned\"", "\"activated\"")
        .replace(r#""endDateTime":null"#, r#""endDateTime":"2026-01-02T00:00:00.1234567Z""#);
    let read = assignments(HELD_NOW, &page(&[activated]), &mut Sharing::default()).unwrap();
    let row = &read.items[0];
    assert_eq!(row.origin, Origin::Activated { using: Some("s-1".parse().unwrap()) });
    assert_eq!(row.instance, Some("opaque-1".parse().unwrap()));
    assert_eq!(row.window.end().unwrap().to_string(), "2026-01-02T00:00:00.1234567Z");
    let strange = instance("").replace("\"Assigned\"", "\"Inferred\"");
    let read = assignments(HELD_NOW, &page(&[strange]), &mut Sharing::default()).unwrap();
    assert_eq!(read.items[0].origin, Origin::Unknown("Inferred".into()));
}

#[test]
fn an_instance_that_names_no_schedule_is_not_hidden() {
    let silent = instance("").replace("roleAssignmentScheduleId", "somethingElse");
    let read = assignments(HELD_NOW, &page(&[silent]), &mut Sharing::default()).unwrap();
    assert_eq!(read.items[0].id, *"opaque-1");
}

#[test]
fn schedules_of_groups_end_by_date_by_length_or_never() {
    let row = |expiration: &str| {
        format!(
            r#"{{"id":"g_member_1","groupId":"{WHO}","accessId":"member","principalId":"{WHO}","memberType":"direct",
            "scheduleInfo":{{"startDateTime":"2026-01-01T00:00:00Z","recurrence":null,"expiration":{expiration}}}}}"#
        )
    };
    let ends = |expiration: &str| -> Option<Timestamp> {
        let read = eligibilities(ELIGIBLE, &page(&[row(expiration)]), &mut Sharing::default()).unwrap();
        assert_eq!(read.items[0].via, Via::Direct);
        read.items[0].window.end()
    };
    assert_eq!(ends(r#"{"type":"noExpiration","endDateTime":null,"duration":null}"#), None);
    assert_eq!(ends(r#"{"type":"afterDateTime","endDateTime":"9999-12-31T23:59:59Z"}"#), None);
    let day_after = Some("2026-01-02T12:00:00Z".parse().unwrap());
    assert_eq!(ends(r#"{"type":"afterDuration","duration":"P1DT12H"}"#), day_after);
    assert_eq!(ends(r#"{"type":"AfterDateTime","endDateTime":"2026-01-02T12:00:00Z"}"#), day_after);
}

#[test]
fn a_page_that_is_cut_is_malformed_and_not_a_short_list() {
    let whole = page(&[instance(JANE)]);
    for end in 0..whole.len() {
        assert!(assignments(HELD_NOW, &whole[..end], &mut Sharing::default()).is_err(), "{end}");
    }
}

proptest::proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>, text in r#"[\[\]{}",:a-z0-9 ]{0,80}"#) {
        for input in [&bytes[..], text.as_bytes(), format!(r#"{{"value":[{text}]}}"#).as_bytes()] {
            for family in Family::all() {
                let _ = assignments(family, input, &mut Sharing::default());
                let _ = eligibilities(family, input, &mut Sharing::default());
            }
        }
    }
}

mod shortened {
    use proptest::prelude::*;

    use super::*;

    const ROLE: &str = "62e90394-69f5-4237-9190-012177145e1";

    fn definition(name: &str) -> String {
        serde_json::json!({
            "id": format!("{ROLE}{name}"), "displayName": name, "isBuiltIn": true,
            "rolePermissions": [{"allowedResourceActions": ["a/\"b\"", "roleDefinition\":{"], "condition": null}]
        })
        .to_string()
    }

    /// What may stand where a role definition does, and names that look like it, in a row of that role.
    fn row() -> impl Strategy<Value = String> {
        let member = prop_oneof![
            4 => Just(r#","roleDefinition":WHOLE"#),
            1 => Just(r#","roleDefinition": null"#),
            1 => Just(r#","roleDefinition":null"#),
            1 => Just(r#","\"roleDefinition":{"id":"x"}"#),
            1 => Just(r#","\"roleDefinition":WHOLE"#),
            1 => Just(r#","other":{"roleDefinition":WHOLE}"#),
            1 => Just(r#","other":{"roleDefinition":WHOLE},"roleDefinition":WHOLE"#),
            1 => Just(r#","text":QUOTED"#),
            1 => Just(""),
        ];
        (member, "[a-c]").prop_map(|(member, name)| {
            let whole = definition(&name);
            let quoted = serde_json::to_string(&format!(r#""roleDefinition":{whole}"#)).unwrap();
            let member = member.replace("WHOLE", &whole).replace("QUOTED", &quoted);
            instance(&member).replace("62e90394-69f5-4237-9190-012177145e10", &format!("{ROLE}{name}"))
        })
    }

    /// Row by row, each as if it were the only one: then nothing is known and nothing is shortened.
    fn alone(row: &str) -> Listed<Assignment> {
        assignments(HELD_NOW, &page(&[row.to_owned()]), &mut Sharing::default()).unwrap()
    }

    proptest! {
        #[test]
        fn pages_read_the_same(rows in prop::collection::vec(row(), 1..12), pages in 1_usize..4) {
            let mut sharing = Sharing::default();
            for _ in 0..pages {
                let read = assignments(HELD_NOW, &page(&rows), &mut sharing).unwrap();
                let single: Vec<_> = rows.iter().map(|row| alone(row)).collect();
                let items: Vec<_> = single.iter().flat_map(|one| one.items.clone()).collect();
                let rejected: Vec<_> = single.iter().flat_map(|one| one.rejected.clone()).collect();
                // Roles are part of this.
                prop_assert_eq!(read.items, items);
                prop_assert_eq!(read.rejected, rejected);
            }
        }
    }

    #[test]
    fn a_known_definition_is_cut_out_and_found_again() {
        let mut sharing = Sharing::default();
        let row = instance(&format!(r#","roleDefinition":{}"#, definition("0")));
        let first = assignments(HELD_NOW, &page(std::slice::from_ref(&row)), &mut sharing).unwrap();
        let mut short = Vec::new();
        let whole = page(&[row.clone(), row]);
        assert!(sharing.texts().shorten(&whole, &mut short));
        assert!(short.len() + 200 < whole.len());
        let again = assignments(HELD_NOW, &whole, &mut sharing).unwrap();
        let role = |read: &Listed<Assignment>| Arc::clone(read.items[0].role.as_ref().unwrap());
        assert!(Arc::ptr_eq(&role(&first), &role(&again)));
        assert_eq!(role(&again).name, "0");
        assert_eq!(again.items.len(), 2);
    }

    #[test]
    fn a_number_of_the_services_own_is_no_role() {
        let known = instance(&format!(r#","roleDefinition":{}"#, definition("0")));
        let strange = instance(r#","roleDefinition":0"#);
        let strange = strange.replace("62e90394-69f5-4237-9190-012177145e10", &format!("{ROLE}1"));
        let mut sharing = Sharing::default();
        for _ in 0..2 {
            let read = assignments(HELD_NOW, &page(&[known.clone(), strange.clone()]), &mut sharing).unwrap();
            assert_eq!((read.items.len(), read.rejected.len()), (1, 1));
        }
    }
}
