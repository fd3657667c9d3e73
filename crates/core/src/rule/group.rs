//! E01 to E06: people, assistance, needs.

use super::{ALSO_DECLINED, Missing, report};
use crate::code::{self, AgeGroup};
use crate::encounter::{Count, Encounter, FieldValue, Stated};
use crate::nation;

pub(super) fn check(encounter: &Encounter, found: &mut Vec<Missing>) {
    let total = encounter.total_people();
    if total.max == 0 {
        report(
            found,
            "E01",
            "composition",
            "at least one person, or an estimate",
        );
    }
    check_cells(encounter, found);
    check_assistance(encounter, total, found);
    check_needs(encounter, total, found);
    check_separation(encounter, found);
}

fn check_cells(encounter: &Encounter, found: &mut Vec<Missing>) {
    for (key, register) in encounter.cells_of("composition") {
        let is_unread = |stated: &Stated| matches!(stated.value, FieldValue::Unknown(_));
        if register.values.iter().any(is_unread) {
            let path = format!("composition/{key}");
            report(
                found,
                "E02",
                path,
                "a whole number of people from 0 to 9999",
            );
        }
    }
    for cell in encounter.cells() {
        let path = || format!("composition/{}/{}+{}", cell.nation, cell.band, cell.sex);
        if nation::find(cell.nation).is_none() {
            report(
                found,
                "E02",
                path(),
                "the nationality is not known to this build",
            );
        } else if code::find("age_band", cell.band).is_none()
            || code::find("sex", cell.sex).is_none()
        {
            report(
                found,
                "E02",
                path(),
                "the age band or sex is not known to this build",
            );
        }
    }
}

fn check_assistance(encounter: &Encounter, total: Count, found: &mut Vec<Missing>) {
    let reached: Vec<_> = encounter
        .cells_of("assistance")
        .map(|(code, register)| (code, register.count(total)))
        .collect();
    if reached.is_empty() {
        report(
            found,
            "E03",
            "assistance",
            "at least one kind of assistance, or declined, or observed only",
        );
    }
    let least = |wanted: &str| {
        let one = reached.iter().find(|(code, _)| *code == wanted);
        one.map_or(0, |(_, people)| people.min)
    };
    let helped = reached
        .iter()
        .filter(|(code, _)| !matches!(*code, "declined" | "observed"))
        .map(|(_, people)| people.min)
        .max();
    // Who declined, or was only observed, got nothing else: all together cannot be more people than there are.
    let together = least("declined")
        .saturating_add(least("observed"))
        .saturating_add(helped.unwrap_or(0));
    let is_alone = reached.len() < 2;
    if !is_alone && least("declined").max(least("observed")) > 0 && together > total.max {
        report(
            found,
            "E03",
            ALSO_DECLINED,
            "declined or observed excludes other assistance for the same people",
        );
    }
    for (code, people) in reached {
        if people.min > total.max {
            report(
                found,
                "E04",
                format!("assistance/{code}"),
                "more people reached than met",
            );
        }
    }
}

fn check_needs(encounter: &Encounter, total: Count, found: &mut Vec<Missing>) {
    let needs: Vec<_> = encounter
        .cells_of("needs")
        .map(|(code, register)| (code, register.count(total)))
        .collect();
    if needs.is_empty() && !encounter.needs_answered() {
        report(
            found,
            "E05",
            "needs",
            "which needs there are, or that there are none",
        );
    }
    let minors = people_where(encounter, |band, _| {
        code::age_group(band) == AgeGroup::Minor
    });
    let children: u32 = ["uac", "sep"]
        .iter()
        .map(|code| encounter.stated(&format!("needs/{code}")).min)
        .sum();
    if children > minors.max {
        report(
            found,
            "E05",
            "needs/uac",
            "more unaccompanied and separated children than minors",
        );
    }
    for (code, people) in needs {
        let most = match code {
            "pregnant" => females_of_six_and_more(encounter, total),
            "older" => older(encounter, total),
            _ => total,
        };
        if people.min > most.max.min(total.max) {
            report(
                found,
                "E05",
                format!("needs/{code}"),
                "more people than can have this need",
            );
        }
    }
}

fn check_separation(encounter: &Encounter, found: &mut Vec<Missing>) {
    let stated: Vec<_> = encounter
        .cells_of("separation")
        .map(|(_, register)| register.count(Count::default()))
        .collect();
    if stated.is_empty() {
        return;
    }
    let situations: Count = stated.into_iter().sum();
    let children: Count = ["uac", "sep"]
        .iter()
        .map(|code| encounter.stated(&format!("needs/{code}")))
        .sum();
    if situations.min > children.max || situations.max < children.min {
        report(
            found,
            "E06",
            "separation",
            "the situations do not add up to the unaccompanied and separated children",
        );
    }
}

fn people_where(encounter: &Encounter, fits: impl Fn(&str, &str) -> bool) -> Count {
    encounter
        .cells()
        .filter(|cell| fits(cell.band, cell.sex))
        .map(|cell| cell.people)
        .sum()
}

/// People who are only estimated may be anybody.
fn uncounted(encounter: &Encounter, total: Count) -> Count {
    total.beyond(encounter.counted())
}

fn females_of_six_and_more(encounter: &Encounter, total: Count) -> Count {
    let may_be = |band: &str, sex: &str| band != "A0" && sex != "M";
    people_where(encounter, may_be).plus(uncounted(encounter, total))
}

fn older(encounter: &Encounter, total: Count) -> Count {
    let may_be = |band: &str, _: &str| code::age_group(band) != AgeGroup::Minor && band != "A18";
    people_where(encounter, may_be).plus(uncounted(encounter, total))
}
