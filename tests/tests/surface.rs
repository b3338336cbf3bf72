//! The surface file, from which the bindings' parity is tested, says what the code says.

use std::path::Path;

#[test]
fn the_surface_file_is_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("surface.json");
    let now = serde_json::to_string_pretty(&pim_core::surface::surface()).unwrap() + "\n";
    if std::env::var_os("PIM_WRITE_SURFACE").is_some() {
        std::fs::write(&file, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == now,
        "tests/surface.json is not what the code says; `cargo xtask surface` writes it anew"
    );
}
