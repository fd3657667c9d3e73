//! The way to a server, from the command line.

use crate::post::Post;

#[test]
fn without_a_server_sync_and_enrol_say_what_to_do() {
    let post = Post::ready();
    post.refused(&["sync"], "", &["bitacora enrol"]);
    let wrong = ["enrol", "--server", "https://127.0.0.1:1", "--code", "ABC"];
    post.refused(&wrong, "", &["--code"]);
    let missing = post.line.run(&["enrol", "--code", "ABCD-EFGH"]).unwrap();
    assert_eq!(
        missing.code,
        Some(2),
        "a typed code needs an address: {}",
        missing.message
    );
    let plain = post
        .line
        .run(&[
            "enrol",
            "--server",
            "http://127.0.0.1:1",
            "--code",
            "ABCD-EFGH",
        ])
        .unwrap();
    assert_eq!(
        plain.code,
        Some(2),
        "an address without TLS is none: {}",
        plain.message
    );
    post.refused(
        &[
            "enrol",
            "--server",
            "https://127.0.0.1:1",
            "--code",
            "ABCD-EFGH",
        ],
        "",
        &["cannot be reached", "sync"],
    );
}
