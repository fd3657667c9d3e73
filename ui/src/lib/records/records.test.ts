import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { dayOfRecords } from "../../../tests/backend/seed";
import { KeyedList } from "./keyed-list.svelte";
import { Records } from "./records.svelte";
import { countInWords, rowSentence } from "./row-words";

const NOW = Date.parse("2025-03-14T12:40:00Z");

function post(count: number) {
  const memory = new MemoryBackend({
    people: [{ name: "Cap. Rodríguez", pin: "571930", role: "post_commander" }],
    openAs: "Cap. Rodríguez",
    records: dayOfRecords(count, NOW),
  });
  return { memory, records: new Records(memory.backend(), {}) };
}

describe("list of records", () => {
  it("reads only what is looked at", async () => {
    const { memory, records } = post(260);
    await records.read();
    expect([records.total, records.rows.size], "260 are counted, 60 are read").toEqual([260, 60]);
    await records.need(120, 125);
    expect(records.rows.get(121)?.encounter_id, "a page further down").toBe("seed-121");
    await records.need(120, 125);
    expect(memory.calls.get("rows"), "and not twice").toBe(2);
  });

  it("reads again all that was read, also beyond what the device gives at once", async () => {
    const { memory, records } = post(700);
    await records.read();
    await records.need(0, 699);
    expect(records.rows.size, "all were looked at").toBe(700);
    await records.read();
    expect(records.rows.size, "none waits for ever").toBe(700);
    expect(records.rows.get(639)?.encounter_id, "and each is in its place").toBe("seed-639");
    expect(memory.calls.get("rows"), "in as few requests as the device allows").toBe(12 + 2);
  });

  it("reads again what was looked at, wherever that is", async () => {
    const { records } = post(700);
    await records.read();
    await records.need(600, 612);
    await records.read();
    expect(records.rows.has(601), "the end of the list, as before").toBe(true);
  });

  it("keeps the answer to what is asked now, whichever comes first", async () => {
    const { memory, records } = post(74);
    memory.slowMs = 20;
    records.narrow({ state: "voided" });
    memory.slowMs = 0;
    records.narrow({ state: "refused" });
    await new Promise((done) => setTimeout(done, 60));
    expect(records.total, "one is refused").toBe(1);
  });

  it("asks again for a page that failed", async () => {
    const { memory, records } = post(260);
    await records.read();
    memory.failNext.set("rows", { code: "internal", message: "", field: null });
    await records.need(60, 61);
    expect(records.rows.has(60), "it failed").toBe(false);
    await records.need(60, 61);
    expect(records.rows.has(60), "it came into sight again").toBe(true);
  });

  it("shows the records of a cell", async () => {
    const { records } = post(74);
    records.narrow({ nationality: "NPL", cell: "girls" });
    await new Promise((done) => setTimeout(done));
    expect(records.total, "there are some").toBeGreaterThan(0);
    for (const row of records.rows.values()) {
      expect(
        row.nationalities.map(({ code }) => code),
        "nobody else's",
      ).toContain("NPL");
    }
  });

  it("is narrowed to a patrol that was seen in it, and remembers the others", async () => {
    const { memory, records } = post(12);
    memory.records.forEach((one, index) => (one.patrol = index % 2 === 0 ? "BCH-0314-2" : "BCH-0314-3"));
    await records.read();
    expect([...records.patrols.values()], "both").toEqual(["BCH-0314-2", "BCH-0314-3"]);
    records.narrow({ patrol_id: "BCH-0314-3" });
    await new Promise((done) => setTimeout(done));
    expect([records.total, records.patrols.size], "its six, and the way to the other").toEqual([6, 2]);
  });

  it("walks by keyboard and stops at the ends", async () => {
    const { records } = post(3);
    await records.read();
    const keyed = new KeyedList(records, null);
    keyed.move(-1);
    expect(keyed.current, "the first one holds").toBe("seed-0");
    keyed.move(1);
    keyed.move(1);
    keyed.move(1);
    expect(keyed.current, "the last one holds").toBe("seed-2");
  });

  it("gives the place of a record that has left the list to the next one", async () => {
    const { memory, records } = post(12);
    records.narrow({ state: "to_review" });
    const read = async () => {
      await records.read();
      await keyed.follow();
    };
    const keyed = new KeyedList(records, null);
    const approve = (id: string) =>
      memory.records.forEach((one) => one.id === id && (one.status = "reviewed"));
    await read();
    keyed.move(1);
    keyed.move(1);
    expect([keyed.current, keyed.isSettled], "two were left as they are").toEqual(["seed-2", true]);
    approve("seed-2");
    await read();
    expect([keyed.current, keyed.isSettled], "not the first one, and no key acts at once").toEqual([
      "seed-3",
      false,
    ]);
    keyed.move(1);
    expect([keyed.current, keyed.isSettled], "one down is one down").toEqual(["seed-4", true]);
    memory.records = memory.records.filter(({ id }) => id === "seed-0" || id === "seed-4");
    approve("seed-4");
    await read();
    expect(keyed.current, "after the last one the last that is left").toBe("seed-0");
    approve("seed-0");
    await read();
    expect(keyed.current, "nothing is left").toBeNull();
  });

  it("stays with its record when others come before it, and when it is elsewhere in the list", async () => {
    const { memory, records } = post(300);
    const keyed = new KeyedList(records, null);
    await records.read();
    await keyed.follow();
    memory.records = [
      ...dayOfRecords(100, NOW).map((one) => ({ ...one, id: `new-${one.id}` })),
      ...memory.records,
    ];
    await records.read();
    await keyed.follow();
    expect(keyed.current, "it is 100 further down, on a page that was not read").toBe("seed-0");
    records.narrow({ state: "refused" });
    await new Promise((done) => setTimeout(done));
    await keyed.follow();
    expect(keyed.current, "it is not in this list: the first one of it").toBe("new-seed-7");
  });

  it("writes a range where two values wait, never one of them", async () => {
    const { records } = post(10);
    await records.read();
    const row = [...records.rows.values()].find(({ marks }) => marks.includes("two_values"));
    if (!row) throw new Error("the seed has two values");
    expect(countInWords({ min: 48, max: 49 }), "as in the report").toBe("48–49");
    expect(rowSentence(row).replaceAll("\u00a0", " "), "men are a range").toContain(
      `${row.men.min}–${row.men.max} H`,
    );
    expect(rowSentence(row), "and so is the total").toContain(`${row.people.min}–${row.people.max}: `);
  });
});
