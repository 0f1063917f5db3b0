//! Every reason has a page that says what to do, and the index lists it with its code.

use std::path::Path;

use antigravity_chassis::status;
use antigravity_proto::types::Reason;

#[test]
fn every_reason_has_a_page_and_a_line_in_the_index() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors");
    let index = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let reasons: Vec<Reason> = (1..).map_while(|number| Reason::try_from(number).ok()).collect();
    for reason in &reasons {
        let name = reason.as_str_name().trim_start_matches("REASON_");
        let page = std::fs::read_to_string(folder.join(format!("{name}.md"))).unwrap_or_else(|error| panic!("{name}.md: {error}"));
        let code = format!("{:?}", status::code(*reason)).to_uppercase();
        assert!(page.starts_with(&format!("# {name}\n")), "{name}.md");
        let stated = page.split('`').nth(1).unwrap().replace('_', "");
        assert_eq!(stated, code, "{name}.md names the code");
        assert!(page.contains("**What to do.**"), "{name}.md");
        assert!(index.contains(&format!("[{name}]({name}.md)")), "{name} is not in the index");
    }
    assert_eq!(index.matches(".md) |").count(), reasons.len(), "the index lists a reason that doesn't exist");
}
