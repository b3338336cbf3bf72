use super::*;
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn instants_keep_seven_digits() {
    assert_eq!(at("2026-09-06T17:53:52.0427885Z").to_string(), "2026-09-06T17:53:52.0427885Z");
    assert_eq!(at("2026-09-06T19:53:52+02:00").to_string(), "2026-09-06T17:53:52Z");
    assert_eq!(at("0001-01-01T00:00:00Z").to_string(), "0001-01-01T00:00:00Z");
    assert_eq!(Timestamp::MAX + Period::MAX, Timestamp::MAX);
    assert_eq!(at(&Timestamp::MAX.to_string()), Timestamp::MAX);
    assert_eq!(at(&Timestamp::MIN.to_string()), Timestamp::MIN);
}

#[test]
fn bad_times_say_what_was_expected() {
    let error = "tomorrow".parse::<Timestamp>().unwrap_err().to_string();
    assert!(
        error.starts_with("`tomorrow` is not an instant such as 2026-01-31T08:00:00Z (RFC 3339"),
        "{error}"
    );
    let late = "9999-12-31T00:00:00Z".parse::<Timestamp>().unwrap_err().to_string();
    assert!(late.contains("before 9999-12-30T22:00:00Z"), "{late}");
    for text in ["2026-01-31T08:00:00", "2026-02-30T00:00:00Z", ""] {
        assert!(text.parse::<Timestamp>().is_err(), "{text}");
    }
    for text in ["P1M", "P1Y", "P1W", "-PT1H", "8 hours", "8h", "", "P", "PT", "P99999999999999D"] {
        assert!(text.parse::<Period>().is_err(), "{text}");
    }
}

#[test]
fn lengths_print_as_the_service_writes_them() {
    for text in ["PT8H", "P365D", "P1DT12H", "PT30M", "PT0S", "PT0.5S", "P1DT0.0000001S", "PT1H30M15S"] {
        assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
    }
    assert_eq!("PT24H".parse::<Period>().unwrap(), Period::days(1));
    assert_eq!("PT90M".parse::<Period>().unwrap().to_string(), "PT1H30M");
    // Whatever arithmetic yields can be written down and read again.
    let longest = Timestamp::MAX.since(Timestamp::MIN);
    for length in [Period::MAX, longest, Period::MAX + longest, Period::days(u32::MAX), Period::MAX.times(9)]
    {
        assert_eq!(length.to_string().parse::<Period>(), Ok(length));
    }
}

#[test]
fn an_empty_window_cannot_be_made() {
    let t = at("2026-01-01T00:00:00Z");
    assert!(Window::new(Some(t), Some(t)).is_err());
    assert!(Window::starting(t, Expiry::At(t)).is_none());
    assert!(
        serde_json::from_str::<Window>(r#"{"start":"2026-01-02T00:00:00Z","end":"2026-01-01T00:00:00Z"}"#)
            .is_err()
    );
    assert_eq!(Window::starting(t, Expiry::Never), Some(Window::from(t)));
}

fn times() -> impl Strategy<Value = Timestamp> {
    (0i64..100).prop_map(Timestamp::from_unix_seconds)
}

fn windows() -> impl Strategy<Value = Window> {
    (prop::option::of(times()), prop::option::of(times()))
        .prop_filter_map("empty", |(s, e)| Window::new(s, e).ok())
}

proptest! {
    #[test]
    fn any_length_round_trips(ticks in 0..=i64::MAX as u64 / 64) {
        let length = Period::from_ticks(ticks);
        prop_assert_eq!(length.to_string().parse::<Period>().unwrap(), length);
    }

    #[test]
    fn any_instant_round_trips(ticks in MIN_TICKS..=MAX_TICKS) {
        let time = Timestamp::from_ticks(ticks);
        prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC{0,40}") {
        let _ = (text.parse::<Timestamp>(), text.parse::<Period>());
    }

    #[test]
    fn an_instant_is_in_the_intersection_when_it_is_in_both(a in windows(), b in windows(), t in times()) {
        let both = a.contains(t) && b.contains(t);
        prop_assert_eq!(a.intersection(&b).is_some_and(|w| w.contains(t)), both);
        prop_assert_eq!(a.intersection(&b), b.intersection(&a));
        prop_assert!(!both || a.overlaps(&b));
    }

    #[test]
    fn a_window_is_half_open(w in windows(), t in times()) {
        prop_assert_eq!(w.contains(t), w.start().is_none_or(|s| s <= t) && w.end().is_none_or(|e| t < e));
        if let Some(left) = w.remaining(t) {
            prop_assert_eq!(left.is_zero(), w.has_ended(t));
        }
    }
}
