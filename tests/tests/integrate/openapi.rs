//! The served OpenAPI document, held against its specification and against what the program replies.

use antigravity_tests::python;

use crate::server::Program;

#[tokio::test]
async fn the_document_is_valid_and_replies_are_as_it_says() {
    let Some(mut check) = python::script("integrate/openapi.py") else {
        return;
    };
    let program = Program::serve().await;
    check.arg(program.address());
    let printed = tokio::task::spawn_blocking(|| python::run(check)).await.unwrap();
    println!("{printed}");
    assert!(printed.contains("every reply is as the document says"), "{printed}");
}
