//! What a stranger reads first: help, schema, and what is not understood.

use serde_json::Value;

use crate::post::Post;

#[test]
fn every_command_explains_itself_with_an_example() {
    let post = Post::empty();
    let commands = [
        "init",
        "enrol",
        "sync",
        "verify",
        "rebuild",
        "record",
        "import",
        "edit",
        "list",
        "show",
        "conflicts",
        "resolve",
        "review",
        "undo",
        "void",
        "status",
        "repeats",
        "report",
        "export",
        "schema",
        "drafts",
        "clock",
    ];
    for command in commands {
        let said = post.done(&[command, "--help"]);
        assert!(
            said.answer.contains("Example"),
            "`{command} --help` needs an example: {}",
            said.answer
        );
        assert!(
            said.answer.contains(&format!("bitacora {command}")),
            "and it must be of `{command}`"
        );
    }
    for command in [
        ["person", "add"],
        ["patrol", "leave"],
        ["patrol", "return"],
        ["person", "reset"],
    ] {
        let said = post.done(&[command[0], command[1], "--help"]);
        assert!(
            said.answer.contains("Example"),
            "`{command:?} --help` needs an example"
        );
    }
    let said = post.done(&["--help"]);
    assert!(
        said.answer.contains("First steps"),
        "a stranger finds the first steps"
    );
    assert!(
        commands.iter().all(|command| said.answer.contains(command)),
        "and every command"
    );
}

#[test]
fn what_is_not_understood_ends_with_2() {
    let post = Post::empty();
    for (arguments, said) in [
        (vec!["recrod"], "record"),
        (vec!["list", "--day", "monday"], "--day"),
        (vec!["list", "--nationality", "Venezuela"], "--nationality"),
        (vec!["report", "daily", "--format", "xls"], "xls"),
        (vec!["review", "BCH-0314-7QK-3", "return"], "--reason"),
        (vec!["init"], "--name"),
    ] {
        let ended = post.line.run(&arguments).unwrap();
        assert_eq!(ended.code, Some(2), "{arguments:?}: {}", ended.message);
        assert!(
            ended.message.contains(said),
            "{arguments:?} should speak of `{said}`: {}",
            ended.message
        );
    }
}

#[test]
fn the_schema_needs_no_vault() {
    let said = Post::empty().done(&["schema"]);
    let schema: Value = serde_json::from_str(&said.answer).unwrap();
    assert!(
        schema["properties"]["composition"].is_object(),
        "it describes a capture"
    );
}
