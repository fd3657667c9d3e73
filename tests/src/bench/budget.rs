//! Budgets as data, and one JSON line per measure.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

const BUDGETS: &str = include_str!("budgets.json");

#[derive(Deserialize)]
struct Budget {
    /// `null`: measured for the record, without a limit.
    max: Option<f64>,
    unit: String,
}

/// What a measure came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// Its name in `budgets.json`.
    pub name: String,
    /// What was measured.
    pub value: f64,
    /// In what.
    pub unit: String,
    /// The most that it may be.
    pub budget: Option<f64>,
    /// It is within its budget.
    pub ok: bool,
}

/// All budgets.
pub struct Budgets(BTreeMap<String, Budget>);

impl Budgets {
    /// Reads them.
    pub fn read() -> Result<Self> {
        Ok(Self(serde_json::from_str(BUDGETS).context("budgets.json")?))
    }

    /// Holds a value against its budget.
    pub fn measure(&self, name: &str, value: f64) -> Result<Measure> {
        let budget = self
            .0
            .get(name)
            .with_context(|| format!("{name} has no line in budgets.json"))?;
        let ok = budget.max.is_none_or(|max| value <= max);
        let rounded = (value * 1000.0).round() / 1000.0;
        Ok(Measure {
            name: name.to_owned(),
            value: rounded,
            unit: budget.unit.clone(),
            budget: budget.max,
            ok,
        })
    }

    /// Returns the names that were not measured.
    pub fn unmeasured(&self, measured: &[Measure]) -> Vec<&str> {
        let is_measured = |name: &str| measured.iter().any(|measure| measure.name == name);
        self.0
            .keys()
            .map(String::as_str)
            .filter(|name| !is_measured(name))
            .collect()
    }
}
