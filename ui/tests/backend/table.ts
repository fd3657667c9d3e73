import type { Count, MissingTeam, Team, TableRow, Today } from "$lib/backend/bindings";
import { countsOf, isDoubtful, missingOf, type Stored } from "./record";

const plus = (a: Count, b: Count): Count => ({ min: a.min + b.min, max: a.max + b.max });
const NOTHING: Count = { min: 0, max: 0 };
const empty = (nationality: string): TableRow => ({
  nationality,
  men: NOTHING,
  women: NOTHING,
  boys: NOTHING,
  girls: NOTHING,
  unknown: NOTHING,
  total: NOTHING,
});

function addRow(row: TableRow, counts: Omit<TableRow, "nationality">): TableRow {
  return {
    nationality: row.nationality,
    men: plus(row.men, counts.men),
    women: plus(row.women, counts.women),
    boys: plus(row.boys, counts.boys),
    girls: plus(row.girls, counts.girls),
    unknown: plus(row.unknown, counts.unknown),
    total: plus(row.total, counts.total),
  };
}

/** Pairs that meet the rule, here simply neighbours of a busy day; the first of them stands out. */
export function pairsOf(records: Stored[]): [Stored, Stored][] {
  const complete = records.filter(({ status }) => status === "complete").slice(0, 41);
  if (complete.length <= 20) return [];
  return complete
    .slice(1)
    .map((later, place): [Stored, Stored] => [complete[place] ?? later, later])
    .filter(([a, b]) => !a.apart.includes(b.id));
}

/** Whether a table of approved records counts this one as it was approved. */
export const isAsApproved = ({ status, approved }: Stored, onlyReviewed: boolean): boolean =>
  onlyReviewed && status === "changed_after_review" && approved !== undefined;

/** A record as the table counts it: of approved ones that which was approved. */
function asCounted(stored: Stored, onlyReviewed: boolean): Stored {
  const { approved } = stored;
  return approved && isAsApproved(stored, onlyReviewed)
    ? { ...stored, capture: approved, others: [], stated: [] }
    : stored;
}

/** Whether the table counts a record: complete, not void, and approved if only those are asked for. */
export function isCounted(stored: Stored, onlyReviewed: boolean): boolean {
  const { status, practice, capture, refused, place } = asCounted(stored, onlyReviewed);
  const ended = practice || status === "voided" || status === "withdrawn";
  const refusedWhole = refused !== null && place === "on_phone";
  const whole = missingOf(capture).length === 0;
  const approved = status === "reviewed" || isAsApproved(stored, onlyReviewed);
  return !ended && !refusedWhole && whole && (!onlyReviewed || approved);
}

/** Whether two teams wrote times of two days. */
export function isOfTwoDays({ stated = [] }: Stored): boolean {
  const times = stated.find(({ field }) => field === "occurred_at")?.values ?? [];
  return new Set(times.map(({ value }) => String(value).slice(0, 10))).size > 1;
}

const startOf = (day: string) => Date.parse(`${day}T00:00:00-05:00`);

/** When a day ended in Panama, or now if it has not. */
const endOf = (day: string) => Math.min(startOf(day) + 24 * 3_600_000, Date.now());

const whyMissing = ({ revoked_at, last_contact_at }: Team, past: boolean): MissingTeam["why"] =>
  revoked_at ? "revoked" : last_contact_at === null ? "never" : past ? "silent" : "patrol_out";

/** The table of a day over the records of it that the in-memory phone holds. */
export function tableOf(
  records: Stored[],
  teams: Team[],
  {
    from,
    day,
    days,
    today,
    onlyReviewed,
  }: { from: string; day: string; days: number; today: string; onlyReviewed: boolean },
): Omit<Today, "day_before"> {
  const counted = records
    .filter((stored) => isCounted(stored, onlyReviewed))
    .map((stored) => asCounted(stored, onlyReviewed));
  const end = endOf(day);
  const inTheField = teams.filter(
    ({ role, revoked_at, enrolled_at }) =>
      role !== "post_commander" &&
      (!revoked_at || Date.parse(revoked_at) >= startOf(from)) &&
      Date.parse(enrolled_at) < end,
  );
  const incomplete = records.filter(
    ({ capture, status }) => status === "complete" && missingOf(capture).length > 0,
  ).length;
  const rows = new Map<string, TableRow>();
  let totals = empty("");
  for (const stored of counted) {
    for (const nationality of Object.keys(stored.capture.composition ?? {})) {
      const counts = countsOf(stored, [nationality]);
      rows.set(nationality, addRow(rows.get(nationality) ?? empty(nationality), counts));
      totals = addRow(totals, counts);
    }
  }
  const now = new Date().toISOString();
  return {
    day,
    from,
    days,
    today,
    only_reviewed: onlyReviewed,
    as_of: now,
    people: totals.total,
    encounters: counted.length,
    reviewed: counted.filter(({ status }) => status === "reviewed").length,
    as_approved: counted.filter((stored) => isAsApproved(stored, onlyReviewed)).length,
    table: [...rows.values()].sort((a, b) => b.total.max - a.total.max),
    totals,
    attentions:
      counted.length === 0
        ? []
        : [
            { category: "ASO", people: totals.total },
            { category: "ORI", people: { min: 312, max: 312 } },
            { category: "PAX", people: { min: 21, max: 21 } },
          ],
    teams_expected: inTheField.length,
    teams_missing: inTheField
      .filter(({ last_contact_at }) => !last_contact_at || end - Date.parse(last_contact_at) > 6 * 3_600_000)
      .map((team) => ({
        device_id: team.device_id,
        name: team.name,
        last_contact_at: team.last_contact_at,
        why: whyMissing(team, day < today),
        patrol_code: team.last_contact_at && day === today ? "BCH-0314-2" : null,
      })),
    patrols_missing: [],
    parts_over_total: 0,
    teams_as_of: now,
    received_from: null,
    clock_doubt: counted.filter(isDoubtful).length,
    clock_doubt_elsewhere: 0,
    undecided_day: counted.filter(isOfTwoDays).length,
    unreceived: counted.filter(({ place }) => place === "on_phone").length,
    left_out: [
      { reason: "void", count: records.filter(({ status }) => status === "voided").length },
      { reason: "incomplete", count: incomplete },
      {
        reason: "not_reviewed",
        count: onlyReviewed
          ? records.filter((stored) => isCounted(stored, false) && !isCounted(stored, true)).length
          : 0,
      },
    ],
    to_decide: {
      two_values: counted.filter(({ others }) => others.length > 0).length,
      incomplete,
      possible_repeats: Math.min(1, pairsOf(records).length),
      meet_repeat_rule: pairsOf(records).length,
      refused: counted.filter(({ refused }) => refused).length,
    },
  };
}
