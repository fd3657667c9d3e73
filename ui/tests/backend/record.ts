import type {
  Capture,
  Count,
  Detail,
  HistoryLine,
  Mark,
  Place4,
  Repeat,
  Row,
  StatedValue,
  Status,
  TwoValues,
} from "$lib/backend/bindings";
import {
  countOf,
  nationalityTotal,
  total,
  type Composition,
  type QuickCell,
  WHO,
} from "$lib/form/composition";
import { t, texts } from "$lib/text/text.svelte";
import { LISTS } from "./lists";

/** Another device's value of one counter, kept beside ours. */
export interface OtherValue {
  nationality: string;
  cell: QuickCell;
  count: number;
  author: string;
  at: string;
}

/** One record of the in-memory phone. */
export interface Stored {
  id: string;
  code: string;
  capture: Capture;
  savedAt: string;
  author: string;
  device: string;
  patrol: string | null;
  place: Place4;
  status: Status;
  practice: boolean;
  refused: string | null;
  others: OtherValue[];
  /** Further fields that somebody stated differently, as the shell tells of them. */
  stated?: TwoValues[];
  /** What was approved, of a record that changed after its review. */
  approved?: Capture;
  /** Records that tell of other people, as somebody has said. */
  apart: string[];
  history: HistoryLine[];
  version: number;
}

const compositionOf = (stored: Stored): Composition => stored.capture.composition ?? {};

function range(count: number, alternatives: number[]): Count {
  return { min: Math.min(count, ...alternatives), max: Math.max(count, ...alternatives) };
}

/** The count of a counter over the chosen nationalities, with what other devices say. */
function cellCount(stored: Stored, cell: QuickCell, nationalities: string[]): Count {
  const composition = compositionOf(stored);
  let [min, max] = [0, 0];
  for (const nationality of nationalities) {
    const own = countOf(composition, nationality, cell);
    const others = stored.others.filter((other) => other.cell === cell && other.nationality === nationality);
    const { min: least, max: most } = range(
      own,
      others.map((other) => other.count),
    );
    min += least;
    max += most;
  }
  return { min, max };
}

const add = (counts: Count[]): Count => ({
  min: counts.reduce((sum, count) => sum + count.min, 0),
  max: counts.reduce((sum, count) => sum + count.max, 0),
});

export function countsOf(stored: Stored, nationalities = Object.keys(compositionOf(stored))) {
  const of = (cell: QuickCell) => cellCount(stored, cell, nationalities);
  const counts = {
    men: of("AA+M"),
    women: of("AA+F"),
    boys: of("AC+M"),
    girls: of("AC+F"),
    unknown: of("AU+U"),
  };
  return { ...counts, total: add(Object.values(counts)) };
}

export function missingOf(capture: Capture) {
  const missing = [];
  if (total(capture.composition ?? {}) === 0)
    missing.push({ rule: "E01", field: "composition", reason: null, message: "nobody counted" });
  if (Object.keys(capture.assistance ?? {}).length === 0)
    missing.push({ rule: "E03", field: "assistance", reason: null, message: "no assistance" });
  if (capture.needs == null)
    missing.push({ rule: "E05", field: "needs", reason: null, message: "needs not answered" });
  const { position, place_id, trail_id, setting } = capture;
  const stated = position === "no_fix" ? place_id || trail_id || setting : position || place_id;
  if (!stated) missing.push({ rule: "E08", field: "position", reason: null, message: "where it was" });
  return missing;
}

export function partsOver(capture: Capture) {
  const people = total(capture.composition ?? {});
  return Object.entries(capture.assistance ?? {}).flatMap(([code, reach]) =>
    typeof reach === "number" && reach > people ? [{ code, part: reach, total: people }] : [],
  );
}

/** Whether nobody could check the time: a clock gave it, or it was typed ahead of one. */
export function isDoubtful({ capture }: Stored): boolean {
  return capture.clock_source === "device" || capture.clock_source === "typed_ahead";
}

function marksOf(stored: Stored): Mark[] {
  const marks: Mark[] = [];
  if (stored.status === "voided") marks.push("voided");
  if (isUndecided(stored)) marks.push("two_values");
  if (stored.status === "complete" && missingOf(stored.capture).length > 0) marks.push("incomplete");
  if (stored.refused) marks.push("refused");
  if (isDoubtful(stored)) marks.push("clock_doubt");
  if (partsOver(stored.capture).length > 0) marks.push("part_over_total");
  return marks;
}

export function rowOf(stored: Stored, me: string): Row {
  const composition = compositionOf(stored);
  const { total: people, ...counts } = countsOf(stored);
  return {
    encounter_id: stored.id,
    short_code: stored.code,
    occurred_at: stored.capture.occurred_at ?? stored.savedAt,
    saved_at: stored.savedAt,
    received_at: stored.place === "on_phone" ? null : stored.savedAt,
    people,
    nationalities: Object.keys(composition)
      .filter((code) => nationalityTotal(composition, code) > 0)
      .map((code) => ({ code, people: countsOf(stored, [code]).total })),
    ...counts,
    place: stored.place,
    marks: marksOf(stored),
    status: stored.status,
    author: stored.author,
    author_is_me: stored.author === me,
    patrol_id: stored.patrol,
    patrol_code: stored.patrol,
    device: stored.device,
  };
}

/** A field in words, in the language of the settings, as the shell says it. */
export function labelOfCell(nationality: string, cell: QuickCell): string {
  const country = LISTS.countries.find(({ alpha3 }) => alpha3 === nationality);
  return `${t(`who.${WHO[cell]}`)}, ${country?.[texts.language] ?? nationality}`;
}

export const isUndecided = ({ others, stated = [] }: Stored): boolean =>
  others.length + stated.filter(({ kind }) => kind !== "descriptive").length > 0;

export function twoValuesOf(stored: Stored, mayChoose: boolean): TwoValues[] {
  const counts = stored.others.map((other): TwoValues => {
    const own = countOf(compositionOf(stored), other.nationality, other.cell);
    const values: StatedValue[] = [
      { value: own, text: String(own), author: stored.author, at: stored.savedAt, choice: "own" },
      { value: other.count, text: String(other.count), author: other.author, at: other.at, choice: "other" },
    ];
    return {
      field: `composition/${other.nationality}/${other.cell}`,
      label: labelOfCell(other.nationality, other.cell),
      kind: "count",
      values,
      may_choose: mayChoose,
    };
  });
  return [...counts, ...(stored.stated ?? []).map((field) => ({ ...field, may_choose: mayChoose }))];
}

export function refusalOf(stored: Stored) {
  return { code: "poison", message: stored.refused ?? "" };
}

export function detailOf(stored: Stored, me: string, leads: boolean, commands: boolean): Detail {
  const closed = stored.status === "voided" || stored.status === "withdrawn";
  const mine = stored.author === me;
  // Its author's own void has a way back, anybody else's is final.
  const voidedByOther = stored.history.some(
    ({ event, author }) => event === "voided" && author !== stored.author,
  );
  const isVoid = stored.status === "voided";
  // E15: what is handed in or approved has nothing missing and nothing undecided.
  const whole = !closed && !isUndecided(stored) && missingOf(stored.capture).length === 0;
  return {
    row: rowOf(stored, me),
    version: String(stored.version),
    recorded_at: stored.savedAt,
    capture: stored.capture,
    two_values: twoValuesOf(stored, leads),
    missing: missingOf(stored.capture),
    warnings: [],
    parts_over_total: partsOver(stored.capture),
    attentions: [],
    held: [{ place: stored.place, since: stored.savedAt, device: stored.device }],
    history: stored.history,
    refused: stored.refused === null ? null : refusalOf(stored),
    may_edit: !closed && (mine || leads),
    may_void: !closed && (mine || leads),
    may_reopen: isVoid && !voidedByOther && (mine || leads),
    is_void_for_good: isVoid && voidedByOther,
    may_submit: whole && leads && (stored.status === "complete" || stored.status === "returned"),
    may_return: !closed && leads && stored.status !== "returned",
    may_approve: whole && commands && !mine && stored.status !== "reviewed",
    unknown_fields: {},
  };
}

/** A pair that looks like one group. */
export function repeatOf([a, b]: [Stored, Stored], me: string, rivals = 0): Repeat {
  return {
    a: rowOf(a, me),
    b: rowOf(b, me),
    minutes_apart: 47,
    metres_apart: 1_300,
    metres_an_hour: 2_324,
    people_apart: 1,
    same_patrol: false,
    rivals,
  };
}
