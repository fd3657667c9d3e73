//! The words of the printed table, Spanish first.

use super::labels::{Language, Vocabulary};
use crate::coverage::Why;
use crate::daily::{Reason, Table};
use crate::figure::Figure;

/// The words of one language, and in it of one country.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) period: &'static str,
    pub(super) as_of: &'static str,
    pub(super) nationality: &'static str,
    pub(super) columns: [&'static str; 6],
    pub(super) total: &'static str,
    pub(super) total_only: &'static str,
    pub(super) attentions: &'static str,
    pub(super) reviewed: &'static str,
    pub(super) as_approved: &'static str,
    pub(super) undecided: &'static str,
    pub(super) undecided_day: &'static str,
    pub(super) clock_doubt: &'static str,
    pub(super) clock_doubt_elsewhere: &'static str,
    pub(super) unreceived: &'static str,
    pub(super) parts_over_total: &'static str,
    pub(super) left_out: &'static str,
    pub(super) teams_as_of: &'static str,
    pub(super) teams_unknown: &'static str,
    pub(super) missing_team: &'static str,
    pub(super) missing_patrol: &'static str,
    pub(super) last_contact: &'static str,
    pub(super) never: &'static str,
    pub(super) left: &'static str,
    patrol_out: &'static str,
    language: Language,
}

const SPANISH: Words = Words {
    title: "Tabla del día",
    period: "Periodo",
    as_of: "Al",
    nationality: "Nacionalidad",
    columns: ["Hombres", "Mujeres", "Niños", "Niñas", "Sin dato", "Total"],
    total: "Total",
    total_only: "Sólo el total",
    attentions: "Atenciones (persona × tipo)",
    reviewed: "Revisados",
    as_approved: "Contados como se aprobaron, con un cambio que espera aprobación",
    undecided: "Con dos valores por decidir",
    undecided_day: "De ellos, quizá de otro día (dos horas por decidir)",
    clock_doubt: "Con hora sin comprobar",
    clock_doubt_elsewhere: "Otros con hora sin comprobar, que pueden ser de estos días",
    unreceived: "Aún no recibidos en el puesto, sólo en este equipo",
    parts_over_total: "Por completar con una parte mayor que el total",
    left_out: "Fuera de la tabla",
    teams_as_of: "Lista de equipos al",
    teams_unknown: "No se sabe qué equipos faltan: este equipo no tiene la lista",
    missing_team: "Falta el equipo",
    missing_patrol: "Falta la patrulla",
    last_contact: "último contacto",
    never: "sin contacto",
    left: "salió",
    patrol_out: "en patrulla",
    language: Language::Spanish,
};

static SPANISH_OF_PANAMA: Words = SPANISH;
static SPANISH_OF_MEXICO: Words = Words {
    unreceived: "Aún no recibidos en el módulo, sólo en este equipo",
    missing_patrol: "Falta el recorrido",
    patrol_out: "en recorrido",
    ..SPANISH
};

/// A post and a patrol have one word each in English, as on the screens.
static ENGLISH: Words = Words {
    title: "Daily table",
    period: "Period",
    as_of: "As of",
    nationality: "Nationality",
    columns: ["Men", "Women", "Boys", "Girls", "Unknown", "Total"],
    total: "Total",
    total_only: "Total only",
    attentions: "Attentions (person × kind)",
    reviewed: "Reviewed",
    as_approved: "Counted as they were approved, with a change that waits for approval",
    undecided: "With two values to decide",
    undecided_day: "Of these, perhaps of another day (two times to decide)",
    clock_doubt: "With an unchecked time",
    clock_doubt_elsewhere: "Others with an unchecked time, which may be of these days",
    unreceived: "Not yet received at the post, on this device only",
    parts_over_total: "Incomplete with a part larger than the total",
    left_out: "Left out",
    teams_as_of: "Teams as of",
    teams_unknown: "Which teams are missing is not known: this device has no list of them",
    missing_team: "Team missing",
    missing_patrol: "Patrol missing",
    last_contact: "last contact",
    never: "no contact yet",
    left: "left",
    patrol_out: "on patrol",
    language: Language::English,
};

impl Words {
    pub(super) fn of(language: Language, vocabulary: Vocabulary) -> &'static Self {
        match (language, vocabulary) {
            (Language::Spanish, Vocabulary::Panama) => &SPANISH_OF_PANAMA,
            (Language::Spanish, Vocabulary::Mexico) => &SPANISH_OF_MEXICO,
            (Language::English, _) => &ENGLISH,
        }
    }

    /// Returns the whole table in a sentence: "612 personas en 74 encuentros · faltan 2 de 6 equipos".
    pub(super) fn sentence(&self, table: &Table) -> String {
        let (people, encounters) = (table.totals.total, table.encounters);
        let mut sentence = match self.language {
            Language::Spanish => {
                let met = one(encounters, "encuentro", "encuentros");
                format!("{people} {} en {encounters} {met}", self.people(people))
            }
            Language::English => {
                let met = one(encounters, "encounter", "encounters");
                format!("{people} {} in {encounters} {met}", self.people(people))
            }
        };
        let (missing, expected) = (
            table.coverage.teams_missing.len() as u64,
            table.coverage.teams_expected,
        );
        if expected > 0 {
            sentence.push_str(&match self.language {
                Language::Spanish => {
                    format!(
                        " · {} {missing} de {expected} equipos",
                        one(missing, "falta", "faltan")
                    )
                }
                Language::English => format!(" · {missing} of {expected} teams missing"),
            });
        }
        sentence
    }

    /// Returns that of the days before a moment, in local time, not everything is here.
    pub(super) fn received_from(&self, at: &str) -> String {
        match self.language {
            Language::Spanish => {
                format!("Recibido aquí desde {at}: lo anterior no está completo en este equipo")
            }
            Language::English => {
                format!("Received here since {at}: what is older is not complete on this device")
            }
        }
    }

    pub(super) const fn why(&self, why: Why) -> &'static str {
        match (self.language, why) {
            (_, Why::PatrolOut) => self.patrol_out,
            (Language::Spanish, Why::Never) => "nunca",
            (Language::Spanish, Why::Silent) => "sin noticias",
            (Language::Spanish, Why::Revoked) => "dado de baja",
            (Language::Spanish, Why::Copied) => "copiado: dé de baja y una de nuevo cada teléfono",
            (Language::Spanish, Why::NotReceived) => "falta sincronizar este equipo",
            (Language::English, Why::Never) => "never",
            (Language::English, Why::Silent) => "not heard since",
            (Language::English, Why::Revoked) => "revoked",
            (Language::English, Why::Copied) => "copied: revoke it and join each phone again",
            (Language::English, Why::NotReceived) => "this device has to sync",
        }
    }

    /// Returns the word for so many people.
    pub(super) const fn people(&self, figure: Figure) -> &'static str {
        match self.language {
            Language::Spanish => one(figure.max, "persona", "personas"),
            Language::English => one(figure.max, "person", "people"),
        }
    }

    /// Returns why so many records are left out.
    pub(super) const fn reason(&self, reason: Reason, records: u64) -> &'static str {
        let (singular, plural) = match (self.language, reason) {
            (Language::Spanish, Reason::Incomplete) => ("por completar", "por completar"),
            (Language::Spanish, Reason::Void) => ("anulado", "anulados"),
            (Language::Spanish, Reason::Merged) => {
                ("fusionado por duplicado", "fusionados por duplicado")
            }
            (Language::Spanish, Reason::Refused) => (
                "no aceptado por el servidor",
                "no aceptados por el servidor",
            ),
            (Language::Spanish, Reason::NotReviewed) => ("sin revisar", "sin revisar"),
            (Language::Spanish, Reason::ChangedAfterReview) => (
                "cambiado después de revisar",
                "cambiados después de revisar",
            ),
            (Language::English, Reason::Incomplete) => ("incomplete", "incomplete"),
            (Language::English, Reason::Void) => ("void", "void"),
            (Language::English, Reason::Merged) => {
                ("merged as a duplicate", "merged as duplicates")
            }
            (Language::English, Reason::Refused) => {
                ("not accepted by the server", "not accepted by the server")
            }
            (Language::English, Reason::NotReviewed) => ("not reviewed", "not reviewed"),
            (Language::English, Reason::ChangedAfterReview) => {
                ("changed after review", "changed after review")
            }
        };
        one(records, singular, plural)
    }
}

const fn one(count: u64, singular: &'static str, plural: &'static str) -> &'static str {
    if count == 1 { singular } else { plural }
}
