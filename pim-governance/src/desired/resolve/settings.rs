//! What a row's settings come to, through templates, and the rules that say it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pim_core::{
    id::ContextId,
    policy::{
        ApprovalMode, ApprovalSetting, Approver, NotificationLevel, NotificationSetting, Policy, Requirement,
        Rule, RuleKind, Setting,
    },
};

use crate::desired::design::{GrantSettings, Longest, Mail, MailLevel, Settings, Template};

/// Templates with everything that they inherit.
pub(super) struct Templates(HashMap<String, Settings>);

/// Why a template can't be used.
pub(super) enum TemplateFault {
    /// It extends one that does not exist.
    Unknown { template: String, extends: String },
    /// It extends itself, through these.
    Cycle { template: String, through: Vec<String> },
}

impl Templates {
    /// Each template with what it inherits, and every fault once. A template at fault has its own settings only.
    pub(super) fn new(templates: &BTreeMap<String, Template>) -> (Self, Vec<TemplateFault>) {
        let mut whole = HashMap::new();
        let mut faults = Vec::new();
        for name in templates.keys() {
            let (settings, fault) = inherit(name, templates);
            whole.insert(name.clone(), settings);
            faults.extend(fault);
        }
        (Self(whole), faults)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Settings> {
        self.0.get(name)
    }
}

/// A template's settings over those that it extends, and what keeps it from more. A circle is told once, for the
/// first name in it; a template that does not exist, where it is named.
fn inherit(name: &str, templates: &BTreeMap<String, Template>) -> (Settings, Option<TemplateFault>) {
    let mut chain = vec![name];
    let mut settings = Settings::default();
    let mut next = templates.get(name);
    while let Some(template) = next.take() {
        settings = settings.over(&template.settings);
        let Some(parent) = template.extends.as_deref() else { break };
        if chain.contains(&parent) {
            let is_told_here = parent == name && chain.iter().min() == Some(&name);
            let through = chain.iter().map(|name| (*name).to_owned()).collect();
            let fault = TemplateFault::Cycle { template: name.to_owned(), through };
            return (settings, is_told_here.then_some(fault));
        }
        if !templates.contains_key(parent) && chain.len() == 1 {
            let fault = TemplateFault::Unknown { template: name.to_owned(), extends: parent.to_owned() };
            return (settings, Some(fault));
        }
        chain.push(parent);
        next = templates.get(parent);
    }
    (settings, None)
}

/// What settings name, looked up.
#[derive(Default)]
pub(super) struct Lookups {
    /// `None` where the settings name no context; inside, `None` for none.
    pub(super) context: Option<Option<ContextId>>,
    pub(super) approvers: Option<Vec<Approver>>,
    /// Addresses of each mail, by the rule.
    pub(super) addresses: HashMap<RuleKind, Vec<String>>,
}

/// The rules that settings name, each whole: what it says besides comes from the policy that stands.
pub(super) fn rules(settings: &Settings, found: &Lookups, standing: &Policy) -> Vec<Rule> {
    let mut rules = Vec::new();
    activation(settings, found, standing, &mut rules);
    grants(
        &settings.eligible,
        (RuleKind::ExpirationAdminEligibility, RuleKind::EnablementAdminEligibility),
        standing,
        &mut rules,
    );
    grants(
        &settings.active,
        (RuleKind::ExpirationAdminAssignment, RuleKind::EnablementAdminAssignment),
        standing,
        &mut rules,
    );
    for (kind, mail) in mails(settings) {
        let addresses = found.addresses.get(&kind);
        let setting = Setting::Notification(notification(mail, addresses, standing.setting(&kind)));
        rules.push(Rule { kind, setting });
    }
    rules
}

/// The mails that settings name, each with its rule.
pub(super) fn mails(settings: &Settings) -> Vec<(RuleKind, &Mail)> {
    let of = &settings.notifications;
    let all = [
        (RuleKind::NotificationAdminAdminEligibility, &of.eligible.administrators),
        (RuleKind::NotificationRequestorAdminEligibility, &of.eligible.holder),
        (RuleKind::NotificationApproverAdminEligibility, &of.eligible.approvers),
        (RuleKind::NotificationAdminAdminAssignment, &of.active.administrators),
        (RuleKind::NotificationRequestorAdminAssignment, &of.active.holder),
        (RuleKind::NotificationApproverAdminAssignment, &of.active.approvers),
        (RuleKind::NotificationAdminEndUserAssignment, &of.activation.administrators),
        (RuleKind::NotificationRequestorEndUserAssignment, &of.activation.holder),
        (RuleKind::NotificationApproverEndUserAssignment, &of.activation.approvers),
    ];
    all.into_iter().filter_map(|(kind, mail)| Some((kind, mail.as_ref()?))).collect()
}

fn activation(settings: &Settings, found: &Lookups, standing: &Policy, rules: &mut Vec<Rule>) {
    let wanted = &settings.activation;
    if let Some(max) = wanted.max {
        let setting = Setting::Expiration { required: true, max: Some(max.0) };
        rules.push(Rule { kind: RuleKind::ExpirationEndUserAssignment, setting });
    }
    // MFA and a context exclude each other: who asks for the one takes the other away.
    let context_on = matches!(found.context, Some(Some(_)));
    let mfa = if context_on { Some(false) } else { wanted.mfa };
    let kind = RuleKind::EnablementEndUserAssignment;
    let before = required(standing, &kind);
    let mut after = before.clone();
    set(&mut after, Requirement::Mfa, mfa);
    set(&mut after, Requirement::Justification, wanted.justification);
    set(&mut after, Requirement::Ticketing, wanted.ticket);
    let named = wanted.mfa.is_some() || wanted.justification.is_some() || wanted.ticket.is_some();
    if named || before != after {
        rules.push(Rule { kind, setting: Setting::Enablement { required: after } });
    }
    if wanted.approval.is_some() || found.approvers.is_some() {
        let setting = Setting::Approval(approval(settings, found, standing));
        rules.push(Rule { kind: RuleKind::ApprovalEndUserAssignment, setting });
    }
    let kind = RuleKind::AuthenticationContextEndUserAssignment;
    let kept = match standing.setting(&kind) {
        Some(Setting::AuthenticationContext { enabled, context }) => (*enabled, context.clone()),
        _ => (false, None),
    };
    match &found.context {
        Some(Some(context)) => {
            let setting = Setting::AuthenticationContext { enabled: true, context: Some(context.clone()) };
            rules.push(Rule { kind, setting });
        }
        Some(None) => {
            rules.push(Rule {
                kind,
                setting: Setting::AuthenticationContext { enabled: false, context: kept.1 },
            });
        }
        None if mfa == Some(true) && kept.0 => {
            rules.push(Rule {
                kind,
                setting: Setting::AuthenticationContext { enabled: false, context: kept.1 },
            });
        }
        None => {}
    }
}

fn approval(settings: &Settings, found: &Lookups, standing: &Policy) -> ApprovalSetting {
    let mut setting = match standing.setting(&RuleKind::ApprovalEndUserAssignment) {
        Some(Setting::Approval(setting)) => setting.clone(),
        _ => ApprovalSetting::none(),
    };
    let named = found.approvers.as_ref().is_some_and(|approvers| !approvers.is_empty());
    setting.required = settings.activation.approval.unwrap_or(named || setting.required);
    if let Some(approvers) = &found.approvers {
        // Who approves is said as a whole, so it is one stage.
        let mut fresh = ApprovalSetting::by(approvers.iter().cloned());
        if let Some(stage) = setting.stages.first() {
            for new in &mut fresh.stages {
                new.timeout_days = stage.timeout_days;
                new.approver_justification = stage.approver_justification;
            }
        }
        (setting.mode, setting.stages) = (fresh.mode, fresh.stages);
    } else if setting.required && setting.stages.is_empty() {
        setting.stages = ApprovalSetting::none().stages;
    }
    if setting.required && setting.mode == ApprovalMode::NoApproval {
        setting.mode = ApprovalSetting::none().mode;
    }
    setting
}

fn grants(
    wanted: &GrantSettings,
    (expiration, enablement): (RuleKind, RuleKind),
    standing: &Policy,
    rules: &mut Vec<Rule>,
) {
    let max = match standing.setting(&expiration) {
        Some(Setting::Expiration { max, .. }) => *max,
        _ => None,
    };
    let setting = match wanted.longest {
        Some(Longest::Unlimited) => Some(Setting::Expiration { required: false, max }),
        Some(Longest::Length(length)) => Some(Setting::Expiration { required: true, max: Some(length.0) }),
        None => None,
    };
    rules.extend(setting.map(|setting| Rule { kind: expiration, setting }));
    if wanted.mfa.is_some() || wanted.justification.is_some() {
        let mut needed = required(standing, &enablement);
        set(&mut needed, Requirement::Mfa, wanted.mfa);
        set(&mut needed, Requirement::Justification, wanted.justification);
        rules.push(Rule { kind: enablement, setting: Setting::Enablement { required: needed } });
    }
}

fn notification(
    wanted: &Mail,
    addresses: Option<&Vec<String>>,
    standing: Option<&Setting>,
) -> NotificationSetting {
    let mut setting = match standing {
        Some(Setting::Notification(setting)) => setting.clone(),
        _ => NotificationSetting::default(),
    };
    if let Some(level) = wanted.level {
        setting.level = match level {
            MailLevel::None => NotificationLevel::None,
            MailLevel::Critical => NotificationLevel::Critical,
            MailLevel::All => NotificationLevel::All,
        };
    }
    if let Some(usual) = wanted.default_recipients {
        setting.default_recipients = usual;
    }
    if let Some(addresses) = addresses {
        setting.recipients = addresses.iter().cloned().map(Into::into).collect();
    }
    setting
}

fn required(standing: &Policy, kind: &RuleKind) -> BTreeSet<Requirement> {
    match standing.setting(kind) {
        Some(Setting::Enablement { required }) => required.clone(),
        _ => BTreeSet::new(),
    }
}

fn set(required: &mut BTreeSet<Requirement>, requirement: Requirement, wanted: Option<bool>) {
    match wanted {
        Some(true) => {
            required.insert(requirement);
        }
        Some(false) => {
            required.remove(&requirement);
        }
        None => {}
    }
}
