/// Where what is printed is not what is sent or answered, and the client is right. At most ten, none of them about
/// a page: each counts wherever it is met, and the report says how often that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// An option is printed without its `$`, or without a value.
    MisspeltOption,
    /// A path below `alertIncidents` is printed with `incident`.
    MisspeltPath,
    /// Approvals of v1.0 are printed with the `steps` of beta.
    StepsForStages,
    /// A page of beta shows what v1.0 has too; the client uses beta only where it must.
    BetaOfV1,
    /// A page prints POST where the reference has PATCH: a review's decision.
    PostForPatch,
    /// A flag is printed as text.
    FlagAsText,
    /// The body of a write is left out, or is an empty object where nothing is sent.
    BodyLeftOut,
    /// The token of a link that an earlier answer gave; links are followed as they are.
    LinkFollowed,
    /// One object is printed where a list is answered, or a list where one object is.
    OtherForm,
    /// A fragment of a list leaves out its elements.
    FragmentOfList,
}

impl Rule {
    /// What it lets pass.
    pub const fn about(self) -> &'static str {
        match self {
            Self::MisspeltOption => "an option is printed without `$` or without a value",
            Self::MisspeltPath => "`incident` is printed for `alertIncidents`",
            Self::StepsForStages => "`steps` is printed for the `stages` of v1.0",
            Self::BetaOfV1 => "a page of beta shows what v1.0 has too",
            Self::PostForPatch => "POST is printed for the PATCH of a decision",
            Self::FlagAsText => "a flag is printed as text",
            Self::BodyLeftOut => "an empty body is printed or left out",
            Self::LinkFollowed => "the token of a link is the service's",
            Self::OtherForm => "one object is printed for a list, or a list for one object",
            Self::FragmentOfList => "a fragment of a list leaves out its elements",
        }
    }
}
