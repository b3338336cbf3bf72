use serde_json::Number;

use super::{Text, wire};

wire! {
    /// When a grant is to begin and end.
    ///
    /// Source: [requestSchedule](https://learn.microsoft.com/graph/api/resources/requestschedule).
    RequestSchedule {
        expiration: Box<ExpirationPattern>,
        recurrence: Box<PatternedRecurrence>,
        start_date_time: Text,
    }

    /// How a grant ends.
    ///
    /// Source: [expirationPattern](https://learn.microsoft.com/graph/api/resources/expirationpattern).
    ExpirationPattern {
        duration: Text,
        end_date_time: Text,
        r#type: Text,
    }

    /// A reference into a ticket system.
    ///
    /// Source: [ticketInfo](https://learn.microsoft.com/graph/api/resources/ticketinfo).
    TicketInfo {
        ticket_number: Text,
        ticket_system: Text,
    }

    /// How often something returns.
    ///
    /// Source: [patternedRecurrence](https://learn.microsoft.com/graph/api/resources/patternedrecurrence).
    PatternedRecurrence {
        pattern: Box<RecurrencePattern>,
        range: Box<RecurrenceRange>,
    }

    /// The unit and step of a recurrence.
    ///
    /// Source: [recurrencePattern](https://learn.microsoft.com/graph/api/resources/recurrencepattern).
    RecurrencePattern {
        day_of_month: Number,
        days_of_week: Vec<Text>,
        first_day_of_week: Text,
        index: Text,
        interval: Number,
        month: Number,
        r#type: Text,
    }

    /// The first and last day of a recurrence.
    ///
    /// Source: [recurrenceRange](https://learn.microsoft.com/graph/api/resources/recurrencerange).
    RecurrenceRange {
        end_date: Text,
        number_of_occurrences: Number,
        recurrence_time_zone: Text,
        start_date: Text,
        r#type: Text,
    }
}
