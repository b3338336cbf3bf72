//! The next link, read from the head of a page before its items are in.

/// What the beginning of a page tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// The link comes before the items, and here it is.
    Link(String),
    /// The items come first, or this is no page: only the whole tells.
    Behind,
    /// It goes on behind what is in.
    More,
}

/// Reads members of the outermost object up to the items. Links of nested objects, which follow those of expanded
/// collections, have the same name but do not count.
pub(super) fn head(page: &[u8]) -> Head {
    let mut at = Scan { rest: page };
    match at.members() {
        Ok(head) => head,
        Err(Stop::More) => Head::More,
        Err(Stop::Wrong) => Head::Behind,
    }
}

enum Stop {
    More,
    Wrong,
}

struct Scan<'a> {
    rest: &'a [u8],
}

impl<'a> Scan<'a> {
    fn members(&mut self) -> Result<Head, Stop> {
        self.rest = self.rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.rest);
        self.expect(b'{')?;
        loop {
            let key = self.string()?;
            self.expect(b':')?;
            let next = self.peek()?;
            match (key, next) {
                (br#""@odata.nextLink""# | br#""nextLink""#, b'"') => {
                    let link = serde_json::from_slice(self.string()?).map_err(|_| Stop::Wrong)?;
                    return Ok(Head::Link(link));
                }
                (br#""value""#, _) => return Ok(Head::Behind),
                _ => self.skip()?,
            }
            self.expect(b',')?;
        }
    }

    fn peek(&mut self) -> Result<u8, Stop> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.first().copied().ok_or(Stop::More)
    }

    fn expect(&mut self, byte: u8) -> Result<(), Stop> {
        if self.peek()? != byte {
            return Err(Stop::Wrong);
        }
        self.rest = &self.rest[1..];
        Ok(())
    }

    /// A string with its quotes.
    fn string(&mut self) -> Result<&'a [u8], Stop> {
        if self.peek()? != b'"' {
            return Err(Stop::Wrong);
        }
        let (all, mut escaped) = (self.rest, false);
        for (i, byte) in all.iter().enumerate().skip(1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    self.rest = &all[i + 1..];
                    return Ok(&all[..=i]);
                }
                _ => {}
            }
        }
        Err(Stop::More)
    }

    fn skip(&mut self) -> Result<(), Stop> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => drop(self.string()?),
                b'{' | b'[' => {
                    depth += 1;
                    self.rest = &self.rest[1..];
                    continue;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    self.rest = &self.rest[1..];
                }
                b',' | b':' if depth > 0 => {
                    self.rest = &self.rest[1..];
                    continue;
                }
                _ => {
                    let end = self.rest.iter().position(|b| b",:}] \t\r\n".contains(b)).ok_or(Stop::More)?;
                    if end == 0 {
                        return Err(Stop::Wrong);
                    }
                    self.rest = &self.rest[end..];
                }
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAGE: &str = r#" { "@odata.context" : "https://x/$metadata#a{[\"b", "@odata.count": 12,
        "@odata.tip": {"@odata.nextLink": "https://wrong/", "a": [1, [2, {"b": null}]]},
        "@odata.nextLink": "https://x/?$skiptoken=a\u0026b\"c", "value": [{"@odata.nextLink": "https://wrong/"}]}"#;

    #[test]
    fn the_link_before_the_items_is_found() {
        assert_eq!(head(PAGE.as_bytes()), Head::Link("https://x/?$skiptoken=a&b\"c".into()));
    }

    #[test]
    fn a_link_behind_the_items_is_left_to_the_reader_of_the_whole() {
        for page in [
            r#"{"value":[{"@odata.nextLink":"https://wrong/"}],"@odata.nextLink":"https://x/"}"#,
            r#"{"@odata.context":"c","value":[]}"#,
            r#"{"@odata.nextLink":null,"value":[]}"#,
            r#"{"a":1}"#,
            "[1]",
            "<html>",
        ] {
            assert_eq!(head(page.as_bytes()), Head::Behind, "{page}");
        }
    }

    #[test]
    fn every_beginning_asks_for_more_and_never_answers_wrongly() {
        let link = PAGE.find("\"c\"").unwrap() + 3;
        for end in 0..link {
            if PAGE.is_char_boundary(end) {
                let told = head(&PAGE.as_bytes()[..end]);
                assert!(told == Head::More || matches!(told, Head::Link(_)), "{end}: {told:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = head(&bytes);
        }

        #[test]
        fn it_agrees_with_a_json_reader(link in "\\PC{0,20}", other in "\\PC{0,20}") {
            let page = serde_json::json!({ "@odata.context": other, "@odata.nextLink": link, "value": [] });
            prop_assert_eq!(head(page.to_string().as_bytes()), Head::Link(link));
        }
    }
}
