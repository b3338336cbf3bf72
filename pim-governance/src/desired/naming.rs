//! Rules for names, so that audit logs can be read.

use regex::{Regex, RegexBuilder};

use super::{
    Design, DesignFault, FaultKind, Named, Place,
    document::{join, words},
};
use crate::snapshot::Snapshot;

/// More than any rule for a name needs, and little enough to be held for each.
const MOST_BYTES: usize = 1 << 20;

/// A name that breaks a rule. Prints in plain words, with the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamingFault {
    /// What has the name.
    pub of: Named,
    /// Where: a path in the design, or the id of the thing in the tenant.
    pub subject: String,
    /// Where in the design's file, if it came from one and the name is in it.
    pub place: Option<Place>,
    /// The name.
    pub name: String,
    /// The rule, in its own words where it has any, else as a pattern.
    pub rule: String,
}

impl std::fmt::Display for NamingFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        write!(f, "{}: {} breaks the rule: {}", self.subject, words::quote(&self.name), self.rule)
    }
}

/// The rules of a design, ready to be used.
#[derive(Clone, Debug)]
pub struct NamingRules {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    of: Named,
    pattern: Regex,
    says: String,
    except: Vec<String>,
}

impl NamingRules {
    /// The rules of a design.
    ///
    /// # Errors
    /// A fault for each pattern that is none. A design that was read from a file has no such.
    pub fn of(design: &Design) -> Result<Self, Vec<DesignFault>> {
        let mut rules = Vec::new();
        let mut faults = Vec::new();
        for (at, rule) in design.naming.iter().enumerate() {
            let whole =
                RegexBuilder::new(&format!(r"\A(?:{})\z", rule.pattern)).size_limit(MOST_BYTES).build();
            // A pattern that is whole only between the brackets is none, such as `a)|(b`.
            let own = RegexBuilder::new(&rule.pattern).size_limit(MOST_BYTES).build();
            match (whole, own) {
                (Ok(pattern), Ok(_)) => rules.push(Rule {
                    of: rule.of,
                    pattern,
                    says: rule.says.clone().unwrap_or_else(|| format!("it must match {}", rule.pattern)),
                    except: rule.except.clone(),
                }),
                _ => {
                    let path = format!("naming[{at}].pattern");
                    let message = "expected a regular expression (without look-around and back-references)";
                    let place = design.places.find(&path);
                    faults.push(DesignFault { place, ..DesignFault::new(FaultKind::Value, path, message) });
                }
            }
        }
        if faults.is_empty() { Ok(Self { rules }) } else { Err(faults) }
    }

    /// The rule that a text breaks, in words; `None` where it breaks none. For justifications and tickets as they
    /// come in.
    pub fn broken_by(&self, of: Named, text: &str) -> Option<&str> {
        let broken = |rule: &&Rule| {
            let spared = rule.except.iter().any(|except| except.to_lowercase() == text.to_lowercase());
            rule.of == of && !spared && !rule.pattern.is_match(text)
        };
        self.rules.iter().find(broken).map(|rule| rule.says.as_str())
    }

    /// The names in a design that break a rule: of groups, units, reviews, templates and waves.
    pub fn lint(&self, design: &Design) -> Vec<NamingFault> {
        let mut names = Vec::new();
        for (at, row) in design.roles.iter().enumerate() {
            names.extend(
                row.group.iter().map(|name| (Named::PrivilegedGroups, format!("roles[{at}].group"), name)),
            );
            names.extend(row.unit.iter().map(|name| (Named::Units, format!("roles[{at}].unit"), name)));
        }
        let indexed = |list: &str, at: usize, key: &str| format!("{list}[{at}].{key}");
        let groups = design.groups.iter().enumerate();
        names.extend(
            groups.map(|(at, it)| (Named::PrivilegedGroups, indexed("groups", at, "group"), &it.group)),
        );
        let units = design.units.iter().enumerate();
        names.extend(units.map(|(at, it)| (Named::Units, indexed("units", at, "unit"), &it.unit)));
        let reviews = design.reviews.iter().enumerate();
        names.extend(reviews.map(|(at, it)| (Named::Reviews, indexed("reviews", at, "name"), &it.name)));
        let waves = design.waves.iter().enumerate();
        names.extend(waves.map(|(at, it)| (Named::Waves, indexed("waves", at, "name"), &it.name)));
        names.extend(design.templates.keys().map(|name| (Named::Templates, join("templates", name), name)));
        let is_id = |name: &str| name.parse::<pim_core::id::GroupId>().is_ok_and(|id| id.guid().is_some());
        let named = names.into_iter().filter(|(_, _, name)| !is_id(name));
        named
            .filter_map(|(of, subject, name)| {
                let place = design.places.find(&subject);
                self.fault(of, subject, name).map(|fault| NamingFault { place, ..fault })
            })
            .collect()
    }

    /// The names in a tenant that break a rule: of groups that PIM manages or that may hold Entra roles, of
    /// administrative units, and of reviews.
    pub fn lint_tenant(&self, snapshot: &Snapshot) -> Vec<NamingFault> {
        let privileged =
            snapshot.groups.iter().filter(|group| group.role_assignable || group.under_pim == Some(true));
        let groups = privileged.map(|group| (Named::PrivilegedGroups, group.id.to_string(), &group.name));
        let units = snapshot.units.iter().map(|unit| (Named::Units, unit.id.to_string(), &unit.name));
        let reviews = snapshot.reviews.iter();
        let reviews = reviews.map(|review| (Named::Reviews, review.id.to_string(), &review.definition.name));
        groups.chain(units).chain(reviews).filter_map(|(of, id, name)| self.fault(of, id, name)).collect()
    }

    fn fault(&self, of: Named, subject: String, name: &str) -> Option<NamingFault> {
        let rule = self.broken_by(of, name)?.to_owned();
        Some(NamingFault { of, subject, place: None, name: name.to_owned(), rule })
    }
}

#[cfg(test)]
mod tests {
    use pim_core::{
        directory::{AdministrativeUnit, Group},
        id::{GroupId, UnitId},
        time::Timestamp,
    };

    use super::*;

    const TEXT: &str = "\
version: 1
roles: [{ group: Helpdesk }, { group: PIM-Exchange }, { group: 00000000-0000-0000-0000-000000000001 }]
templates: { Strict Ones: {}, plain: {} }
waves: [{ name: first, members: [] }]
naming:
  - { of: privileged_groups, pattern: PIM-.+, says: Groups begin with PIM-., except: [legacy admins] }
  - { of: templates, pattern: '[a-z]+' }
  - { of: tickets, pattern: 'INC[0-9]+|CHG[0-9]+' }
";

    fn rules(text: &str) -> (Design, NamingRules) {
        let design = Design::from_yaml(text).unwrap_or_else(|error| panic!("{error}"));
        let rules = NamingRules::of(&design).unwrap();
        (design, rules)
    }

    #[test]
    fn names_of_a_design_are_linted_where_they_stand() {
        let (design, rules) = rules(TEXT);
        let told: Vec<_> = rules.lint(&design).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "line 2, column 18: roles[0].group: `Helpdesk` breaks the rule: Groups begin with PIM-.",
                "line 3, column 27: templates.Strict Ones: `Strict Ones` breaks the rule: it must match [a-z]+",
            ]
        );
    }

    #[test]
    fn names_of_a_tenant_are_linted_by_id() {
        let (_, rules) = rules(TEXT);
        let group = |n: u8, name: &str, role_assignable| {
            let mut group = Group::new(GroupId::from_guid([n; 16]), name.into());
            group.role_assignable = role_assignable;
            group
        };
        let snapshot = Snapshot::builder(Timestamp::UNIX_EPOCH)
            .groups([group(1, "Sales", false), group(2, "Admins", true), group(3, "Legacy Admins", true)])
            .units([AdministrativeUnit::new(UnitId::from_guid([4; 16]), "x".into())])
            .build();
        let faults = rules.lint_tenant(&snapshot);
        let told: Vec<_> = faults.iter().map(|fault| (fault.subject.as_str(), fault.name.as_str())).collect();
        assert_eq!(told, [("02020202-0202-0202-0202-020202020202", "Admins")]);
    }

    #[test]
    fn a_pattern_is_for_the_whole_text() {
        let (_, rules) = rules(TEXT);
        for (ticket, fits) in
            [("INC42", true), ("CHG1", true), ("see INC42", false), ("INC42\n", false), ("", false)]
        {
            assert_eq!(rules.broken_by(Named::Tickets, ticket).is_none(), fits, "{ticket:?}");
        }
        assert_eq!(rules.broken_by(Named::Justifications, "x"), None);
        let mut design = Design::default();
        for pattern in ["a)|(b", "(", "a{1000}{1000}{1000}"] {
            let rule = crate::desired::NamingRule {
                of: Named::Units,
                pattern: pattern.into(),
                says: None,
                except: vec![],
            };
            design.naming = vec![rule];
            assert!(NamingRules::of(&design).is_err(), "{pattern}");
        }
    }
}
