//! Spelling. The model writes `snake_case`; Graph writes `lowerCamel` for some enumerations and `UpperCamel` for
//! others. Words that the model does not know hold no underscore of ours and pass unchanged.

/// `self_activate` → `selfActivate`.
pub(super) fn lower(canonical: &str) -> String {
    camel(canonical, false)
}

/// `multi_factor_authentication` → `MultiFactorAuthentication`.
pub(super) fn upper(canonical: &str) -> String {
    camel(canonical, true)
}

fn camel(canonical: &str, mut rise: bool) -> String {
    let mut word = String::with_capacity(canonical.len());
    for letter in canonical.chars() {
        if letter == '_' {
            rise = true;
        } else if rise {
            word.extend(letter.to_uppercase());
            rise = false;
        } else {
            word.push(letter);
        }
    }
    word
}

/// The last part of a type's name: `#microsoft.graph.user` → `user`.
pub(super) fn type_name(odata_type: &str) -> &str {
    odata_type.rsplit('.').next().unwrap_or_default().trim_start_matches('#')
}

#[cfg(test)]
mod tests {
    use super::*;
    use pim_core::{policy::Requirement, request::Action};

    #[test]
    fn every_known_word_is_read_back() {
        for action in Action::KNOWN {
            assert_eq!(Action::from(&*lower(action.as_str())), *action);
            assert!(lower(action.as_str()).starts_with(char::is_lowercase));
        }
        assert_eq!(lower(Action::SelfActivate.as_str()), "selfActivate");
        assert_eq!(upper(Requirement::Mfa.as_str()), "MultiFactorAuthentication");
        assert_eq!(type_name("#microsoft.graph.servicePrincipal"), "servicePrincipal");
        assert_eq!(type_name("user"), "user");
    }
}
