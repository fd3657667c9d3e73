import type { Capture } from "$lib/backend/bindings";
import type { Stored } from "./record";

/** A repeatable source of numbers, so that screenshots and tests see the same day every time. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const NATIONALITIES = ["VEN", "VEN", "VEN", "VEN", "HTI", "ECU", "COL", "CHN", "NPL"];
const AUTHORS = ["Cabo Mosquera", "Sgto. Caisamo", "Agte. Bailarín", "Cabo 17"];
const needs = (index: number): Capture["needs"] => {
  if (index % 17 === 3) return null;
  return index % 6 === 0 ? { pregnant: 1 } : {};
};

const SETS: NonNullable<Capture["assistance"]>[] = [
  { water: "all", info_risks: "all" },
  { water: "all" },
  { water: "all", food: "all", first_aid: 1 },
];

/** Records of a day at a post, newest first; some with two values, some incomplete, one refused. */
export function dayOfRecords(count: number, now: number): Stored[] {
  const random = seeded(count);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  return Array.from({ length: count }, (_, index) => {
    const nationality = pick(NATIONALITIES);
    const savedAt = new Date(now - (index * 4 + 3) * 60_000).toISOString();
    const author = pick(AUTHORS);
    const men = 1 + upTo(6);
    const twoValues = index % 29 === 4;
    return {
      id: `seed-${index}`,
      code: `BCH-0314-${(7 + index).toString(32).toUpperCase().padStart(3, "Q")}-${index % 8}`,
      capture: {
        occurred_at: savedAt,
        composition: {
          [nationality]: { "AA+M": men, "AA+F": upTo(4), "AC+M": upTo(2), "AC+F": upTo(2) },
          ...(index % 5 === 0 ? { HTI: { "AA+M": upTo(3), "AA+F": 1 } } : {}),
        },
        needs: needs(index),
        assistance: pick(SETS),
        position: {
          lat: 8.451,
          lon: -77.643,
          accuracy_m: 38,
          altitude_m: null,
          altitude_accuracy_m: null,
          source: "gnss",
          fix_age_s: 4,
          hdop: null,
        },
        setting: "river",
        direction: "north",
      },
      savedAt,
      author,
      device: author,
      patrol: index % 3 === 0 ? null : "BCH-0314-2",
      place: index < 3 ? "on_phone" : index < 12 ? "at_post" : "at_hq",
      status: index % 41 === 20 ? "voided" : index > 90 ? "reviewed" : "complete",
      practice: false,
      refused: index === 7 ? "el conteo pasa de 9 999" : null,
      apart: [],
      others: twoValues
        ? [
            {
              nationality,
              cell: "AA+M",
              count: men + 1,
              author: "Sgto. 04",
              at: new Date(now - index * 240_000).toISOString(),
            },
          ]
        : [],
      history: [
        {
          at: savedAt,
          author,
          device: author,
          event: "created",
          field: null,
          label: null,
          before: null,
          after: null,
          reason: null,
        },
      ],
      version: 1,
    } satisfies Stored;
  });
}
