//! The table on paper.

use rstest::rstest;

use super::*;

/// Words of a post, in a language.
struct Worded(Language, &'static str);

impl Labels for Worded {
    fn language(&self) -> Language {
        self.0
    }

    fn vocabulary(&self) -> Vocabulary {
        Vocabulary::read(self.1).unwrap_or_default()
    }

    fn nationality(&self, _: &str) -> Option<String> {
        None
    }

    fn category(&self, _: &str) -> Option<String> {
        None
    }
}

#[rstest]
#[case::panama(Language::Spanish, "pa", ["en patrulla BCH-0814-2", "Falta la patrulla: BCH-0814-2", "en el puesto"])]
#[case::mexico(Language::Spanish, "mx", ["en recorrido BCH-0814-2", "Falta el recorrido: BCH-0814-2", "en el módulo"])]
#[case::of_a_newer_build(Language::Spanish, "gt", ["en patrulla BCH-0814-2", "Falta la patrulla: BCH-0814-2", "en el puesto"])]
#[case::in_english(Language::English, "pa", ["on patrol BCH-0814-2", "Patrol missing: BCH-0814-2", "at the post"])]
#[case::mexico_in_english(Language::English, "mx", ["on patrol BCH-0814-2", "Patrol missing: BCH-0814-2", "at the post"])]
fn the_printed_table_has_the_words_of_the_post(
    #[case] language: Language,
    #[case] words: &'static str,
    #[case] said: [&str; 3],
) {
    let mut table = table(&example(), false);
    table.unreceived = 1;
    let departed_at = "2023-08-14T11:00:00Z".parse().unwrap();
    table.coverage.teams_missing = vec![crate::coverage::MissingTeam {
        device_id: DeviceId::new([7; 16]),
        name: "Cabo 17".to_owned(),
        last_contact_at: Some(departed_at),
        why: crate::coverage::Why::PatrolOut,
        patrol_code: Some("BCH-0814-2".to_owned()),
    }];
    table.coverage.patrols_missing = vec![crate::coverage::MissingPatrol {
        patrol_id: bitacora_core::id::PatrolId::new(Uuid::from_u128(3)),
        code: "BCH-0814-2".to_owned(),
        departed_at,
    }];
    let printed = print(&table, &Worded(language, words));
    for said in said {
        assert!(printed.contains(said), "`{said}` is missing in\n{printed}");
    }
}

#[test]
fn a_range_of_thousands_does_not_run_into_its_neighbour() {
    let mut table = table(&example(), false);
    let range = |min, max| Figure {
        min,
        max,
        undecided: 1,
    };
    for people in [&mut table.rows[0].people, &mut table.totals] {
        people.men = range(5_012, 5_013);
        people.women = range(3_790, 3_792);
        people.total = range(105_012, 105_019);
    }
    let printed = print(&table, &Named);
    let line = |name: &str| {
        let found = printed.lines().find(|line| line.starts_with(name)).unwrap();
        found
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        line("Venezuela"),
        [
            "Venezuela",
            "5012–5013",
            "3790–3792",
            "1",
            "0",
            "0",
            "105012–105019"
        ],
        "each figure stands by itself in\n{printed}"
    );
    let ends = |line: &&str| line.contains("Hombres") || line.starts_with("Venezuela");
    let widths: Vec<_> = printed
        .lines()
        .filter(ends)
        .map(|line| line.chars().count())
        .collect();
    assert_eq!(widths[0], widths[1], "and under its heading in\n{printed}");
}

#[test]
fn the_printed_table_says_everything_a_commander_must_defend() {
    let mut table = table(&example(), false);
    table.coverage = Coverage {
        teams_expected: 6,
        teams_missing: vec![crate::coverage::MissingTeam {
            device_id: DeviceId::new([7; 16]),
            name: "Cabo 17".to_owned(),
            last_contact_at: Some("2023-08-14T10:05:00Z".parse().unwrap()),
            why: crate::coverage::Why::Silent,
            patrol_code: None,
        }],
        patrols_missing: vec![crate::coverage::MissingPatrol {
            patrol_id: bitacora_core::id::PatrolId::new(Uuid::from_u128(3)),
            code: "BCH-0814-2".to_owned(),
            departed_at: "2023-08-14T11:00:00Z".parse().unwrap(),
        }],
        teams_as_of: Some("2023-08-14T22:40:00Z".parse().unwrap()),
        received_from: None,
    };
    let mut file = Vec::new();
    write_csv(&table, &mut file).unwrap();
    let file = String::from_utf8(file).unwrap();
    for (what, name) in [
        ("missing_team", "Cabo 17"),
        ("missing_patrol", "BCH-0814-2"),
    ] {
        let named = |line: &str| line.starts_with(what) && line.contains(name);
        assert!(
            file.lines().any(named),
            "the file names who is missing: {file}"
        );
    }
    insta::assert_snapshot!(print(&table, &Named), @r"
    Tabla del día · Bajo Chiquito (PA-BCH)
    Periodo 2023-08-14 · America/Panama
    Al 2023-08-14 18:00 · daily/7

    59–60 personas en 3 encuentros · falta 1 de 6 equipos

    Nacionalidad              Hombres  Mujeres    Niños    Niñas Sin dato      Total
    Venezuela                   11–12        2        1        0        0      14–15
    HTI                             1        2        0        2        0          5
    Sólo el total                   0        0        0        0        0         40
    ────────────────────────────────────────────────────────────────────────────────
    Total                       12–13        4        1        2        0      59–60

    Asistencia social                                                          19–20
    ORI                                                                           11
    PAX                                                                            1
    Atenciones (persona × tipo)                                                31–32

    Revisados: 1 / 3
    Con dos valores por decidir: 1
    Fuera de la tabla: 1 por completar (0 personas)
    Fuera de la tabla: 1 anulado (6 personas)
    Lista de equipos al: 2023-08-14 17:40
    Falta el equipo: Cabo 17 (último contacto 2023-08-14 05:05; sin noticias)
    Falta la patrulla: BCH-0814-2 (salió 2023-08-14 06:00)
    ");
}

#[rstest]
#[case::one(
    1,
    1,
    "Fuera de la tabla: 1 anulado (1 persona)",
    "Left out: 1 merged as a duplicate (1 person)"
)]
#[case::two(
    2,
    3,
    "Fuera de la tabla: 2 anulados (3 personas)",
    "Left out: 2 merged as duplicates (3 people)"
)]
fn what_is_left_out_is_said_in_singular_and_in_plural(
    #[case] records: u64,
    #[case] people: u64,
    #[case] spanish: &str,
    #[case] english: &str,
) {
    let mut table = table(&example(), false);
    let left_out = |reason| LeftOut {
        reason,
        records,
        people: Figure {
            min: people,
            max: people,
            undecided: 0,
        },
        rules: Vec::new(),
    };
    table.left_out = vec![left_out(Reason::Void), left_out(Reason::Merged)];
    for (language, said) in [(Language::Spanish, spanish), (Language::English, english)] {
        let printed = print(&table, &Worded(language, "pa"));
        assert!(printed.contains(said), "`{said}` is missing in\n{printed}");
    }
}

#[rstest]
#[case::spanish(
    Language::Spanish,
    "Recibido aquí desde 2023-08-14 14:10: lo anterior no está completo en este equipo"
)]
#[case::english(
    Language::English,
    "Received here since 2023-08-14 14:10: what is older is not complete on this device"
)]
fn a_table_of_days_that_this_device_did_not_receive_says_from_when_it_did(
    #[case] language: Language,
    #[case] said: &str,
) {
    let mut table = table(&[], false);
    let words = Worded(language, "pa");
    assert!(
        !print(&table, &words).contains("2023-08-14 14:10"),
        "nothing of it where all of the days was received"
    );
    table.coverage.received_from = Some("2023-08-14T19:10:00Z".parse().unwrap());
    let printed = print(&table, &words);
    let mut lines = printed.lines();
    let sentence = lines.find(|line| line.starts_with("0 p"));
    assert!(sentence.is_some(), "{printed}");
    assert_eq!(
        lines.next(),
        Some(said),
        "beside the figure that it explains"
    );
    let mut file = Vec::new();
    write_csv(&table, &mut file).unwrap();
    let file = String::from_utf8(file).unwrap();
    assert!(
        file.contains("\nfact,received_from,2023-08-14T19:10:00Z,"),
        "and in a file: {file}"
    );
}
