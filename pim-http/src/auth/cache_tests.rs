use std::{
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    time::Duration,
};

use async_trait::async_trait;
use futures::future::join_all;
use pim_core::error::ErrorKind;

use super::*;
use crate::{auth::Access, clock::PausedClock};

/// Numbers its tokens; each lasts an hour and takes a second. Fails while told to.
#[derive(Debug, Default)]
struct Issuer {
    issued: AtomicU32,
    failing: AtomicU32,
}

#[derive(Debug)]
struct Shared(Arc<Issuer>, Arc<dyn Clock>);

#[async_trait]
impl TokenProvider for Shared {
    fn access(&self) -> Option<Access> {
        None
    }

    fn can_step_up(&self) -> bool {
        true
    }

    async fn get_token(&self, request: &TokenRequest) -> Result<AccessToken> {
        let number = self.0.issued.fetch_add(1, SeqCst) + 1;
        tokio::time::sleep(Duration::from_secs(1)).await;
        if self.0.failing.load(SeqCst) > 0 {
            return Err(Error::new(ErrorKind::Unavailable, "the issuer is down").with_code("E1"));
        }
        let claims = request.claims.as_deref().unwrap_or_default();
        Ok(AccessToken::new(format!("t{number}{claims}"), Some(self.1.now() + Period::hours(1))))
    }
}

fn cache() -> (Arc<Issuer>, Arc<TokenCache>) {
    let issuer = Arc::new(Issuer::default());
    let clock: Arc<dyn Clock> = Arc::new(PausedClock::new());
    let provider = Arc::new(Shared(Arc::clone(&issuer), Arc::clone(&clock)));
    (issuer, Arc::new(TokenCache::new(provider, vec!["s".into()], clock)))
}

async fn minutes(n: u64) {
    tokio::time::sleep(Duration::from_secs(60 * n)).await;
}

fn text(token: Result<AccessToken>) -> String {
    token.unwrap().secret.into_inner()
}

#[tokio::test(start_paused = true)]
async fn many_callers_share_one_flight_even_when_the_first_gives_up() {
    let (issuer, cache) = cache();
    let first = tokio::spawn({
        let cache = Arc::clone(&cache);
        async move { cache.get(None).await }
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let others = join_all((0..32).map(|_| cache.get(None)));
    first.abort();
    let tokens: Vec<_> = others.await.into_iter().map(text).collect();
    assert!(tokens.iter().all(|token| token == "t2"), "{tokens:?}");
    assert_eq!(issuer.issued.load(SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failed_flight_fails_all_who_waited_and_is_not_repeated_by_each() {
    let (issuer, cache) = cache();
    issuer.failing.store(1, SeqCst);
    let all = join_all((0..32).map(|_| cache.get(None))).await;
    assert!(all.iter().all(|got| got.as_ref().unwrap_err().code() == Some("E1")));
    assert_eq!(issuer.issued.load(SeqCst), 1);
    issuer.failing.store(0, SeqCst);
    assert_eq!(text(cache.get(None).await), "t2", "a later caller tries again");
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_ahead_of_its_end_and_kept_while_that_fails() {
    let (issuer, cache) = cache();
    assert_eq!(text(cache.get(None).await), "t1");
    minutes(54).await;
    assert_eq!(text(cache.get(None).await), "t1");
    minutes(2).await;
    issuer.failing.store(1, SeqCst);
    assert_eq!(text(cache.get(None).await), "t1", "still good");
    assert_eq!(text(cache.get(None).await), "t1");
    assert_eq!(issuer.issued.load(SeqCst), 2, "no storm of renewals");
    issuer.failing.store(0, SeqCst);
    minutes(1).await;
    let both = join_all([cache.get(None), cache.get(None)]).await;
    let both: Vec<_> = both.into_iter().map(text).collect();
    assert_eq!(both, ["t3", "t1"], "one renews, the other goes on with what there is");
    minutes(61).await;
    assert_eq!(text(cache.get(None).await), "t4", "an ended token is never given");
}

#[tokio::test(start_paused = true)]
async fn a_stronger_token_is_kept_by_its_claims_and_serves_the_rest() {
    let (issuer, cache) = cache();
    let plain = cache.get(None).await.unwrap();
    assert_eq!(text(cache.step_up("{a}", &plain).await), "t2{a}");
    assert_eq!(text(cache.get(None).await), "t2{a}");
    assert_eq!(text(cache.step_up("{b}", &plain).await), "t3{b}");
    assert_eq!(text(cache.step_up("{a}", &plain).await), "t2{a}", "kept");
    let used = cache.get(Some("{a}")).await.unwrap();
    assert_eq!(text(cache.step_up("{a}", &used).await), "t4{a}", "one that was refused is not given again");
    assert_eq!(issuer.issued.load(SeqCst), 4);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once_for_all() {
    let (issuer, cache) = cache();
    let refused = cache.get(None).await.unwrap();
    let all = join_all((0..8).map(|_| cache.replace(&refused))).await;
    assert!(all.into_iter().map(text).all(|token| token == "t2"));
    assert_eq!(issuer.issued.load(SeqCst), 2);
}

#[test]
fn a_short_token_is_not_renewed_at_every_request() {
    let now = Timestamp::UNIX_EPOCH;
    let token = AccessToken::new("t", Some(now + Period::seconds(60)));
    assert!(state(&token, now, now) == State::Fresh);
    assert!(state(&token, now, now + Period::seconds(50)) == State::Ageing);
    assert!(state(&token, now, now + Period::seconds(55)) == State::Spent);
}
