import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { tellingOwnActs } from "$lib/backend/own-acts";
import { MemoryBackend } from "../../../tests/backend/memory";
import { dayOfRecords } from "../../../tests/backend/seed";
import { RecordDetail } from "./detail.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function opened() {
  const memory = new MemoryBackend({
    people: [{ name: "Cap. Rodríguez", pin: "571930", role: "post_commander" }],
    openAs: "Cap. Rodríguez",
    records: dayOfRecords(3, Date.parse("2025-03-14T12:40:00Z")),
  });
  const [stored] = memory.records;
  if (!stored) throw new Error("there are records");
  const record = new RecordDetail(tellingOwnActs(memory.backend()), stored.id);
  const stop = record.start();
  await vi.advanceTimersByTimeAsync(0);
  return { memory, stored, record, stop };
}

describe("a record on screen", () => {
  it("is not what a key means for a moment after somebody else changed it, and says that it changed", async () => {
    const { memory, stored, record, stop } = await opened();
    expect([record.isSettled, record.hasChanged], "as it was opened").toEqual([true, false]);
    stored.version += 1;
    memory.changed(stored.id);
    await vi.advanceTimersByTimeAsync(10);
    expect([record.isSettled, record.hasChanged], "nobody has read this").toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(400);
    expect([record.isSettled, record.hasChanged], "now somebody can have").toEqual([true, true]);
    stop();
  });

  it("did not change by itself when one's own act changed it, nor when another record did", async () => {
    const { memory, stored, record, stop } = await opened();
    memory.changed(stored.id);
    await vi.advanceTimersByTimeAsync(10);
    expect(record.hasChanged, "read again, and the same").toBe(false);
    await record.review("returned", "other");
    await vi.advanceTimersByTimeAsync(10);
    expect([record.detail?.row.status, record.isSettled, record.hasChanged], "one's own").toEqual([
      "returned",
      true,
      false,
    ]);
    stop();
  });

  it.each(["void", "return"] as const)(
    "is judged as it was when the reason was asked for: %s",
    async (act) => {
      const { memory, stored, record, stop } = await opened();
      record.ask(act);
      stored.version += 1;
      memory.changed(stored.id);
      await vi.advanceTimersByTimeAsync(500);
      expect(record.asking?.seen.version, "what the person has read").toBe("1");
      await record.answer("other");
      expect([stored.status, record.failure?.code], "not what came behind the sheet").toEqual([
        "complete",
        "stale_version",
      ]);
      expect([record.asking, record.hasChanged], "and the change is still said").toEqual([null, true]);
      stop();
    },
  );

  it("asks nothing about what came under the finger a moment ago", async () => {
    const { memory, stored, record, stop } = await opened();
    stored.version += 1;
    memory.changed(stored.id);
    await vi.advanceTimersByTimeAsync(10);
    record.ask("void");
    expect(record.asking, "nobody has read this").toBeNull();
    await vi.advanceTimersByTimeAsync(400);
    record.ask("void");
    expect(record.asking?.seen.version, "now somebody can have").toBe("2");
    stop();
  });
});
