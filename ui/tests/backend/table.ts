import type { Count, MissingTeam, Team, TableRow, Today } from "$lib/backend/bindings";
import { countsOf, missingOf, type Stored } from "./record";

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

/** Pairs that look like one group: here simply the first two complete ones of a busy day. */
export function pairsOf(records: Stored[]): [Stored, Stored][] {
  const complete = records.filter(({ status }) => status === "complete");
  const [a, b] = complete;
  return a && b && complete.length > 20 && !a.apart.includes(b.id) ? [[a, b]] : [];
}

/** Whether the table counts a record: complete, not void, and approved if only those are asked for. */
export function isCounted(
  { status, practice, capture, refused, place }: Stored,
  onlyReviewed: boolean,
): boolean {
  const ended = practice || status === "voided" || status === "withdrawn";
  const refusedWhole = refused !== null && place === "on_phone";
  const whole = missingOf(capture).length === 0;
  return !ended && !refusedWhole && whole && (!onlyReviewed || status === "reviewed");
}

/** When a day ended in Panama, or now if it has not. */
const endOf = (day: string) => Math.min(Date.parse(`${day}T00:00:00-05:00`) + 24 * 3_600_000, Date.now());

const whyMissing = (lastContact: string | null, past: boolean): MissingTeam["why"] =>
  lastContact === null ? "never" : past ? "silent" : "patrol_out";

/** The table of a day over the records of it that the in-memory phone holds. */
export function tableOf(
  records: Stored[],
  teams: Team[],
  { day, today, onlyReviewed }: { day: string; today: string; onlyReviewed: boolean },
): Omit<Today, "day_before"> {
  const counted = records.filter((stored) => isCounted(stored, onlyReviewed));
  const end = endOf(day);
  const inTheField = teams.filter(
    ({ role, revoked_at, enrolled_at }) =>
      role !== "post_commander" && !revoked_at && Date.parse(enrolled_at) < end,
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
    today,
    only_reviewed: onlyReviewed,
    as_of: now,
    people: totals.total,
    encounters: counted.length,
    reviewed: counted.filter(({ status }) => status === "reviewed").length,
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
      .map(({ device_id, name, last_contact_at }) => ({
        device_id,
        name,
        last_contact_at,
        why: whyMissing(last_contact_at, day < today),
        patrol_code: last_contact_at && day === today ? "BCH-0314-2" : null,
      })),
    teams_as_of: now,
    clock_doubt: counted.filter(({ capture }) => capture.clock_source === "device").length,
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
      possible_repeats: pairsOf(records).length,
      refused: counted.filter(({ refused }) => refused).length,
    },
  };
}
