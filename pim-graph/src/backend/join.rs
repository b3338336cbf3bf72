//! Details of holders, looked up a thousand at a time instead of coming with each row.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use futures::{StreamExt, future::try_join_all, stream};
use pim_core::{
    error::{Error, ErrorKind, Result},
    id::PrincipalId,
};
use pim_http::odata::Page;
use serde::Serialize;

use super::{connection::Connection, held::Held, list::Pages};
use crate::{
    convert::{self, Sharing},
    endpoints::{Repeat, directory},
};

/// The same list with details that come with each row.
pub(super) type WithRows<T> = Box<dyn FnOnce() -> Pages<T> + Send>;

/// More ids a look-up does not take.
const MOST_IDS: usize = 1000;
/// So many pages wait at most until a look-up is full.
const MOST_PAGES: usize = 32;
/// So many look-ups are under way at once, pages waiting for each.
const AT_ONCE: usize = 4;

/// Puts the details to rows that came without, and keeps their order. Where looking up is not permitted, the list
/// is read the other way instead, as nothing of it was given out yet.
pub(super) fn joined<T: Held>(
    connection: Connection,
    sharing: Sharing,
    plain: Pages<T>,
    with_rows: Option<WithRows<T>>,
) -> Pages<T> {
    let begin = async move {
        let mut windows = windows(plain, sharing.clone()).boxed();
        let Some(first) = windows.next().await else { return stream::empty().boxed() };
        let first = match (described(&connection, &sharing, first).await, with_rows) {
            (Err(error), Some(with_rows)) if error.kind() == ErrorKind::PermissionDenied => {
                connection.remember_refusal();
                return with_rows();
            }
            (first, _) => first,
        };
        let later = windows.map(move |window| {
            let (connection, sharing) = (connection.clone(), sharing.clone());
            async move { described(&connection, &sharing, window).await }
        });
        let windows = stream::once(async { first }).chain(later.buffered(AT_ONCE));
        windows.flat_map(|window| stream::iter(window.unwrap_or_else(|error| vec![Err(error)]))).boxed()
    };
    stream::once(begin).flatten().boxed()
}

/// Pages that are looked up together, and the error behind them that ends the list.
struct Window<T> {
    pages: Vec<Page<T>>,
    unknown: HashSet<PrincipalId>,
    error: Option<Error>,
}

fn windows<T: Held>(pages: Pages<T>, sharing: Sharing) -> impl futures::Stream<Item = Window<T>> + Send {
    stream::unfold((pages.fuse(), sharing), |(mut pages, sharing)| async {
        let mut window = Window { pages: Vec::new(), unknown: HashSet::new(), error: None };
        while window.unknown.len() < MOST_IDS && window.pages.len() < MOST_PAGES {
            match pages.next().await {
                None => break,
                Some(Err(error)) => {
                    window.error = Some(error);
                    break;
                }
                Some(Ok(page)) => {
                    let bare = page.items.iter().filter(|row| row.holder().is_none());
                    let unknown = bare.map(Held::principal).filter(|id| sharing.holder(id).is_none());
                    window.unknown.extend(unknown.cloned());
                    window.pages.push(page);
                }
            }
        }
        let over = window.pages.is_empty() && window.error.is_none();
        (!over).then_some((window, (pages, sharing)))
    })
}

/// The pages with their details; a holder whom the directory does not have stays without.
async fn described<T: Held>(
    connection: &Connection,
    sharing: &Sharing,
    window: Window<T>,
) -> Result<Vec<Result<Page<T>>>> {
    let unknown: Vec<_> = window.unknown.into_iter().collect();
    let found = try_join_all(unknown.chunks(MOST_IDS).map(|ids| look_up(connection, sharing, ids))).await?;
    let found: HashMap<_, _> =
        found.into_iter().flatten().map(|holder| (holder.id.clone(), holder)).collect();
    let describe = |mut page: Page<T>| {
        for row in &mut page.items {
            let holder = found.get(row.principal()).cloned().or_else(|| sharing.holder(row.principal()));
            let role = row.role_id().and_then(|id| sharing.role(id));
            row.describe(holder, role);
        }
        Ok(page)
    };
    let error = window.error.map(Err);
    Ok(window.pages.into_iter().map(describe).chain(error).collect())
}

async fn look_up(
    connection: &Connection,
    sharing: &Sharing,
    ids: &[PrincipalId],
) -> Result<Vec<Arc<pim_core::principal::Principal>>> {
    #[derive(Serialize)]
    struct Wanted<'a> {
        ids: &'a [PrincipalId],
    }
    let call = directory::by_ids().act_with(connection.root(), &Wanted { ids }, Repeat::Safe)?;
    let reply = connection.send(call).await?;
    Ok(convert::holders(&reply.body, sharing)?.items)
}
