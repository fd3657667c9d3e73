//! Many records from a file: each line answers by itself.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::process::Stdio;

use bitacora_tests::bench::memory;
use bitacora_tests::programs::CommandLine;
use serde_json::{Value, json};

use crate::post::{GROUP, Post};
use crate::small_disk::SmallDisk;

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
fn a_full_disk_ends_an_import_and_what_was_confirmed_is_there_where_root_may_mount_one() {
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
