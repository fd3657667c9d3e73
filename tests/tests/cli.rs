//! The command line as a stranger uses it: what it says, what it refuses, and how it ends.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use bitacora_device::{Environment, Vault, VaultState};
use bitacora_tests::bench::memory;
use bitacora_tests::programs::{self, CommandLine, Said};
use serde_json::{Value, json};
use tempfile::TempDir;

const GROUP: &str = r#"{"occurred_at":"2023-08-14T07:21:00-05:00","composition":{"VEN":{"AA+M":3,"AA+F":2,"AC+M":1}},
    "assistance":{"water":"all"},"needs":{},"position":"no_fix","setting":"river"}"#;

const PIN: &str = "482915";

struct Post {
    folder: TempDir,
    line: CommandLine,
}

impl Post {
    /// A folder in which nothing has been made.
    fn empty() -> Self {
        programs::build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let line = CommandLine::of(&folder.path().join("vault"), PIN).unwrap();
        Self { folder, line }
    }

    /// A vault of one person.
    fn ready() -> Self {
        let post = Self::empty();
        post.done(&["init", "--name", "Cabo 17", "--post", "PA-BCH"]);
        post
    }

    fn done(&self, arguments: &[&str]) -> Said {
        self.done_with(arguments, "")
    }

    fn done_with(&self, arguments: &[&str], input: &str) -> Said {
        let said = self.line.run_with(arguments, input).unwrap();
        assert_eq!(
            said.code,
            Some(0),
            "`bitacora {arguments:?}` should be done: {}",
            said.message
        );
        said
    }

    /// Runs something that must be refused with exit code 1 and says why; nothing on standard output.
    fn refused(&self, arguments: &[&str], input: &str, why: &[&str]) {
        let said = self.line.run_with(arguments, input).unwrap();
        assert_eq!(
            said.code,
            Some(1),
            "`bitacora {arguments:?}` should be refused: {}",
            said.message
        );
        for why in why {
            assert!(
                said.message.contains(why),
                "`bitacora {arguments:?}` should say `{why}`: {}",
                said.message
            );
        }
        assert!(
            !said.message.contains("panicked"),
            "a refusal is no crash: {}",
            said.message
        );
    }

    fn json(&self, arguments: &[&str]) -> Value {
        self.line.json(arguments, "").unwrap()
    }

    /// Records the group and returns its short code.
    fn recorded(&self) -> String {
        let saved = self.line.json(&["record", "-"], GROUP).unwrap();
        saved["short_code"].as_str().unwrap().to_owned()
    }
}

/// A small file system in memory; gone when dropped.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    /// `None` where the test may not mount anything.
    fn mount(at: &'a Path) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=6m", "tmpfs"])
            .arg(at)
            .output()
            .ok()?;
        mounted.status.success().then_some(Self(at))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).output();
    }
}

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
fn a_folder_without_a_vault_says_how_to_make_one() {
    Post::empty().refused(&["list"], "", &["vault", "bitacora init"]);
}

#[test]
fn a_second_init_never_hides_the_first() {
    let post = Post::ready();
    post.recorded();
    post.refused(&["init", "--name", "Otro"], "", &["already a vault"]);
    assert_eq!(
        post.json(&["list"]).as_array().unwrap().len(),
        1,
        "the record is still there"
    );
}

#[test]
fn a_vault_that_is_open_elsewhere_is_left_alone() {
    let post = Post::ready();
    post.recorded();
    let vault = post.folder.path().join("vault");
    let VaultState::Locked { people, .. } = Vault::state(&vault, &Environment::system()) else {
        panic!("the vault is whole");
    };
    let open = Vault::unlock(&vault, people[0].person_id, PIN, Environment::system()).unwrap();
    let why = ["open in another window or program", "Close the app"];
    post.refused(&["list"], "", &why);
    post.refused(&["sync"], "", &why);
    open.lock();
    post.done(&["list"]);
}

#[test]
fn a_record_goes_in_and_comes_out_the_same() {
    let post = Post::ready();
    let code = post.recorded();
    let shown = post.json(&["show", &code]);
    let capture = &shown["record"]["capture"];
    assert_eq!(
        capture["composition"],
        json!({"VEN":{"AA+M":3,"AA+F":2,"AC+M":1}}),
        "what was stated"
    );
    assert_eq!(
        capture["assistance"],
        json!({"water":"all"}),
        "all of the group is stored as such"
    );
    assert_eq!(shown["here"]["place"], "on_phone", "nobody else has it yet");
    let table = post.json(&["report", "daily", "--period", "2023-08-14"]);
    assert_eq!(
        table["totals"]["total"],
        json!({"min":6,"max":6,"undecided":0}),
        "six people"
    );
    assert_eq!(
        table["attentions"][0],
        json!({"category":"ASO","people":{"min":6,"max":6,"undecided":0}}),
        "water is for all"
    );
}

#[test]
fn a_correction_names_only_what_changes_and_keeps_its_history() {
    let post = Post::ready();
    let code = post.recorded();
    post.done_with(
        &["edit", &code, "-"],
        r#"{"composition":{"VEN":{"AA+M":4}}}"#,
    );
    let record = &post.json(&["show", &code])["record"];
    assert_eq!(
        record["people"]["total"],
        json!({"min":7,"max":7}),
        "one man more"
    );
    assert_eq!(
        record["attentions"]["ASO"],
        json!({"min":7,"max":7}),
        "and he had water too"
    );
    let changed = record["history"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["field"] == "composition/VEN/AA+M");
    let changed = changed.expect("the history shows the change");
    assert_eq!(
        (&changed["before"][0], &changed["after"][0]),
        (&json!(3), &json!(4)),
        "from what to what"
    );
    assert_eq!(changed["by"], "Cabo 17", "and by whom");
}

#[test]
fn a_capture_that_is_wrong_names_its_field_and_nothing_is_saved() {
    let post = Post::ready();
    for (capture, why) in [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        (
            r#"{"composition":{"VEN":{"AA+M":"three"}}}"#,
            "composition/VEN/AA+M",
        ),
        (
            r#"{"composition":{"VEN":{"AA+M":-1}}}"#,
            "composition/VEN/AA+M",
        ),
        (r#"{"colour":"red"}"#, "colour"),
        (r#"{"occurred_at":"yesterday"}"#, "occurred_at"),
        (r#"{"needs":{"trafficking_concern":1}}"#, "E19"),
    ] {
        post.refused(&["record", "-"], capture, &[why]);
    }
    let huge = format!(r#"{{"note":"{}"}}"#, "x".repeat(70_000));
    post.refused(&["record", "-"], &huge, &["at most"]);
    post.refused(&["record", "no-such-file.json"], "", &["no-such-file.json"]);
    assert_eq!(
        post.json(&["list"]),
        json!([]),
        "none of them left anything"
    );
}

#[test]
fn each_import_line_answers_by_itself_and_the_rest_goes_in() {
    let post = Post::ready();
    let file = post.folder.path().join("day.jsonl");
    let good = GROUP.replace('\n', "");
    let named = good.replacen(
        '{',
        r#"{"encounter_id":"0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e21","#,
        1,
    );
    let huge = format!(r#"{{"note":"{}"}}"#, "x".repeat(70_000));
    let bad = r#"{"setting":7}"#;
    fs::write(
        &file,
        format!("{good}\n{bad}\n\nnot json\n{huge}\n{named}\n{named}\n{good}"),
    )
    .unwrap();
    let path = file.to_str().unwrap();
    let said = post.line.run(&["import", path, "--json"]).unwrap();
    assert_eq!(
        said.code,
        Some(1),
        "three lines were not accepted: {}",
        said.message
    );
    let answers: Value = serde_json::from_str(&said.answer).unwrap();
    let of_line = |number: u64| {
        answers
            .as_array()
            .unwrap()
            .iter()
            .find(|line| line["line"] == number)
            .unwrap()
    };
    assert!(
        of_line(1)["saved"]["short_code"].is_string(),
        "line 1 is saved"
    );
    assert!(
        of_line(2)["refused"]
            .as_str()
            .unwrap()
            .starts_with("setting: "),
        "line 2 names its field"
    );
    assert!(
        of_line(4)["refused"].as_str().unwrap().contains("not JSON"),
        "line 4 is no JSON"
    );
    assert!(
        of_line(5)["refused"].as_str().unwrap().contains("bytes"),
        "line 5 is too long"
    );
    assert!(
        of_line(7)["already"].is_string(),
        "line 7 repeats line 6 and is one record with it"
    );
    assert_eq!(
        post.json(&["list"]).as_array().unwrap().len(),
        3,
        "the good ones are in"
    );
    let again = post.line.run(&["import", path]).unwrap();
    assert!(
        again.message.contains("2 recorded, 2 were here already"),
        "a named line is never doubled: {}",
        again.message
    );
}

#[test]
fn paper_strips_typed_into_a_spreadsheet_go_in() {
    let post = Post::ready();
    let file = post.folder.path().join("paper.csv");
    let header = "occurred_at,setting,position,composition/VEN/AA+M,composition/HTI/AC+F,assistance/water,needs,paper_ref";
    let lines = "2023-08-14T07:21:00-05:00,river,no_fix,3,2,all,none,A-17\n2023-08-14T08:00:00-05:00,river,no_fix,many,,all,none,A-18\n";
    fs::write(&file, format!("\u{feff}{header}\n{lines}")).unwrap();
    let said = post.line.run(&["import", file.to_str().unwrap()]).unwrap();
    assert_eq!(said.code, Some(1), "one line is wrong: {}", said.message);
    assert!(
        said.answer
            .contains("3: not accepted: composition/VEN/AA+M: `many`"),
        "named as the spreadsheet does: {}",
        said.answer
    );
    let table = post.json(&["report", "daily", "--period", "2023-08-14"]);
    assert_eq!(table["totals"]["total"]["min"], 5, "the other one counts");
}

#[test]
fn an_import_says_how_its_records_came() {
    let post = Post::ready();
    let file = post.folder.path().join("day.jsonl");
    fs::write(&file, format!("\u{feff}{}\r\n", GROUP.replace('\n', ""))).unwrap();
    let saved = post.json(&["import", file.to_str().unwrap()]);
    let code = saved[0]["saved"]["short_code"].as_str().unwrap();
    assert_eq!(
        post.json(&["show", code])["record"]["capture"]["capture_mode"],
        "import",
        "a mark at the beginning and a line end of another system are no error"
    );
}

#[test]
fn a_line_of_a_hundred_megabytes_is_passed_over_in_little_memory() {
    let post = Post::ready();
    for (name, header, good) in [
        ("huge.jsonl", "", GROUP.replace('\n', "")),
        (
            "huge.csv",
            "setting,composition/VEN/AA+M\n",
            "river,3".to_owned(),
        ),
        (
            "quoted.csv",
            "setting,composition/VEN/AA+M\n\"",
            "x\"\nriver,3".to_owned(),
        ),
    ] {
        let path = post.folder.path().join(name);
        let mut file = fs::File::create(&path).unwrap();
        file.write_all(header.as_bytes()).unwrap();
        // A hole in the file: a hundred million zeros that take no place on the disk.
        file.seek(SeekFrom::Current(100_000_000)).unwrap();
        file.write_all(format!("\n{good}\n").as_bytes()).unwrap();
        drop(file);
        let before = post.json(&["list"]).as_array().unwrap().len();
        let mut command = post.line.command(&["import", path.to_str().unwrap()]);
        command.stderr(Stdio::null());
        let (peak, code) = memory::peak_megabytes_of(&mut command).unwrap();
        assert_eq!(code, Some(1), "{name}: one line was not accepted");
        assert!(
            peak < 100.0,
            "{name}: {peak:.0} MB, the line must not be held"
        );
        assert_eq!(
            post.json(&["list"]).as_array().unwrap().len(),
            before + 1,
            "{name}: the next line went in"
        );
    }
}

#[test]
fn a_full_disk_ends_an_import_with_its_line_and_what_was_confirmed_is_there() {
    let post = Post::empty();
    let disk = post.folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let Some(_mounted) = SmallDisk::mount(&disk) else {
        eprintln!("not tried: mounting a small file system needs root");
        return;
    };
    let line = CommandLine::of(&disk.join("vault"), "482915").unwrap();
    line.json(&["init", "--name", "Cabo 17"], "").unwrap();
    let ballast = disk.join("ballast");
    fs::write(&ballast, vec![1; 1024 * 1024]).unwrap();
    let wordy =
        GROUP
            .replace('\n', "")
            .replacen('{', &format!(r#"{{"note":"{}","#, "x".repeat(500)), 1);
    let many = format!("{wordy}\n").repeat(4_000);
    let said = line.run_with(&["import", "-", "--json"], &many).unwrap();
    assert_eq!(said.code, Some(1), "it cannot all fit: {}", said.message);
    for says in ["disk is full", "stopped at line", "Free some space"] {
        assert!(
            said.message.to_lowercase().contains(&says.to_lowercase()),
            "it should say `{says}`: {}",
            said.message
        );
    }
    let answers: Value = serde_json::from_str(&said.answer).unwrap();
    let confirmed = answers.as_array().unwrap().len();
    assert!(
        confirmed > 0 && answers[0]["saved"]["short_code"].is_string(),
        "some fitted, and the answers until then can be read"
    );
    let listed = |line: &CommandLine| {
        let list = line.json(&["list"], "").unwrap();
        list.as_array().unwrap().len()
    };
    assert_eq!(
        listed(&line),
        confirmed,
        "every confirmed record, and no half one"
    );
    let verified = line.json(&["verify"], "").unwrap();
    assert_eq!(verified["problems"], json!([]), "nothing is half written");
    fs::remove_file(ballast).unwrap();
    line.json(&["record", "-"], GROUP).unwrap();
    assert_eq!(listed(&line), confirmed + 1, "with space again it goes on");
}

#[test]
fn a_file_says_no_more_than_the_records_that_stand() {
    let post = Post::ready();
    let stays = post.recorded();
    let undone = post.recorded();
    post.done(&["undo", &undone]);
    let void = post.recorded();
    post.done(&["void", &void, "--reason", "test"]);
    let shown = post.json(&["show", &stays]);
    let version = shown["record"]["version"].as_str().unwrap();
    for men in [8, 9] {
        let patch = json!({"composition": {"VEN": {"AA+M": men}}}).to_string();
        post.done_with(&["edit", &stays, "-", "--at", version], &patch);
    }
    let sheet = post.done(&["export", "--format", "csv"]).answer;
    assert!(
        !sheet.contains(&undone),
        "what was taken back is in no file: {sheet}"
    );
    assert!(
        sheet.contains(&void) && sheet.contains("voided"),
        "a void record says that it is void: {sheet}"
    );
    let captures = post.done(&["export", "--format", "jsonl"]);
    assert_eq!(
        captures.answer.lines().count(),
        1,
        "an import must not bring a void record back to life: {}",
        captures.answer
    );
    assert!(
        captures.message.contains("1 void records were left out"),
        "and it is told: {}",
        captures.message
    );
    assert!(
        captures.message.contains("1 records have two values"),
        "a capture holds one value; that there is another is told: {}",
        captures.message
    );
}

#[test]
fn what_is_exported_as_captures_can_be_imported_elsewhere() {
    let (here, there) = (Post::ready(), Post::ready());
    here.recorded();
    here.recorded();
    let said = here.done(&["export", "--format", "jsonl"]);
    let file = there.folder.path().join("captures.jsonl");
    fs::write(&file, &said.answer).unwrap();
    there.done(&["import", file.to_str().unwrap()]);
    let figures =
        |post: &Post| post.json(&["report", "daily", "--period", "2023-08-14"])["rows"].clone();
    assert_eq!(figures(&here), figures(&there), "both tables say the same");
}

#[test]
fn a_formula_is_no_code_and_an_export_replaces_no_file() {
    let post = Post::ready();
    post.refused(
        &["record", "-"],
        r#"{"direction":"=HYPERLINK(\"http://x\")"}"#,
        &["direction", "code"],
    );
    post.recorded();
    let out = post.folder.path().join("records.csv");
    fs::write(&out, "mine").unwrap();
    post.refused(
        &["export", "--out", out.to_str().unwrap()],
        "",
        &["cannot be made"],
    );
    assert_eq!(
        fs::read_to_string(&out).unwrap(),
        "mine",
        "an existing file is not replaced"
    );
    let said = post.done(&["export", "--format", "csv"]);
    assert_eq!(
        said.answer.lines().count(),
        2,
        "a header and a line: {}",
        said.answer
    );
}

#[test]
fn the_table_comes_as_text_csv_and_json_with_the_same_figures() {
    let post = Post::ready();
    post.recorded();
    let day = ["report", "daily", "--period", "2023-08-14"];
    let text = post.done(&day).answer;
    assert!(
        text.contains("6 personas en 1 encuentro"),
        "a sentence first: {text}"
    );
    assert!(text.contains("Venezuela"), "countries by name");
    let csv = post.done(&[&day[..], &["--format", "csv"]].concat()).answer;
    assert!(
        csv.contains("people,VEN,,3,3,0,2,2,0,1,1,0,0,0,0,0,0,0,6,6,0"),
        "min, max and undecided of each cell: {csv}"
    );
    let json = post.json(&day);
    assert_eq!(
        (&json["definition"], &json["reviewed"]),
        (&json!("daily/3"), &json!(0)),
        "what it means, and how many are reviewed"
    );
    let reviewed = post.json(&[&day[..], &["--only-reviewed"]].concat());
    assert_eq!(
        reviewed["totals"]["total"]["max"], 0,
        "nothing is reviewed yet"
    );
    assert_eq!(
        reviewed["left_out"][0]["reason"], "not_reviewed",
        "and the table says so"
    );
    post.done(&[
        "void",
        post.json(&["list"])[0]["short_code"].as_str().unwrap(),
        "--reason",
        "test",
    ]);
    let void = post.json(&day);
    assert_eq!(
        (&void["encounters"], &void["left_out"][0]["reason"]),
        (&json!(0), &json!("void")),
        "void is in no figure"
    );
    let wrong = post
        .line
        .run(&["report", "daily", "--period", "tomorrow"])
        .unwrap();
    assert_eq!(
        wrong.code,
        Some(2),
        "a period that is none: {}",
        wrong.message
    );
    assert!(
        wrong.message.contains("2023-08-14..2023-08-20"),
        "says what to write"
    );
}

#[test]
fn a_wrong_pin_says_how_many_tries_are_left_and_loses_nothing() {
    let post = Post::ready();
    post.recorded();
    let stranger = post.line.as_person("Cabo 17", "000111");
    let said = stranger.run(&["list"]).unwrap();
    assert_eq!(said.code, Some(1), "a wrong PIN opens nothing");
    assert!(
        said.message.contains("9 attempts left") && said.answer.is_empty(),
        "in words: {}",
        said.message
    );
    assert_eq!(
        post.json(&["list"]).as_array().unwrap().len(),
        1,
        "the right one still does"
    );
}

#[test]
fn two_people_share_a_vault_and_each_record_has_its_author() {
    let post = Post::ready();
    post.recorded();
    let pin = post.folder.path().join("pin.txt");
    fs::write(&pin, "719382\n").unwrap();
    post.done(&[
        "person",
        "add",
        "--name",
        "Sgto. 04",
        "--new-pin-file",
        pin.to_str().unwrap(),
    ]);
    let said = post.line.run(&["list"]).unwrap();
    assert_eq!(
        said.code,
        Some(2),
        "somebody must say who they are: {}",
        said.message
    );
    assert!(
        said.message.contains("--person") && said.message.contains("`S 04`"),
        "and is told how"
    );
    let second = post.line.as_person("sgto. 04", "719382");
    second.json(&["record", "-"], GROUP).unwrap();
    let list = second.json(&["list"], "").unwrap();
    let authors: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["author"].as_str().unwrap())
        .collect();
    assert_eq!(
        authors,
        ["Sgto. 04", "Cabo 17"],
        "each record has its own author"
    );
    post.done(&[
        "person",
        "reset",
        "Cabo 17",
        "--new-pin-file",
        pin.to_str().unwrap(),
        "--person",
        "Sgto. 04",
        "--pin-file",
        pin.to_str().unwrap(),
    ]);
    let first = post.line.as_person("Cabo 17", "719382");
    assert_eq!(
        first.json(&["list"], "").unwrap().as_array().unwrap().len(),
        2,
        "the new PIN opens, nothing was lost"
    );
}

#[test]
fn a_field_without_two_values_has_nothing_to_choose() {
    let post = Post::ready();
    let code = post.recorded();
    post.refused(
        &["resolve", &code, "composition/VEN/AA+M", "9"],
        "",
        &["no field with two values", "bitacora edit"],
    );
    post.refused(&["show", "BCH-0314-7QK-4"], "", &["short code"]);
    let said = post
        .line
        .run_with(&["edit", &code, "-", "--at", "00"], "{}")
        .unwrap();
    assert_eq!(
        said.code,
        Some(2),
        "a version that is none was mistyped: {}",
        said.message
    );
}

#[test]
fn an_undone_save_is_in_no_list_and_no_figure() {
    let post = Post::ready();
    let code = post.recorded();
    post.done(&["undo", &code]);
    assert_eq!(post.json(&["list"]), json!([]), "withdrawn is in no list");
    let table = post.json(&["report", "daily", "--period", "2023-08-14"]);
    assert_eq!(table["encounters"], 0, "and in no figure");
    assert_eq!(table["left_out"][0]["reason"], "withdrawn", "but said");
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

#[test]
fn a_sound_vault_verifies_and_a_rebuild_changes_nothing() {
    let post = Post::ready();
    let code = post.recorded();
    post.done_with(&["edit", &code, "-"], r#"{"setting":"jungle"}"#);
    let before = post.json(&["show", &code])["record"].clone();
    let verified = post.json(&["verify"]);
    assert_eq!(verified["problems"], json!([]), "nothing is wrong");
    assert_eq!(
        verified["changes"], 2,
        "a record and its correction were looked at"
    );
    assert_eq!(
        post.json(&["rebuild"])["different"],
        0,
        "rows and snapshots were right already"
    );
    assert_eq!(
        post.json(&["show", &code])["record"],
        before,
        "and say the same afterwards"
    );
}

#[test]
fn records_of_a_patrol_take_its_trail_and_know_it() {
    let post = Post::ready();
    let patrol = post.json(&[
        "patrol",
        "leave",
        "--trail",
        "tuquesa",
        "--setting",
        "jungle",
        "--direction",
        "north",
    ]);
    post.refused(&["patrol", "leave"], "", &["return first"]);
    let saved = post
        .line
        .json(&["record", "-"], r#"{"composition":{"HTI":{"AA+F":2}}}"#)
        .unwrap();
    let shown = post.json(&["show", saved["short_code"].as_str().unwrap()]);
    assert_eq!(
        shown["record"]["capture"]["trail_id"], "tuquesa",
        "the patrol brings the trail"
    );
    assert_eq!(
        shown["record"]["capture"]["patrol_id"], patrol["patrol_id"],
        "and the record names it"
    );
    post.refused(
        &["patrol", "return", "--zero-encounters"],
        "",
        &["zero_encounters"],
    );
    assert_eq!(
        post.json(&["patrol", "return"])["encounters"],
        1,
        "back with one record"
    );
}

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
