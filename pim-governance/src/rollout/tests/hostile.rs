//! Names that somebody made up to do harm.

use super::*;

const NAME: &str = "Eve\r\nBcc: all@evil.example\r\n\r\n<script>alert(1)</script><a href=\"https://evil.example\">x</a> \
                    \u{202e}{{ contact }} \"& '`|*_[x](javascript:1)";

fn hostile() -> (Plan, Snapshot) {
    let mut snapshot = tenant()
        .assignments([standing(10, &helpdesk())])
        .memberships([member(10, 1)])
        .policies([policy(&helpdesk(), vec![approved_by(vec![Approver::user(who(2))])])])
        .build();
    snapshot.users[1].name = NAME.into();
    snapshot.users[2].name = NAME.into();
    NAME.clone_into(&mut snapshot.groups[0].name);
    let mut role = (*snapshot.roles[0]).clone();
    NAME.clone_into(&mut role.name);
    snapshot.roles[0] = role.into();
    let mut plan = plan(converted(10, &helpdesk()));
    plan.waves[1] = NAME.to_owned();
    (plan, snapshot)
}

fn options() -> MessageOptions {
    MessageOptions {
        organisation: Some(NAME.to_owned()),
        contact: Some(NAME.to_owned()),
        ..MessageOptions::default()
    }
}

#[test]
fn names_are_text_in_html() {
    let (plan, snapshot) = hostile();
    let own = messages(&plan, &snapshot, &options()).unwrap();
    for message in &own.messages {
        let html = message.html.as_ref().unwrap().expose();
        assert!(html.contains("&lt;script&gt;"), "{html}");
        for bad in ["<script", "href=\"https://evil", "\u{202e}", "{{ contact }}<"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
    }
    // The links of the page itself, and none from a name.
    let links = own.messages.iter().map(|m| m.html.as_ref().unwrap().expose().matches("<a ").count());
    assert_eq!(links.collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn names_make_no_lines_of_their_own() {
    let (plan, snapshot) = hostile();
    for message in messages(&plan, &snapshot, &options()).unwrap().messages {
        assert!(!message.subject.expose().contains(['\r', '\n']));
        let text = message.text.expose();
        assert!(!text.lines().any(|line| line.trim_start().starts_with("Bcc:")), "{text}");
        assert!(!text.contains('\u{202e}'));
    }
}

#[test]
fn names_are_text_in_hand_outs() {
    let (_, mut snapshot) = hostile();
    snapshot.eligibilities.push(eligible(10, &helpdesk()));
    let about =
        About { description: Some(NAME.into()), audience: Some(NAME.into()), owner: Some(NAME.into()) };
    let options = HandOutOptions {
        organisation: Some(NAME.into()),
        contact: Some(NAME.into()),
        about: [(helpdesk(), about)].into(),
    };
    let reference = crate::reference::Reference::builtin();
    let pages = hand_outs(&crate::desired::Target::default(), &snapshot, reference, &options);
    let (page, templates) = (&pages[0], Templates::default());
    let html = page.html(&templates).unwrap();
    assert!(
        html.contains("&lt;script&gt;") && !html.contains("<script") && !html.contains("href=\"https://evil")
    );
    let markdown = page.markdown(&templates).unwrap();
    assert!(
        !markdown.contains("<script")
            && !markdown.replace("\\]", "").contains("](javascript")
            && !markdown.contains("<a ")
    );
    assert!(!page.text(&templates).unwrap().lines().any(|line| line.trim_start().starts_with("Bcc:")));
}

#[test]
fn names_reach_no_error_and_no_log() {
    let (plan, snapshot) = hostile();
    let told = messages(&plan, &snapshot, &options()).unwrap();
    assert!(!format!("{told:?}").contains("Eve"));
}
