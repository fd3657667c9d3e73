//! The operation columns of a change: every run is counted before Automerge would unroll it,
//! every reference to an actor or an operation is in range.

use super::reader::Reader;
use super::{Fault, OP_NUMBER_MAX, OPS_MAX};
use crate::wire::limit::CHANGE_BYTES_MAX;

/// What the operations may refer to.
pub(super) struct Context {
    pub(super) actors: u64,
    pub(super) start_op: u64,
}

/// The columns of format 1 that our documents use, in order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    ObjectActor,
    ObjectCounter,
    KeyActor,
    KeyCounter,
    KeyString,
    Insert,
    Action,
    ValueMeta,
    Value,
    PredGroup,
    PredActor,
    PredCounter,
}

impl Column {
    fn of_spec(spec: u64) -> Result<Self, Fault> {
        Ok(match spec {
            0x01 => Self::ObjectActor,
            0x02 => Self::ObjectCounter,
            0x11 => Self::KeyActor,
            0x13 => Self::KeyCounter,
            0x15 => Self::KeyString,
            0x34 => Self::Insert,
            0x42 => Self::Action,
            0x56 => Self::ValueMeta,
            0x57 => Self::Value,
            0x70 => Self::PredGroup,
            0x71 => Self::PredActor,
            0x73 => Self::PredCounter,
            _ => return Err("has a column that is not known"),
        })
    }
}

/// How the values of a run-length column are written.
#[derive(Clone, Copy)]
enum Item {
    Unsigned,
    Delta,
    Text,
}

/// What the columns add up to.
#[derive(Default)]
struct Tally {
    ops: u64,
    pred_sum: u64,
    pred_actors: u64,
    pred_counters: u64,
    value_bytes: u64,
    value_column: u64,
}

/// The highest action that is data: map, put, list, delete, text, increment. Tables and marks are not used.
const ACTION_MAX: i64 = 5;

/// Checks all columns and returns the number of operations.
pub(super) fn check(
    reader: &mut Reader<'_>,
    specs: &[(u64, usize)],
    context: Context,
) -> Result<u64, Fault> {
    let mut tally = Tally::default();
    let mut rows = Vec::new();
    let mut last = 0;
    for (spec, length) in specs {
        if *spec <= last {
            return Err("columns are not in order");
        }
        last = *spec;
        let column = Column::of_spec(*spec)?;
        let counted = check_column(column, reader.take(*length)?, &context, &mut tally)?;
        rows.push((column, counted));
    }
    if tally.ops == 0 {
        return Err("has no operations");
    }
    if context.start_op + tally.ops > OP_NUMBER_MAX {
        return Err("operation number is out of range");
    }
    check_tally(&rows, &tally)?;
    Ok(tally.ops)
}

fn check_tally(rows: &[(Column, u64)], tally: &Tally) -> Result<(), Fault> {
    use Column::{PredActor, PredCounter, Value};
    let per_op = |column| !matches!(column, PredActor | PredCounter | Value);
    if rows
        .iter()
        .any(|(column, counted)| per_op(*column) && *counted != tally.ops)
    {
        return Err("columns differ in length");
    }
    if tally.pred_actors != tally.pred_sum || tally.pred_counters != tally.pred_sum {
        return Err("predecessors do not add up");
    }
    if tally.value_bytes != tally.value_column {
        return Err("values do not add up");
    }
    Ok(())
}

fn check_column(
    column: Column,
    bytes: &[u8],
    context: &Context,
    tally: &mut Tally,
) -> Result<u64, Fault> {
    match column {
        Column::Value => {
            tally.value_column = bytes.len() as u64;
            return Ok(0);
        }
        Column::Insert => return count_booleans(bytes),
        Column::KeyString => return Ok(expand(bytes, Item::Text)?.len() as u64),
        _ => {}
    }
    let delta = matches!(column, Column::KeyCounter | Column::PredCounter);
    let values = expand(bytes, if delta { Item::Delta } else { Item::Unsigned })?;
    for value in values.iter().flatten() {
        check_value(column, *value, context, tally)?;
    }
    let rows = values.len() as u64;
    match column {
        Column::Action => tally.ops = rows,
        Column::PredActor => tally.pred_actors = rows,
        Column::PredCounter => tally.pred_counters = rows,
        _ => {}
    }
    let gap = values.iter().any(Option::is_none);
    let dense = matches!(
        column,
        Column::Action
            | Column::ValueMeta
            | Column::PredGroup
            | Column::PredActor
            | Column::PredCounter
    );
    if gap && dense {
        return Err("a column has gaps");
    }
    Ok(rows)
}

fn check_value(
    column: Column,
    value: i64,
    context: &Context,
    tally: &mut Tally,
) -> Result<(), Fault> {
    let number = u64::try_from(value).map_err(|_| "an operation refers below zero")?;
    let below_end = number < context.start_op + OPS_MAX;
    match column {
        Column::ObjectActor | Column::KeyActor | Column::PredActor if number >= context.actors => {
            Err("an operation refers to an unknown actor")
        }
        Column::ObjectCounter | Column::KeyCounter | Column::PredCounter if !below_end => {
            Err("an operation refers beyond the change")
        }
        Column::ObjectCounter | Column::PredCounter if number == 0 => {
            Err("an operation refers to nothing")
        }
        Column::Action if value > ACTION_MAX => Err("has an operation that is not used here"),
        Column::PredGroup => {
            tally.pred_sum = tally.pred_sum.saturating_add(number);
            if tally.pred_sum > OPS_MAX {
                Err("too many predecessors")
            } else {
                Ok(())
            }
        }
        Column::ValueMeta => {
            tally.value_bytes = tally.value_bytes.saturating_add(number >> 4);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn count_booleans(bytes: &[u8]) -> Result<u64, Fault> {
    let mut reader = Reader::new(bytes);
    let mut rows: u64 = 0;
    while !reader.rest().is_empty() {
        rows = rows.saturating_add(reader.unsigned()?);
        if rows > OPS_MAX {
            return Err("too many operations");
        }
    }
    Ok(rows)
}

/// Unrolls a run-length column under the cap; texts are checked and stand as their length.
fn expand(bytes: &[u8], item: Item) -> Result<Vec<Option<i64>>, Fault> {
    let mut reader = Reader::new(bytes);
    let mut values: Vec<Option<i64>> = Vec::new();
    let mut sum: i64 = 0;
    while !reader.rest().is_empty() {
        let run = reader.signed()?;
        let nulls = if run == 0 { reader.unsigned()? } else { 0 };
        let rows = run.unsigned_abs().max(nulls);
        if rows.saturating_add(values.len() as u64) > OPS_MAX {
            return Err("too many operations");
        }
        if run == 0 {
            values.extend((0..nulls).map(|_| None));
        } else if run > 0 {
            let value = read_item(&mut reader, item)?;
            for _ in 0..rows {
                values.push(Some(step(&mut sum, value, item)?));
            }
        } else {
            for _ in 0..rows {
                let value = read_item(&mut reader, item)?;
                values.push(Some(step(&mut sum, value, item)?));
            }
        }
    }
    Ok(values)
}

fn step(sum: &mut i64, value: i64, item: Item) -> Result<i64, Fault> {
    if !matches!(item, Item::Delta) {
        return Ok(value);
    }
    *sum = sum.checked_add(value).ok_or("a number is too large")?;
    Ok(*sum)
}

fn read_item(reader: &mut Reader<'_>, item: Item) -> Result<i64, Fault> {
    match item {
        Item::Unsigned => i64::try_from(reader.unsigned()?).map_err(|_| "a number is too large"),
        Item::Delta => reader.signed(),
        Item::Text => {
            let length = reader.count(CHANGE_BYTES_MAX as u64, "a key is too long")?;
            std::str::from_utf8(reader.take(length)?).map_err(|_| "a key is not UTF-8")?;
            Ok(length as i64)
        }
    }
}
