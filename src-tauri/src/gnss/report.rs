//! One report of gpsd.

use bitacora_core::capture::Position;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// A fix in two dimensions; below it the receiver only searches.
const MODE_2D: u8 = 2;
/// gpsd gives errors that 95 % of fixes keep; ours are those that 68 % keep. In the plane (Rayleigh) 1.51 of 2.45.
const PLANE_68_OF_95: f64 = 0.617;
/// The same along a line (normal): 1 of 1.96.
const LINE_68_OF_95: f64 = 0.51;

/// The part of a `TPV` report that a record keeps. What is not known is left out by gpsd.
#[derive(Deserialize)]
pub(super) struct Report {
    class: String,
    mode: Option<u8>,
    /// Text in gpsd of this decade, a number before that.
    time: Option<serde_json::Value>,
    lat: Option<f64>,
    lon: Option<f64>,
    #[serde(rename = "altHAE")]
    altitude: Option<f64>,
    eph: Option<f64>,
    epv: Option<f64>,
}

impl Report {
    /// Reads a line; `None` unless it is a report of a receiver that has found satellites.
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        let report: Self = serde_json::from_slice(line).ok()?;
        (report.class == "TPV" && report.mode? >= MODE_2D).then_some(report)
    }

    /// Returns what time the satellites say it was then. Without a fix a receiver tells its own clock, which is none.
    pub(super) fn time(&self) -> Option<DateTime<Utc>> {
        let text = self.time.as_ref()?.as_str()?;
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        Some(time.with_timezone(&Utc))
    }

    /// Returns where it was, if that is on Earth.
    pub(super) fn position(&self) -> Option<Position> {
        let (lat, lon) = (self.lat?, self.lon?);
        let on_earth = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        let metres = |error: Option<f64>, share: f64| {
            error
                .map(|error| error * share)
                .filter(|error| (0.0..=1_000_000.0).contains(error))
        };
        on_earth.then(|| Position {
            lat,
            lon,
            accuracy_m: metres(self.eph, PLANE_68_OF_95),
            altitude_m: self
                .altitude
                .filter(|altitude| (-1_000.0..=10_000.0).contains(altitude)),
            altitude_accuracy_m: metres(self.epv, LINE_68_OF_95),
            source: "gnss".to_owned(),
            fix_age_s: None,
            hdop: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use bitacora_core::capture::Position;

    use super::Report;

    fn fix(line: &[u8]) -> Option<Position> {
        Report::of(line)?.position()
    }

    #[test]
    fn a_time_is_told_with_a_fix_and_not_by_a_receiver_that_searches() {
        let time = |line: &str| Report::of(line.as_bytes()).and_then(|report| report.time());
        let told = time(r#"{"class":"TPV","mode":2,"time":"2025-03-14T12:21:40.500Z"}"#).unwrap();
        assert_eq!(told.timestamp_millis(), 1_741_954_900_500, "to the moment");
        for line in [
            r#"{"class":"TPV","mode":1,"time":"2025-03-14T12:21:40.500Z"}"#,
            r#"{"class":"TPV","mode":3,"lat":8.451,"lon":-77.643}"#,
            r#"{"class":"TPV","mode":3,"time":"soon"}"#,
            r#"{"class":"TPV","mode":3,"time":1741954900.5}"#,
        ] {
            assert_eq!(time(line), None, "no time: {line}");
        }
        let old = br#"{"class":"TPV","mode":3,"time":1741954900.5,"lat":8.451,"lon":-77.643}"#;
        assert!(fix(old).is_some(), "where it was is read all the same");
    }

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
