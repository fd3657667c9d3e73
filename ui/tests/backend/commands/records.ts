import type { Row, RowFilter } from "$lib/backend/bindings";
import { countOf } from "$lib/form/composition";
import { dayBeside } from "$lib/shared/time";
import type { Answers } from "../answers";
import type { Phone } from "../phone";
import { detailOf, rowOf, type Stored } from "../record";
import { isAsApproved, isCounted, isOfTwoDays } from "../table";

/** The device gives no more rows at once. */
const ROWS_MAX = 500;

function matches(phone: Phone, row: Row, stored: Stored, filter: RowFilter): boolean {
  if (stored.status === "withdrawn" || stored.practice) return false;
  const states = {
    all: true,
    unreceived: row.place === "on_phone",
    incomplete: row.marks.includes("incomplete"),
    two_values: row.marks.includes("two_values"),
    to_review: row.status === "complete" || row.status === "submitted",
    refused: row.marks.includes("refused"),
    clock_doubt: row.marks.includes("clock_doubt"),
    voided: row.status === "voided",
    other_day: isOfTwoDays(stored),
    as_approved: isAsApproved(stored, filter.counted === "only_reviewed"),
  };
  const of = (code: string | null) =>
    code ? (stored.capture.composition?.[code] ? [code] : []) : Object.keys(stored.capture.composition ?? {});
  const cells = { men: "AA+M", women: "AA+F", boys: "AC+M", girls: "AC+F", unknown: "AU+U" } as const;
  const cell = filter.cell;
  return (
    states[filter.state] &&
    of(filter.nationality).length > 0 &&
    (!cell ||
      of(filter.nationality).some(
        (code) => countOf(stored.capture.composition ?? {}, code, cells[cell]) > 0,
      )) &&
    (!filter.patrol_id || row.patrol_id === filter.patrol_id) &&
    (!filter.day ||
      (dayBeside(filter.day, 1 - filter.days) <= phone.recordsDay && phone.recordsDay <= filter.day)) &&
    (!filter.counted || Boolean(filter.left_out) || isCounted(stored, filter.counted === "only_reviewed")) &&
    (!filter.left_out || (filter.left_out === "void" ? states.voided : states.incomplete)) &&
    (!filter.text || row.short_code.includes(filter.text.toUpperCase()))
  );
}

/** Lists of records, and one of them in full. */
export const recordCommands = (phone: Phone) =>
  ({
    rows: async (filter) => {
      const me = phone.mine().name;
      const found = phone.records
        .map((stored) => ({ stored, row: rowOf(stored, me) }))
        .filter(({ stored, row }) => matches(phone, row, stored, filter));
      return {
        rows: found
          .slice(filter.offset, filter.offset + Math.min(filter.limit, ROWS_MAX))
          .map(({ row }) => row),
        total: found.length,
      };
    },
    detail: async (id) =>
      detailOf(phone.record(id), phone.mine().name, phone.leads, phone.me?.role === "post_commander"),
  }) satisfies Partial<Answers>;
