use std::{
    fmt::Write,
    sync::{Arc, Mutex},
};

use http::{HeaderValue, Method};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use super::{log::shown_address, *};
use crate::{
    auth::{Access, StaticToken},
    transport::{Answer, ScriptedTransport},
};

/// Every event, with every field, as text.
#[derive(Clone, Default)]
struct Capture(Arc<Mutex<String>>);

impl Visit for Capture {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0.lock().unwrap(), " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Capture {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("pim_http")
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
        self.0.lock().unwrap().push('\n');
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[test]
fn logs_and_errors_hold_no_secret_and_no_name() {
    const SECRETS: &[&str] = &["s3cret", "Vance", "adele", "INC-4711", "because", "c00kie", "skipped"];
    let log = Capture::default();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let mut told = String::new();
    tracing::subscriber::with_default(log.clone(), || {
        runtime.block_on(async {
            let body = r#"{"error":{"code":"Refused","message":"Adele Vance (adele@contoso.com) may not, because s3cret"}}"#;
            for answer in [
                Answer::json(200, r#"{"name":"Vance"}"#).header("set-cookie", "c00kie"),
                Answer::json(403, body),
                Answer::json(500, body),
                Answer::json(401, body).header("www-authenticate", "Bearer realm=\"adele\""),
                Answer::json(429, body).header("retry-after", "7"),
                Answer::status(302).header("location", "https://adele.example/?s3cret"),
                Answer::reset(),
                Answer::json(201, r#"{"name":"Vance"#),
            ] {
                let transport = ScriptedTransport::new((0..20).map(|_| answer.clone()));
                let token = StaticToken::new("s3cret", None, Access::Delegated);
                let service = Service::paused(transport, token, ServiceOptions::default());
                let address = "/v1.0/users/adele@contoso.com/x(on='Vance')?$filter=n%20eq%20'Vance'&$top=5&$skiptoken=skipped&adele@x=1";
                let json = r#"{"justification":"because","ticketInfo":{"ticketNumber":"INC-4711"}}"#;
                for call in [Call::get(address), Call::write(Method::POST, address, json)] {
                    let call = call.header(http::header::COOKIE, HeaderValue::from_static("c00kie"));
                    match service.call(call.clone()).await {
                        Ok(reply) => {
                            let error = reply.error().map(|e| e.into_error(pim_core::error::ErrorKind::PermissionDenied, "no"));
                            write!(told, "{reply:?} {error:?} {call:?} {:?}", reply.read_error()).unwrap();
                            write!(told, "{:?}", reply.json::<u32>().map_err(|e| e.to_string())).unwrap();
                        }
                        Err(error) => writeln!(told, "{error} {error:?}").unwrap(),
                    }
                }
                writeln!(told, "{service:?}").unwrap();
            }
        });
    });
    let log = log.0.lock().unwrap();
    for shown in ["$top=5", "retry-after=7", "connection reset", "status=403", "client_request_id"] {
        assert!(log.contains(shown), "{shown} is missing: {log}");
    }
    for secret in SECRETS {
        assert!(!log.contains(secret), "{secret} in the log: {log}");
        assert!(!told.contains(secret), "{secret} in errors: {told}");
    }
}

#[test]
fn an_address_is_shown_with_ids_and_without_the_rest() {
    let address = "https://h/v1.0/roleManagement/x/62e90394-69f5/f(on='p')?api-version=2020-10-01&%24select=id&$filter=a";
    assert_eq!(
        shown_address(&address.parse().unwrap()),
        "h/v1.0/roleManagement/x/62e90394-69f5/…?api-version=2020-10-01&$select=id&$filter=…"
    );
}
