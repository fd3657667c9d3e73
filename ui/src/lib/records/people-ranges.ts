import type { Count, TwoValues } from "$lib/backend/bindings";
import { QUICK_CELLS, quickCellOf, type Composition, type QuickCell } from "$lib/form/composition";

/** The people of one nationality, or of all: a range wherever two values wait for a choice. */
export interface PeopleRanges {
  cells: Record<QuickCell, Count>;
  total: Count;
}

const nobody = (): Count => ({ min: 0, max: 0 });
const plus = (a: Count, b: Count): Count => ({ min: a.min + b.min, max: a.max + b.max });

function nothing(): PeopleRanges {
  const cells = Object.fromEntries(QUICK_CELLS.map((cell) => [cell, nobody()]));
  return { cells: cells as Record<QuickCell, Count>, total: nobody() };
}

function add(people: PeopleRanges, quick: QuickCell, count: Count): void {
  people.cells[quick] = plus(people.cells[quick], count);
  people.total = plus(people.total, count);
}

/** Who was met, by nationality and together. Nobody's number is left out: two values are a range. */
export function peopleRanges(
  composition: Composition,
  twoValues: TwoValues[],
): { byNationality: [string, PeopleRanges][]; all: PeopleRanges } {
  const counts = new Map<string, Count>();
  for (const [nationality, cells] of Object.entries(composition))
    for (const [cell, count] of Object.entries(cells))
      counts.set(`${nationality}/${cell}`, { min: count, max: count });
  for (const { field, values } of twoValues) {
    const [name, ...place] = field.split("/");
    if (name !== "composition") continue;
    // A value that is not there any more is nobody.
    const stated = values.map(({ value }) => (typeof value === "number" ? value : 0));
    counts.set(place.join("/"), { min: Math.min(...stated), max: Math.max(...stated) });
  }
  const byNationality = new Map<string, PeopleRanges>();
  const all = nothing();
  for (const [place, count] of counts) {
    const [nationality = "", cell = ""] = place.split("/");
    const people = byNationality.get(nationality) ?? nothing();
    byNationality.set(nationality, people);
    for (const sum of [people, all]) add(sum, quickCellOf(cell), count);
  }
  return { byNationality: [...byNationality], all };
}
