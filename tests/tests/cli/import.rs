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
        again.message.contains("0 recorded, 4 were here already"),
        "a line is never doubled: {}",
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
fn an_imported_time_ahead_of_a_clock_that_nobody_checked_is_in_doubt() {
    let post = Post::ready();
    let line = |at: &str, source: &str| {
        let said = format!(r#"{{"clock_source":"{source}","#);
        let group = GROUP.replace('\n', "").replacen('{', &said, 1);
        group.replace("2023-08-14T07:21:00-05:00", at)
    };
    let lines = [
        line("2199-08-14T07:21:00-05:00", "typed"),
        line("2023-08-14T07:21:00-05:00", "typed"),
        line("2023-08-14T09:00:00-05:00", "typed_ahead"),
    ];
    let saved = post.line.json(&["import", "-"], &lines.join("\n")).unwrap();
    let sources = [0, 1, 2].map(|at| {
        let code = saved[at]["saved"]["short_code"].as_str().unwrap();
        post.json(&["show", code])["record"]["capture"]["clock_source"].clone()
    });
    assert_eq!(
        sources,
        ["typed_ahead", "typed", "typed"],
        "the device says it, whatever the file does"
    );
    let listed = post.json(&["list", "--state", "clock-doubt"]);
    let doubtful = listed.as_array().unwrap();
    assert_eq!(doubtful.len(), 1, "{listed}");
    assert_eq!(doubtful[0]["short_code"], saved[0]["saved"]["short_code"]);
    let table = post.json(&["report", "daily", "--period", "2199-08-14"]);
    assert_eq!(table["clock_doubt"], 1, "the table says it too");
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

/// Whoever corrects a sheet imports all of it again.
#[test]
fn a_record_that_is_here_stands_for_one_line_only() {
    let post = Post::ready();
    let file = post.folder.path().join("paper.csv");
    let path = file.to_str().unwrap();
    let header = "occurred_at,setting,position,composition/VEN/AA+M,assistance/water,needs";
    let group = "2023-08-14T07:21:00-05:00,river,no_fix,1,all,none";
    // As if the first import had been cut off between two groups that are alike.
    fs::write(&file, format!("{header}\n{group}\n")).unwrap();
    post.line.run(&["import", path]).unwrap();
    fs::write(&file, format!("{header}\n{group}\n{group}\n")).unwrap();
    let said = post.line.run(&["import", path]).unwrap();
    assert!(
        said.message.contains("1 recorded, 1 were here already"),
        "the second group is not lost: {}",
        said.message
    );
}

#[test]
fn a_line_that_is_here_already_is_passed_over_when_its_sheet_comes_again() {
    let post = Post::ready();
    let file = post.folder.path().join("paper.csv");
    let path = file.to_str().unwrap();
    let header = "occurred_at,setting,position,composition/VEN/AA+M,composition/VEN/AA+F,assistance/water,needs,paper_ref,languages";
    let good = "2023-08-14T07:21:00-05:00,river,no_fix,3,0,all,none,A-17,ht es";
    let alike = "2023-08-14T09:00:00-05:00,river,no_fix,1,,all,none,,";
    let timeless = ",river,no_fix,2,,all,none,A-20,";
    let wrong = "2023-08-14T08:00:00-05:00,river,no_fix,many,,all,none,A-18,";
    let sheet = |last: &str| format!("{header}\n{good}\n{alike}\n{alike}\n{timeless}\n{last}\n");
    fs::write(&file, sheet(wrong)).unwrap();
    let said = post.line.run(&["import", path]).unwrap();
    assert!(
        said.message
            .contains("4 recorded, 0 were here already, 1 not accepted"),
        "two lines of one file that are alike are two groups: {}",
        said.message
    );
    assert!(
        said.message.contains("import the same file again"),
        "it says how to go on: {}",
        said.message
    );
    let corrected = "2023-08-14T08:00:00-05:00,river,no_fix,5,,all,none,A-18,";
    fs::write(&file, sheet(corrected)).unwrap();
    let said = post.line.run(&["import", path]).unwrap();
    assert!(
        said.message
            .contains("1 recorded, 4 were here already, 0 not accepted"),
        "{}",
        said.message
    );
    assert!(
        said.answer.contains("2: already recorded (BCH-0814-"),
        "each says which record it is: {}",
        said.answer
    );
    let other_strip = good.replace("A-17", "A-19");
    let more = good.replace(",3,0,", ",4,0,");
    fs::write(&file, format!("{header}\n{other_strip}\n{more}\n")).unwrap();
    let said = post.line.run(&["import", path]).unwrap();
    assert!(
        said.message.contains("2 recorded, 0 were here already"),
        "another strip and another count are other records: {}",
        said.message
    );
}

#[test]
fn what_says_nothing_makes_no_other_record_of_a_line() {
    let post = Post::ready();
    let file = post.folder.path().join("day.jsonl");
    let silent = [
        r#""note":"""#,
        r#""languages":[]"#,
        r#""items_given":{"water_l":0},"separation":{"alone":0},"linked_encounters":{},"warnings_ack":{}"#,
        r#""composition":{"VEN":{"AA+M":3,"AA+F":0},"HTI":{}}"#,
        r#""needs":{"injured":0}"#,
        r#""families":null"#,
    ];
    let rest = r#""assistance":{"water":"all"},"position":"no_fix","setting":"river""#;
    let line = |(number, silent): (usize, &&str)| {
        format!(r#"{{"occurred_at":"2023-08-14T07:2{number}:00-05:00",{rest},{silent}}}"#)
    };
    let lines: Vec<_> = silent.iter().enumerate().map(line).collect();
    fs::write(&file, lines.join("\n")).unwrap();
    again_is_the_same(&post, file.to_str().unwrap(), lines.len());

    let sheet = post.folder.path().join("day.csv");
    let header =
        "occurred_at,setting,position,composition/VEN/AA+M,assistance/water,languages,note";
    let line = "2023-08-15T07:21:00-05:00,river,no_fix,3,all,;,";
    fs::write(&sheet, format!("{header}\n{line}\n")).unwrap();
    again_is_the_same(&post, sheet.to_str().unwrap(), 1);
}

/// Imports a file twice: each line is recorded, and then each was here.
fn again_is_the_same(post: &Post, path: &str, lines: usize) {
    let first = post.done(&["import", path]);
    assert!(
        first.message.contains(&format!("{lines} recorded, 0 were")),
        "{}",
        first.message
    );
    let again = post.done(&["import", path]);
    assert!(
        again
            .message
            .contains(&format!("0 recorded, {lines} were here already")),
        "nobody is counted twice: {} {}",
        again.message,
        again.answer
    );
}

/// What `export --format jsonl` writes says how it was captured, and a day's file may be imported while a patrol is out.
#[test]
fn a_line_keeps_its_own_place_and_time_whatever_it_says_of_its_capture() {
    let post = Post::ready();
    post.done(&[
        "patrol",
        "leave",
        "--trail",
        "tuquesa",
        "--direction",
        "north",
    ]);
    let file = post.folder.path().join("day.jsonl");
    let modes = ["quick", "full", "radio", "paper", "import"];
    let now = chrono::Utc::now().to_rfc3339();
    let line = |mode: &str, time: &str| {
        format!(
            r#"{{"capture_mode":"{mode}",{time}"position":"no_fix","setting":"river","composition":{{"VEN":{{"AA+M":3}}}}}}"#
        )
    };
    let timed = |(number, mode): (usize, &&str)| {
        let past = format!(r#""occurred_at":"2023-08-14T07:2{number}:00-05:00","#);
        let today = format!(r#""occurred_at":"{now}","#);
        [line(mode, &past), line(mode, &today)]
    };
    let lines: Vec<_> = modes.iter().enumerate().flat_map(timed).collect();
    fs::write(&file, lines.join("\n")).unwrap();
    let path = file.to_str().unwrap();
    again_is_the_same(&post, path, lines.len());
    for row in post.json(&["list"]).as_array().unwrap() {
        let shown = post.json(&["show", row["encounter_id"].as_str().unwrap()]);
        let capture = &shown["record"]["capture"];
        assert_eq!(
            [
                &capture["patrol_id"],
                &capture["trail_id"],
                &capture["direction"]
            ],
            [&Value::Null; 3],
            "nobody was met on the trail of who imports: {capture}"
        );
    }

    fs::write(&file, line("quick", "")).unwrap();
    let saved = post.json(&["import", path]);
    let missing = saved[0]["saved"]["missing"].as_array().unwrap();
    assert!(
        missing.contains(&json!({ "rule": "E09", "field": "occurred_at" })),
        "the moment of the import is not when they were met: {missing:?}"
    );
}
