//! Messages of a rollout, sent through Graph to the emulator.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests panic too

use std::sync::Arc;

use pim_core::{
    backend::BackendInfo,
    error::ErrorKind,
    id::{PrincipalId, RoleId},
    mail::{Mail, Notifier},
    privilege::Privilege,
};
use pim_embedded::seed::{Seed, id_of};
use pim_emulator::{Emulator, Fault, FaultKind, Logged, NewToken, Options};
use pim_governance::rollout::{Message, NotifyOptions, Outcome, notify};
use pim_graph::{GraphBackend, backend::GraphMail, capability::TokenKind};
use pim_http::{
    auth::{Access, StaticToken},
    pipeline::{Service, ServiceOptions},
    transport::ReqwestTransport,
};

struct Stage {
    emulator: Emulator,
    mail: GraphMail,
}

impl Stage {
    async fn new(sender: &str) -> Self {
        let seed = Seed::builder()
            .now("2026-09-01T08:00:00Z".parse().unwrap())
            .users(["root", "nobox"])
            .user_with("sender", |user| user.mail = Some("sender@contoso.example".into()))
            .standing("root", Privilege::role(RoleId::GLOBAL_ADMINISTRATOR))
            .application("robot")
            .build()
            .unwrap();
        let emulator = Emulator::start(seed, Options::default()).await.unwrap();
        let roles = Some(["Mail.Send".to_owned()].into());
        let token =
            emulator.token(NewToken { app: Some(id_of("robot")), roles, ..NewToken::default() }).unwrap();
        let service = Service::new(
            emulator.graph().parse().unwrap(),
            Arc::new(ReqwestTransport::new().unwrap()),
            Arc::new(StaticToken::new(token, None, Access::Application)),
            vec!["graph".into()],
            ServiceOptions::default(),
        );
        let backend =
            GraphBackend::known(service, BackendInfo::new("graph"), TokenKind::Application).unwrap();
        Self { emulator, mail: backend.mail_from(id_of(sender)) }
    }

    fn sent(&self) -> Vec<Logged> {
        let log = self.emulator.requests().into_iter();
        log.filter(|request| request.address.ends_with("/sendMail")).collect()
    }
}

fn mail() -> Mail {
    Mail::new("m-1", "emma@contoso.example".parse().unwrap(), "Grüße", "Hello".to_owned()).unwrap()
}

#[tokio::test]
async fn a_mail_goes_out_once_and_is_not_kept() {
    let stage = Stage::new("sender").await;
    stage.mail.send(&mail()).await.unwrap();
    let sent = stage.sent();
    assert_eq!(sent.len(), 1);
    let body = sent[0].body.as_ref().unwrap();
    assert_eq!(body["saveToSentItems"], false);
    assert_eq!(body["message"]["subject"], "Grüße");
    assert_eq!(body["message"]["toRecipients"][0]["emailAddress"]["address"], "emma@contoso.example");
}

#[tokio::test]
async fn a_lost_reply_is_uncertain_and_not_sent_again() {
    for fault in [FaultKind::ResetAfter, FaultKind::ResetBefore] {
        let stage = Stage::new("sender").await;
        stage.emulator.fault(Fault { times: Some(1), ..Fault::new(fault) });
        let error = stage.mail.send(&mail()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(stage.sent().len(), 1, "{error}");
        assert!(!error.to_string().contains("emma"), "{error}");
    }
}

#[tokio::test]
async fn a_throttled_mail_is_sent_when_the_service_says_so() {
    let stage = Stage::new("sender").await;
    let throttle = FaultKind::Throttle { retry_after: Some("0".into()) };
    stage.emulator.fault(Fault { times: Some(1), ..Fault::new(throttle) });
    stage.mail.send(&mail()).await.unwrap();
    let effects: Vec<_> = stage.sent().iter().map(|request| request.took_effect).collect();
    assert_eq!(effects, [false, true]);
}

#[tokio::test]
async fn a_sender_without_a_mailbox_is_refused_in_plain_words() {
    let error = Stage::new("nobox").await.mail.send(&mail()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some("MailboxNotEnabledForRESTAPI")));
}

#[tokio::test]
async fn what_was_lost_in_one_run_is_not_sent_in_the_next() {
    let stage = Stage::new("sender").await;
    stage.emulator.fault(Fault { times: Some(1), ..Fault::new(FaultKind::ResetAfter) });
    let mut message = Message::new("m-1", PrincipalId::from_guid([1; 16]), "Hello", "Hello".to_owned());
    message.address = Some("emma@contoso.example".parse().unwrap());
    let messages = [message];
    let first = notify(&stage.mail, &messages, &NotifyOptions::default(), |_| {}).await;
    assert_eq!(first[0].outcome, Outcome::Uncertain);
    let options = NotifyOptions { before: &first, ..NotifyOptions::default() };
    let second = notify(&stage.mail, &messages, &options, |_| {}).await;
    assert_eq!(second[0].outcome, Outcome::SentBefore);
    assert_eq!(stage.sent().len(), 1);
}
