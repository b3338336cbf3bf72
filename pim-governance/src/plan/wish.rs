//! What is wanted, checked and in one order: the same target gives the same plan however it is written.

use std::collections::BTreeMap;

use pim_core::{
    error::{Error, ErrorKind, Result},
    id::PrincipalId,
    policy::Rule,
    privilege::Privilege,
    review::NewReview,
    schedule::Level,
};

use super::{
    state::subject_of,
    web::{Map, Set},
};
use crate::desired::{Grant, Target};

/// Whose grant of what.
pub(super) type Key<'a> = (Level, &'a PrincipalId, &'a Privilege);

/// A target without contradictions.
#[derive(Debug)]
pub(super) struct Wishes<'a> {
    pub(super) target: &'a Target,
    /// By what they govern; each kind of rule once.
    pub(super) policies: BTreeMap<Privilege, Vec<Rule>>,
    pub(super) grants: Vec<&'a Grant>,
    pub(super) grant_at: Map<Key<'a>, usize>,
    pub(super) reviews: BTreeMap<&'a str, &'a NewReview>,
    pub(super) exclusive: Set<&'a Privilege>,
    waves: Map<&'a PrincipalId, usize>,
}

impl<'a> Wishes<'a> {
    pub(super) fn of(target: &'a Target) -> Result<Self> {
        let mut waves = Map::default();
        for (at, wave) in target.waves.iter().enumerate() {
            for principal in &wave.principals {
                waves.entry(principal).or_insert(at + 1);
            }
        }
        let (grants, grant_at) = grants(target)?;
        Ok(Self {
            target,
            policies: policies(target)?,
            grants,
            grant_at,
            reviews: reviews(target)?,
            exclusive: target.exclusive.iter().collect(),
            waves,
        })
    }

    /// In which wave somebody is changed; the last for whoever is in none.
    pub(super) fn wave(&self, principal: &PrincipalId) -> usize {
        self.waves.get(principal).copied().unwrap_or(self.target.waves.len() + 1)
    }

    /// The names of the waves.
    pub(super) fn wave_names(&self) -> Vec<String> {
        let named = self.target.waves.iter().map(|wave| wave.name.clone());
        std::iter::once("settings".to_owned()).chain(named).chain(["rest".to_owned()]).collect()
    }
}

fn policies(target: &Target) -> Result<BTreeMap<Privilege, Vec<Rule>>> {
    let mut policies: BTreeMap<Privilege, Vec<Rule>> = BTreeMap::new();
    for (privilege, rules) in &target.policies {
        let known = policies.entry(subject_of(privilege)).or_default();
        for rule in rules {
            match known.iter().find(|other| other.kind == rule.kind) {
                Some(same) if same.setting == rule.setting => {}
                Some(_) => {
                    return Err(contradiction("a rule of one policy is wanted in two ways: keep one")
                        .with_context("privilege", privilege)
                        .with_context("rule", &rule.kind));
                }
                None => known.push(rule.clone()),
            }
        }
    }
    for rules in policies.values_mut() {
        rules.sort_by(|a, b| a.kind.cmp(&b.kind));
    }
    Ok(policies)
}

type Grants<'a> = (Vec<&'a Grant>, Map<Key<'a>, usize>);

fn grants(target: &Target) -> Result<Grants<'_>> {
    let mut at: Map<Key<'_>, usize> = Map::default();
    let mut grants: Vec<&Grant> = Vec::with_capacity(target.grants.len());
    let mut sorted: Vec<&Grant> = target.grants.iter().collect();
    sorted
        .sort_by_cached_key(|grant| (grant.privilege.clone(), grant.principal.clone(), grant.level.clone()));
    for grant in sorted {
        let wrong = |message| {
            let error = contradiction(message).with_context("level", &grant.level);
            error.with_context("principal", &grant.principal).with_context("privilege", &grant.privilege)
        };
        if !matches!(grant.level, Level::Eligibility | Level::Assignment) {
            return Err(wrong("a grant is an eligibility or an assignment: no other kind can be planned"));
        }
        let key = (grant.level.clone(), &grant.principal, &grant.privilege);
        match at.get(&key) {
            Some(known)
                if (grants[*known].expiry, &grants[*known].condition) == (grant.expiry, &grant.condition) => {
            }
            Some(_) => return Err(wrong("a grant is wanted in two ways: keep one")),
            None => {
                at.insert(key, grants.len());
                grants.push(grant);
            }
        }
    }
    Ok((grants, at))
}

fn reviews(target: &Target) -> Result<BTreeMap<&str, &NewReview>> {
    let mut reviews = BTreeMap::new();
    for review in &target.reviews {
        if reviews.insert(&*review.name, review).is_some_and(|other| other != review) {
            // The name is the user's own word, but reviews are often called after people.
            let error = contradiction("two reviews of one name differ: call one otherwise");
            return Err(error.with_context("privilege", &review.scope.privilege));
        }
    }
    Ok(reviews)
}

fn contradiction(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
}
