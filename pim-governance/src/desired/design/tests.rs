use super::*;
use crate::desired::DesignErrors;

fn faults(text: &str) -> Vec<String> {
    match Design::from_yaml(text) {
        Ok(_) => Vec::new(),
        Err(DesignErrors { faults, .. }) => faults.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn every_fault_is_told_at_once_with_its_place() {
    let text = "\
version: 1
min_administrators: two
templats: {}
templates:
  strict: { settings: { activation: { max: 1 hour-ish, mfa: yes, aprovers: [] } } }
roles:
  - rol: Global Administrator
    assignment: eligable
    description:
    eligible: [Emma, { who: 7, untl: never }, [x]]
  - role: User Administrator
    role: Global Reader
    eligible: emma
    exclusive: \"true\"
reviews:
  - every: quartr
    days: 1e999
";
    assert_eq!(
        faults(text),
        [
            "line 2, column 21: min_administrators: expected a whole number, found text",
            "line 3, column 1: templats: there is no key `templats` here; did you mean `templates`?",
            "line 5, column 44: templates.strict.settings.activation.max: expected a length of time, such as 30min, \
             10h, 365d or PT10H",
            "line 5, column 61: templates.strict.settings.activation.mfa: expected true or false, found text; \
             without quotes",
            "line 5, column 66: templates.strict.settings.activation.aprovers: there is no key `aprovers` here; did \
             you mean `approvers`?",
            "line 7, column 5: roles[0].rol: there is no key `rol` here; did you mean `role`?",
            "line 8, column 17: roles[0].assignment: `eligable` is not a word for this; did you mean `eligible`?",
            "line 9, column 16: roles[0].description: expected text, found nothing; leave the key out, or write a \
             value",
            "line 10, column 29: roles[0].eligible[1].who: expected text, found a number; put it in quotes",
            "line 10, column 32: roles[0].eligible[1].untl: there is no key `untl` here; did you mean `until`?",
            "line 10, column 47: roles[0].eligible[2]: expected text, or keys with values, found a list",
            "line 12, column 5: roles[1].role: this key is there twice; the other one is at line 11, column 5",
            "line 13, column 15: roles[1].eligible: expected a list, found text; write [ ... ], or one item on each \
             line after `- `",
            "line 14, column 16: roles[1].exclusive: expected true or false, found text; without quotes",
            "line 16, column 5: reviews[0]: the key `name` is missing",
            "line 16, column 12: reviews[0].every: `quartr` is not a word for this; did you mean `quarter`?",
            "line 17, column 11: reviews[0].days: expected a whole number, found a number that is not whole",
        ]
    );
}
