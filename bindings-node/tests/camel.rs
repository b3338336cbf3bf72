//! Keys in camel case; the module is taken by its path, since the native module can't be linked without Node.

#[path = "../src/camel.rs"]
mod camel;

use camel::keys;

#[test]
fn keys_are_turned_and_values_are_not() {
    assert_eq!(
        keys(r#"{"role_name":"user_admin","asked":{"dry_run":true,"a_b_c":["x_y",{"z_1":null}]}}"#),
        r#"{"roleName":"user_admin","asked":{"dryRun":true,"aBC":["x_y",{"z1":null}]}}"#
    );
    assert_eq!(keys(r#"["a_b"]"#), r#"["a_b"]"#);
    assert_eq!(keys(r#"{"a_b":"c\"_d\\","e_f":"{\"g_h\":1}"}"#), r#"{"aB":"c\"_d\\","eF":"{\"g_h\":1}"}"#);
    assert_eq!(keys(r#"{"naïve_ö":"ä_ö"}"#), r#"{"naïveö":"ä_ö"}"#);
}

#[test]
fn other_peoples_json_is_left_alone() {
    assert_eq!(
        keys(r#"{"type_name":"x","raw":{"a_b":[{"c_d":"}"}]},"e_f":1}"#),
        r#"{"typeName":"x","raw":{"a_b":[{"c_d":"}"}]},"eF":1}"#
    );
    assert_eq!(keys(r#"{"raw":"a_b","c_d":1}"#), r#"{"raw":"a_b","cD":1}"#);
}

#[test]
fn what_is_no_json_breaks_nothing() {
    for text in ["", "\"", "{\"a_b", "{\"raw\":{", "\\", "\"\\", "{\"raw\":\"x"] {
        let _ = keys(text);
    }
}
