import type { Capture } from "$lib/backend/bindings";

export type Composition = NonNullable<Capture["composition"]>;

/** The five quick counters, in the order of the keys. */
export const QUICK_CELLS = ["AA+M", "AA+F", "AC+M", "AC+F", "AU+U"] as const;
export type QuickCell = (typeof QUICK_CELLS)[number];
export type Who = "man" | "woman" | "boy" | "girl" | "unknown";

export const WHO: Record<QuickCell, Who> = {
  "AA+M": "man",
  "AA+F": "woman",
  "AC+M": "boy",
  "AC+F": "girl",
  "AU+U": "unknown",
};

/** The most that one cell can hold. */
export const COUNT_MAX = 9_999;

const MINOR_BANDS = new Set(["A0", "A6", "A12", "AC"]);
const ADULT_BANDS = new Set(["A18", "A60", "AA"]);

/** The counter under which any cell is shown: detailed ages fold into men, women, boys, girls; the rest is unknown. */
export function quickCellOf(cell: string): QuickCell {
  const [band = "", sex = ""] = cell.split("+");
  if (sex !== "M" && sex !== "F") return "AU+U";
  if (MINOR_BANDS.has(band)) return sex === "M" ? "AC+M" : "AC+F";
  if (ADULT_BANDS.has(band)) return sex === "M" ? "AA+M" : "AA+F";
  return "AU+U";
}

/** People of one nationality under one counter. */
export function countOf(composition: Composition, nationality: string, quick: QuickCell): number {
  return Object.entries(composition[nationality] ?? {})
    .filter(([cell]) => quickCellOf(cell) === quick)
    .reduce((sum, [, count]) => sum + count, 0);
}

/** People of one nationality under one counter of whom more is known than the counter says. */
export function detailedOf(composition: Composition, nationality: string, quick: QuickCell): number {
  return countOf(composition, nationality, quick) - (composition[nationality]?.[quick] ?? 0);
}

/** People of one nationality. */
export function nationalityTotal(composition: Composition, nationality: string): number {
  return Object.values(composition[nationality] ?? {}).reduce((sum, count) => sum + count, 0);
}

/** All people. */
export function total(composition: Composition): number {
  return Object.keys(composition).reduce(
    (sum, nationality) => sum + nationalityTotal(composition, nationality),
    0,
  );
}

/** All people under each counter. */
export function totalsByWho(composition: Composition): Record<Who, number> {
  const sums: Record<Who, number> = { man: 0, woman: 0, boy: 0, girl: 0, unknown: 0 };
  for (const nationality of Object.keys(composition)) {
    for (const quick of QUICK_CELLS) sums[WHO[quick]] += countOf(composition, nationality, quick);
  }
  return sums;
}

/** Boys and girls. */
export function minors(composition: Composition): number {
  const { boy, girl } = totalsByWho(composition);
  return boy + girl;
}

/** Everybody counted is a minor, and somebody is counted. */
export function onlyMinors(composition: Composition): boolean {
  const all = total(composition);
  return all > 0 && minors(composition) === all;
}

/**
 * The composition with a counter set. Detailed ages entered elsewhere stay as they are:
 * the quick cell takes what is left, never less than zero.
 */
export function withCount(
  composition: Composition,
  nationality: string,
  quick: QuickCell,
  count: number,
): Composition {
  const cells = composition[nationality] ?? {};
  const detailed = detailedOf(composition, nationality, quick);
  const rest = Math.min(COUNT_MAX, Math.max(0, Math.trunc(count) - detailed));
  return { ...composition, [nationality]: { ...cells, [quick]: rest } };
}

/** People of one nationality whose counter is known: a total cannot be less. */
export function known(composition: Composition, nationality: string): number {
  return nationalityTotal(composition, nationality) - countOf(composition, nationality, "AU+U");
}

/** The composition where a counter has that many people, none of them with a detailed age: these are stated as none. */
export function withoutDetail(
  composition: Composition,
  nationality: string,
  quick: QuickCell,
  count: number,
): Composition {
  const cells = Object.entries(composition[nationality] ?? {}).map(([cell, people]): [string, number] => [
    cell,
    quickCellOf(cell) === quick ? 0 : people,
  ]);
  return { ...composition, [nationality]: { ...Object.fromEntries(cells), [quick]: count } };
}

/** The composition without cells of zero that were only passed through; a stated zero of an edit is kept by `keep`. */
export function tidy(composition: Composition, keep: Composition = {}): Composition {
  const result: Composition = {};
  for (const [nationality, cells] of Object.entries(composition)) {
    const kept = Object.entries(cells).filter(
      ([cell, count]) => count > 0 || keep[nationality]?.[cell] !== undefined,
    );
    if (kept.length > 0) result[nationality] = Object.fromEntries(kept);
  }
  return result;
}
