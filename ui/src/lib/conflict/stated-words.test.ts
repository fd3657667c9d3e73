import { describe, expect, it } from "vitest";
import type { Detail, TwoValues } from "$lib/backend/bindings";
import { MemoryBackend } from "../../../tests/backend/memory";
import { dayOfRecords } from "../../../tests/backend/seed";
import { Conflict } from "./conflict.svelte";
import { alsoStated, fieldInWords } from "./stated-words";

const NOW = Date.parse("2025-03-14T12:40:00Z");
const field = (name: string, label: string, ...texts: string[]): TwoValues => ({
  field: name,
  label,
  kind: "descriptive",
  values: texts.map((text, index) => ({
    value: text,
    text,
    author: `Cabo ${index}`,
    at: new Date(NOW).toISOString(),
    choice: String(index),
  })),
  may_choose: true,
});
const row = { patrol_id: "p1", patrol_code: "BCH-0314-2" } as Detail["row"];

describe("what only describes", () => {
  it("is told beside the value that is shown, without blame", () => {
    expect(alsoStated(field("place_id", "Lugar", "la playa", "loma")), "two").toBe(
      "Lugar: dos equipos anotaron distinto, también «loma».",
    );
    expect(alsoStated(field("setting", "Entorno", "Río", "Selva", "Playa")), "three").toBe(
      "Entorno: se anotó distinto, también «Selva», «Playa».",
    );
  });

  it("goes by the names of the post's trails, and calls no patrol by its number", () => {
    const trails = [{ code: "t2", es: "Sendero de la loma", en: "Hill trail", attributes: {} }];
    const lists = { trails } as unknown as Parameters<typeof fieldInWords>[2];
    const trail = fieldInWords(field("trail_id", "Sendero", "t1", "t2"), { row }, lists);
    expect(
      trail.values.map(({ text }) => text),
      "one that is not known stays",
    ).toEqual(["t1", "Sendero de la loma"]);
    const patrol = fieldInWords(field("patrol_id", "Patrulla", "p1", "p2"), { row }, null);
    expect(
      patrol.values.map(({ text }) => text),
      "its code, where it is known",
    ).toEqual(["BCH-0314-2", "otra patrulla"]);
  });

  it("is asked about only where somebody opened it, and then alone", async () => {
    const memory = new MemoryBackend({
      people: [{ name: "Sgto. Caisamo", pin: "380451", role: "patrol_leader" }],
      openAs: "Sgto. Caisamo",
      records: dayOfRecords(10, NOW),
    });
    const stored = memory.records.find(({ others }) => others.length > 0);
    if (!stored) throw new Error("a record has two values");
    stored.stated = [field("place_id", "Lugar", "la playa", "loma")];
    const asked = new Conflict(memory.backend(), stored.id);
    await asked.read();
    asked.later();
    expect(asked.current, "nobody must choose").toBeNull();
    const opened = new Conflict(memory.backend(), stored.id, "place_id");
    await opened.read();
    const second = opened.current?.values[1];
    if (!second) throw new Error("it was opened");
    await opened.keep(second);
    expect([opened.failure, opened.current, opened.decided], "and it is settled").toEqual([null, null, 1]);
  });
});
