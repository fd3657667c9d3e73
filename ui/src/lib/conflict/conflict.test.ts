import { beforeEach, describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { dayOfRecords } from "../../../tests/backend/seed";
import { Conflict } from "./conflict.svelte";
import { conflictQuestion } from "./conflict-words";

const NOW = Date.parse("2025-03-14T12:40:00Z");
let memory: MemoryBackend;
let id: string;

beforeEach(() => {
  memory = new MemoryBackend({
    people: [{ name: "Sgto. Caisamo", pin: "380451", role: "patrol_leader" }],
    openAs: "Sgto. Caisamo",
    records: dayOfRecords(10, NOW),
  });
  id = memory.records.find(({ others }) => others.length > 0)?.id ?? "";
});

describe("two values", () => {
  it("are asked about without blame, with who and when", async () => {
    const conflict = new Conflict(memory.backend(), id);
    await conflict.read();
    const field = conflict.current;
    if (!field) throw new Error("the record has two values");
    expect(conflictQuestion(field, "America/Panama", NOW), "two teams, two numbers, two times").toMatch(
      /^Dos equipos anotaron distinto\. Hombres, \S+: .+ puso \d+ \(\d\d:\d\d\), Sgto\. 04 puso \d+ \(\d\d:\d\d\)\. ¿Cuál queda\?$/,
    );
    const later = conflictQuestion(field, "America/Panama", NOW + 24 * 3_600_000);
    expect(later, "of yesterday it says so").toMatch(
      /\(\d\d:\d\d, ayer\), Sgto\. 04 puso \d+ \(\d\d:\d\d, ayer\)\./,
    );
  });

  it("are not said to be of two teams when there are three", async () => {
    const conflict = new Conflict(memory.backend(), id);
    await conflict.read();
    const field = conflict.current;
    const [first] = field?.values ?? [];
    if (!field || !first) throw new Error("the record has two values");
    const third = { ...first, author: "Agte. Bailarín", text: "12", choice: "third" };
    const question = conflictQuestion({ ...field, values: [...field.values, third] }, "America/Panama", NOW);
    expect(question, "as many as spoke").toMatch(/^Se anotó distinto\. .+ Agte\. Bailarín puso 12 /);
  });

  it("are settled by a choice, and the field is gone", async () => {
    const conflict = new Conflict(memory.backend(), id);
    await conflict.read();
    const value = conflict.current?.values[1];
    if (!value) throw new Error("the record has two values");
    await conflict.keep(value);
    expect([conflict.current, conflict.decided], "nothing left to decide").toEqual([null, 1]);
    expect(
      memory.records.find((record) => record.id === id)?.history.at(-1)?.event,
      "and it is in the history",
    ).toBe("chosen");
  });

  it("are not overruled when the record changed meanwhile: the new version is shown instead", async () => {
    const conflict = new Conflict(memory.backend(), id);
    await conflict.read();
    const value = conflict.current?.values[0];
    const stored = memory.records.find((record) => record.id === id);
    if (!value || !stored) throw new Error("the record has two values");
    stored.version += 1;
    await conflict.keep(value);
    expect([conflict.failure?.code, conflict.decided], "the choice was made at another version").toEqual([
      "stale_version",
      0,
    ]);
    expect(conflict.detail?.version, "what is on screen now is the new one").toBe(String(stored.version));
  });

  it("can wait, and are asked about the next time", async () => {
    const conflict = new Conflict(memory.backend(), id);
    await conflict.read();
    conflict.later();
    expect(conflict.current, "not now").toBeNull();
    const again = new Conflict(memory.backend(), id);
    await again.read();
    expect(again.current, "still there").not.toBeNull();
  });
});
