use pim_core::time::Period;

use super::*;
use crate::plan::{Guarded, Remaining};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_788_249_600);

fn plan(wave: &str) -> Plan {
    Plan {
        version: Plan::VERSION,
        taken_at: NOW,
        tenant: None,
        guarded: Guarded::default(),
        waves: vec![wave.to_owned()],
        steps: Vec::new(),
        refused: Vec::new(),
        unread: Vec::new(),
        notices: Vec::new(),
        administrators: Remaining::default(),
    }
}

fn person(n: u8) -> PrincipalId {
    PrincipalId::from_guid([n; 16])
}

fn secret(n: u8) -> SigningSecret {
    SigningSecret::from_seed(&[n; 32])
}

fn approval(n: u8) -> Approval {
    sign(&plan("pilot"), &secret(n), person(n), NOW, Period::days(1))
}

fn demand(at_least: usize, approvals: impl IntoIterator<Item = Approval>) -> Demand {
    let keys = [1, 2, 3].map(|n| (person(n), secret(n).public())).into();
    Demand { keys, at_least, approvals: approvals.into_iter().collect() }
}

fn check(demand: &Demand) -> Result<()> {
    demand.check(&plan("pilot"), Some(&person(1)), NOW)
}

fn code(demand: &Demand) -> String {
    check(demand).unwrap_err().code().unwrap().to_owned()
}

#[test]
fn enough_others_must_approve_and_each_counts_once() {
    check(&demand(1, [approval(2)])).unwrap();
    check(&demand(2, [approval(2), approval(3)])).unwrap();
    assert_eq!(code(&demand(1, [])), NOT_APPROVED);
    assert_eq!(code(&demand(1, [approval(1)])), NOT_APPROVED, "whoever applies does not count");
    assert_eq!(code(&demand(2, [approval(2), approval(2)])), NOT_APPROVED);
    assert_eq!(code(&demand(2, [approval(1), approval(2)])), NOT_APPROVED);
    assert_eq!(check(&demand(0, [])).unwrap_err().kind(), ErrorKind::InvalidInput);
    let unknown = demand(1, [approval(2)]).check(&plan("pilot"), None, NOW).unwrap_err();
    assert_eq!(unknown.code(), Some(NOT_APPROVED), "who applies must be known");

    // Two names with one key are one person.
    let mut twice = demand(2, [approval(2)]);
    twice.keys.insert(person(3), secret(2).public());
    twice.approvals.push(sign(&plan("pilot"), &secret(2), person(3), NOW, Period::days(1)));
    assert_eq!(code(&twice), NOT_APPROVED);
}

#[test]
fn an_approval_is_good_for_one_plan_one_person_and_one_time() {
    let whose = |change: fn(&mut Approval)| {
        let mut approval = approval(2);
        change(&mut approval);
        demand(1, [approval])
    };
    // Everything that is said is signed.
    assert_eq!(code(&whose(|a| a.approver = person(3))), INVALID_APPROVAL);
    assert_eq!(code(&whose(|a| a.until = NOW + Period::days(9))), INVALID_APPROVAL);
    assert_eq!(code(&whose(|a| a.at = NOW - Period::days(9))), INVALID_APPROVAL);
    assert_eq!(code(&whose(|a| a.plan = hash_of(&plan("everybody")))), INVALID_APPROVAL);
    assert_eq!(code(&whose(|a| a.signature = STANDARD.encode([0; 64]))), INVALID_APPROVAL);
    assert_eq!(code(&whose(|a| a.signature.clear())), INVALID_APPROVAL);
    assert!(check(&whose(|a| a.version = 2)).is_err() && check(&whose(|a| a.format.clear())).is_err());

    let signed = |plan: &Plan, at, valid| sign(plan, &secret(2), person(2), at, valid);
    assert_eq!(code(&demand(1, [signed(&plan("everybody"), NOW, Period::days(1))])), INVALID_APPROVAL);
    let early = NOW - Period::days(2);
    assert_eq!(code(&demand(1, [signed(&plan("pilot"), early, Period::days(2))])), INVALID_APPROVAL);
    let late = NOW + Period::hours(1);
    assert_eq!(code(&demand(1, [signed(&plan("pilot"), late, Period::days(2))])), INVALID_APPROVAL);
    let stranger = sign(&plan("pilot"), &secret(9), person(9), NOW, Period::days(1));
    assert_eq!(code(&demand(1, [approval(2), stranger])), INVALID_APPROVAL, "one bad is a sign");
    let forged = sign(&plan("pilot"), &secret(9), person(2), NOW, Period::days(1));
    assert_eq!(code(&demand(1, [forged])), INVALID_APPROVAL);
}

#[test]
fn approvals_are_files() {
    let text = approval(2).to_json();
    assert_eq!(Approval::from_json(&text).unwrap(), approval(2));
    let newer = Approval::from_json(&text.replace("\"version\": 1", "\"version\": 2")).unwrap_err();
    assert_eq!(newer.kind(), ErrorKind::Unsupported);
    for text in ["", "{}", "[1]", &text.replace("pim-plan-approval", "else"), &text.replace("approver", "x")]
    {
        assert_eq!(Approval::from_json(text).unwrap_err().kind(), ErrorKind::Malformed, "{text}");
    }
}

#[test]
fn keys_are_read_in_every_form_they_are_written_in() {
    let made = secret(7);
    let pem = made.to_pem().unwrap();
    assert_eq!(SigningSecret::from_text(pem.expose()).unwrap().public(), made.public());
    let seed = STANDARD.encode([7; 32]);
    assert_eq!(SigningSecret::from_text(&seed).unwrap().public(), made.public());
    let public = made.public();
    assert_eq!(ApproverKey::from_text(&public.to_pem().unwrap()).unwrap(), public);
    assert_eq!(ApproverKey::from_text(&format!(" {}\n", public.to_base64())).unwrap(), public);
    let json = serde_json::to_string(&public).unwrap();
    assert_eq!(serde_json::from_str::<ApproverKey>(&json).unwrap(), public);

    // As `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` write them.
    let openssl = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    let public = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    assert_eq!(SigningSecret::from_text(openssl).unwrap().public(), ApproverKey::from_text(public).unwrap());

    assert_ne!(SigningSecret::generate().unwrap().public(), SigningSecret::generate().unwrap().public());
    // The neutral element signs everything.
    let weak = STANDARD.encode([&[1][..], &[0; 31]].concat());
    for text in ["", "?", weak.as_str(), "-----BEGIN PUBLIC KEY-----"] {
        assert!(ApproverKey::from_text(text).is_err(), "{text}");
    }
    for text in ["", "AAAA", public] {
        assert!(SigningSecret::from_text(text).is_err());
    }
}

#[test]
fn secrets_are_not_shown() {
    let shown = format!("{:?} {:?}", secret(7), secret(7).to_pem().unwrap());
    assert_eq!(shown, "SigningSecret(\"[redacted]\") [redacted]");
    let error = SigningSecret::from_text("hunter2").unwrap_err();
    assert!(!format!("{error:?}").contains("hunter2"));
}
