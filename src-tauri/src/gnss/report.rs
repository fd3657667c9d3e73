//! One report of gpsd.

use bitacora_core::capture::Position;
use serde::Deserialize;

/// A fix in two dimensions; below it the receiver only searches.
const MODE_2D: u8 = 2;
/// gpsd gives errors that 95 % of fixes keep; ours are those that 68 % keep. In the plane (Rayleigh) 1.51 of 2.45.
const PLANE_68_OF_95: f64 = 0.617;
/// The same along a line (normal): 1 of 1.96.
const LINE_68_OF_95: f64 = 0.51;

/// The part of a `TPV` report that a record keeps. What is not known is left out by gpsd.
#[derive(Deserialize)]
struct Report {
    class: String,
    mode: Option<u8>,
    lat: Option<f64>,
    lon: Option<f64>,
    #[serde(rename = "altHAE")]
    altitude: Option<f64>,
    eph: Option<f64>,
    epv: Option<f64>,
}

/// Returns the fix of a line, if it is a report with one.
pub(super) fn fix(line: &[u8]) -> Option<Position> {
    let report: Report = serde_json::from_slice(line).ok()?;
    if report.class != "TPV" || report.mode? < MODE_2D {
        return None;
    }
    let (lat, lon) = (report.lat?, report.lon?);
    let on_earth = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
    let metres = |error: Option<f64>, share: f64| {
        error
            .map(|error| error * share)
            .filter(|error| (0.0..=1_000_000.0).contains(error))
    };
    on_earth.then(|| Position {
        lat,
        lon,
        accuracy_m: metres(report.eph, PLANE_68_OF_95),
        altitude_m: report
            .altitude
            .filter(|altitude| (-1_000.0..=10_000.0).contains(altitude)),
        altitude_accuracy_m: metres(report.epv, LINE_68_OF_95),
        source: "gnss".to_owned(),
        fix_age_s: None,
        hdop: None,
    })
}

#[cfg(test)]
mod tests {
    use super::fix;

    #[test]
    fn a_report_with_a_fix_is_one_and_nothing_else_is() {
        let good =
            fix(br#"{"class":"TPV","mode":2,"lat":8.451,"lon":-77.643,"eph":61.6}"#).unwrap();
        assert_eq!((good.lat, good.lon), (8.451, -77.643), "where");
        assert!(
            good.accuracy_m
                .is_some_and(|metres| (metres - 38.0).abs() < 0.1),
            "what 68 % of fixes keep, not 95 %"
        );
        for line in [
            r#"{"class":"TPV","mode":1,"lat":8.451,"lon":-77.643}"#,
            r#"{"class":"SKY","mode":3,"lat":8.451,"lon":-77.643}"#,
            r#"{"class":"TPV","mode":3,"lat":98.451,"lon":-77.643}"#,
            r#"{"class":"TPV","mode":3}"#,
            "not JSON",
        ] {
            assert!(fix(line.as_bytes()).is_none(), "no fix: {line}");
        }
    }
}
