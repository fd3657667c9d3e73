import type { Country, Language } from "$lib/backend/bindings";
import { COUNT_MAX, countOf, QUICK_CELLS, type Composition, type QuickCell } from "./composition";
import { findCountries } from "./country-search";
import type { Form } from "./form.svelte";
import { linesAsKept, unclearIn, type PaperLine } from "./paper-line";

/** The day of the strip that was saved last: the next one of a pile is most often of the same. */
export const paperDay: { last: string | null } = { last: null };

/** How many people were typed: whole and bounded. Anything but digits is no number. */
export function readPeople(typed: string): { people: number; shown: string } {
  const digits = /^\d+/.exec(typed.trim())?.[0];
  const people = Math.min(COUNT_MAX, Number(digits ?? 0));
  return { people, shown: digits === undefined ? "" : String(people) };
}

/** The number of a field, which shows no other than the one that counts; null when it holds none. */
export function numberIn(field: HTMLInputElement): number | null {
  const { people, shown } = readPeople(field.value);
  if (field.value !== shown) field.value = shown;
  return shown === "" ? null : people;
}

/** The lines of a paper strip. Each keeps its own counts, so that a name typed letter by letter moves nobody else's. */
export class PaperLines {
  lines = $state.raw<PaperLine[]>([{ typed: "", code: null, counts: {} }]);

  #countries: Country[];
  #language: Language;

  /** Begins with one empty line, or with those of a strip that is gone on with: as its draft kept them, else by its people. */
  constructor(
    countries: Country[],
    language: Language,
    composition: Composition = {},
    kept: PaperLine[] | null = null,
  ) {
    this.#countries = countries;
    this.#language = language;
    const lines = kept ?? Object.keys(composition).map((code) => this.#lineOf(code, composition));
    if (lines.length > 0) this.lines = lines;
  }

  /** The lines for a draft. */
  get asKept(): string {
    return linesAsKept(this.lines);
  }

  add(): void {
    this.lines = [...this.lines, { typed: "", code: null, counts: {} }];
  }

  /** Understands a nationality from the start of its name, demonym or code; an empty name is unknown. */
  name(index: number, typed: string): void {
    const found = findCountries(this.#countries, typed, [], this.#language)[0]?.alpha3 ?? null;
    this.#replace(index, { typed, code: typed.trim() === "" ? null : found });
  }

  /** Takes the nationality that was chosen from the list. */
  pick(index: number, code: string): void {
    const typed = this.#countries.find(({ alpha3 }) => alpha3 === code)?.[this.#language] ?? code;
    this.#replace(index, { typed, code });
  }

  /** The first name that is not understood. Its people are nobody's choice of "sin dato". */
  get unclear(): { index: number; word: string } | null {
    return unclearIn(this.lines);
  }

  count(index: number, cell: QuickCell, count: number): void {
    this.#replace(index, { counts: { ...this.lines[index]?.counts, [cell]: count } });
  }

  /** The people of all lines; two lines of one nationality are added. */
  get composition(): Composition {
    const sum: Composition = {};
    for (const { code, counts } of this.lines) {
      for (const [cell, count] of Object.entries(counts)) {
        const cells = (sum[code ?? "XXX"] ??= {});
        cells[cell] = (cells[cell] ?? 0) + count;
      }
    }
    return sum;
  }

  #lineOf(code: string, composition: Composition): PaperLine {
    const typed =
      code === "XXX" ? "" : (this.#countries.find(({ alpha3 }) => alpha3 === code)?.[this.#language] ?? code);
    const counts = Object.fromEntries(
      QUICK_CELLS.map((cell) => [cell, countOf(composition, code, cell)]).filter(([, count]) => count),
    ) as PaperLine["counts"];
    return { typed, code: code === "XXX" ? null : code, counts };
  }

  #replace(index: number, changes: Partial<PaperLine>): void {
    this.lines = this.lines.map((line, place) => (place === index ? { ...line, ...changes } : line));
  }
}

/** States the people of the lines, and keeps the lines as they were typed. */
export function statePeople(form: Form, lines: PaperLines): void {
  form.set({ composition: lines.composition }, "composition", { lines: lines.asKept });
}
