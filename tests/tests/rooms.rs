//! The walls between the rooms: who may depend on whom, under which licence, from where, and what
//! may be written in which files. Read from `cargo metadata` and from the sources themselves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and nobody calls it"
)]

#[path = "rooms/faults.rs"]
mod faults;
#[path = "rooms/licence.rs"]
mod licence;
#[path = "rooms/lists.rs"]
mod lists;
#[path = "rooms/refusals.rs"]
mod refusals;
#[path = "rooms/sources.rs"]
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

static METADATA: LazyLock<Metadata> = LazyLock::new(|| {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        // Not offline: a fresh machine has fetched the packages of its own platform only.
        .other_options(vec!["--locked".into()])
        .exec()
        .expect("cargo metadata answers from the lock file")
});

fn package(name: &str) -> &'static Package {
    METADATA
        .packages
        .iter()
        .find(|package| *package.name == name)
        .unwrap_or_else(|| {
            panic!("{name} is in the lists but not in the workspace; remove it there")
        })
}

#[test]
fn every_member_is_a_room() {
    let members: BTreeSet<&str> = METADATA
        .workspace_packages()
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let rooms: BTreeSet<&str> = lists::ROOMS.iter().map(|room| room.package).collect();
    assert_eq!(
        members, rooms,
        "a new crate needs its arrows decided in rooms/lists.rs"
    );
}

#[test]
fn rooms_name_only_the_rooms_below_them() {
    for room in &lists::ROOMS {
        for dependency in &package(room.package).dependencies {
            let ours = dependency.path.is_some();
            assert!(
                !ours || room.may_name.contains(&dependency.name.as_str()),
                "{} depends on {}: no arrow goes that way",
                room.package,
                dependency.name,
            );
        }
    }
}

#[test]
fn walls_hold_through_other_packages_too() {
    for wall in &lists::WALLS {
        let inside = everything_inside(wall.package);
        for never in wall.never {
            assert!(
                !inside.contains(*never),
                "{} contains {never}, by itself or through another: {}",
                wall.package,
                wall.why,
            );
        }
    }
}

/// Returns the names of all packages that are compiled into a package, on any platform.
fn everything_inside(name: &str) -> BTreeSet<&'static str> {
    let resolve = METADATA
        .resolve
        .as_ref()
        .expect("cargo metadata resolves dependencies");
    let nodes: BTreeMap<&PackageId, _> =
        resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut open = vec![&package(name).id];
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        for dependency in &nodes[id].deps {
            let normal = dependency
                .dep_kinds
                .iter()
                .any(|kind| kind.kind == DependencyKind::Normal);
            if normal && seen.insert(&dependency.pkg) {
                open.push(&dependency.pkg);
            }
        }
    }
    seen.into_iter()
        .map(|id| METADATA[id].name.as_str())
        .collect()
}

#[test]
fn the_walk_through_dependencies_finds_what_is_far_inside() {
    let inside = everything_inside("bitacora-app");
    for far in ["libsqlite3-sys", "rustls", "wry", "automerge"] {
        assert!(
            inside.contains(far),
            "{far} is in the app; a walk that misses it proves nothing"
        );
    }
}

#[test]
fn core_asks_for_neither_time_nor_chance() {
    for dependency in &package("bitacora-core").dependencies {
        let name = dependency.name.as_str();
        assert!(
            !lists::CORE_NEVER_NAMES.contains(&name)
                || dependency.kind == DependencyKind::Development,
            "core names {name}: times, ids and randomness are passed in",
        );
    }
}

#[test]
fn only_core_knows_automerge() {
    for member in METADATA.workspace_packages() {
        let names = member
            .dependencies
            .iter()
            .any(|dependency| dependency.name == "automerge");
        assert!(
            !names || lists::NAME_AUTOMERGE.contains(&member.name.as_str()),
            "{} names automerge: documents are core's",
            member.name,
        );
    }
}

#[test]
fn dependencies_come_from_the_public_registry_only() {
    for package in &METADATA.packages {
        let member = METADATA.workspace_members.contains(&package.id);
        let public = package
            .source
            .as_ref()
            .is_some_and(cargo_metadata::Source::is_crates_io);
        assert!(
            member || public,
            "{} {} comes from {:?}: nobody else could build or check it",
            package.name,
            package.version,
            package.source,
        );
    }
}

#[test]
fn licences_are_compatible_with_ours() {
    for package in &METADATA.packages {
        if METADATA.workspace_members.contains(&package.id) {
            continue;
        }
        let expression = package.license.clone().unwrap_or_default();
        let excepted = lists::LICENCE_EXCEPTIONS
            .iter()
            .any(|(name, licence, _)| *name == *package.name && *licence == expression);
        assert!(
            excepted || licence::is_allowed(&expression, &lists::LICENCES),
            "{} {} is under \"{expression}\", which rooms/lists.rs does not allow",
            package.name,
            package.version,
        );
    }
}

#[test]
fn exceptions_are_still_needed() {
    for (name, licence, _) in &lists::LICENCE_EXCEPTIONS {
        assert_eq!(
            package(name).license.as_deref(),
            Some(*licence),
            "{name} no longer needs its exception; remove it",
        );
    }
}

/// A package's features in a build of the whole workspace: what `xtask run`, `run --demo` and `bench` use.
fn features_in_programs(name: &str) -> BTreeSet<&'static str> {
    let resolve = METADATA
        .resolve
        .as_ref()
        .expect("cargo metadata resolves dependencies");
    let node = resolve
        .nodes
        .iter()
        .find(|node| METADATA[&node.id].name == name);
    let features = &node.expect("the package is built").features;
    features.iter().map(|feature| feature.as_str()).collect()
}

#[test]
fn no_program_can_be_stopped_from_outside_between_two_statements() {
    for package in ["fail", "bitacora-device", "bitacora-server"] {
        assert!(
            !features_in_programs(package).contains("failpoints"),
            "{package} has its failpoints in programs that people use; only the kill tests ask for them"
        );
    }
}

#[test]
fn features_that_one_package_asks_for_are_seen_in_another() {
    assert!(
        features_in_programs("rusqlite").contains("bundled-sqlcipher"),
        "a look that misses what the device asks for proves nothing"
    );
}

#[test]
fn sql_stands_in_store_files_only() {
    let found = sources::lines_with(&lists::SQL_WORDS, |path| {
        sources::is_product(path) && !lists::SQL_PLACES.iter().any(|place| path.contains(place))
    });
    assert!(
        found.is_empty(),
        "SQL outside the store:\n{}",
        found.join("\n")
    );
}

#[test]
fn only_document_files_name_automerge() {
    let found = sources::lines_with(&["automerge::"], |path| {
        sources::is_product(path)
            && !lists::AUTOMERGE_PLACES
                .iter()
                .any(|place| path.starts_with(place))
    });
    assert!(
        found.is_empty(),
        "Automerge outside core's document files:\n{}",
        found.join("\n")
    );
}

#[test]
fn no_file_names_the_host_of_a_registry_or_mirror() {
    // Put together here, so that this file does not name them either.
    let hosts = [
        ["registry.", "npmjs.org"],
        ["index.", "crates.io"],
        ["static.", "crates.io"],
    ]
    .map(|parts| parts.concat());
    let words: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let found = sources::lines_with(&words, |_| true);
    assert!(
        found.is_empty(),
        "a file names a registry's host:\n{}",
        found.join("\n")
    );
    // npm writes the place of each package unless told not to (`omit-lockfile-registry-resolved`).
    let found = sources::lines_with(&["\"resolved\": \"http"], |path| {
        path.ends_with("package-lock.json")
    });
    assert!(
        found.is_empty(),
        "the lock file names places to download from:\n{}",
        found.join("\n")
    );
}
