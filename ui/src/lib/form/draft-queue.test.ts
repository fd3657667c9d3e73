import { describe, expect, it } from "vitest";
import type { DraftSave } from "$lib/backend/bindings";
import { DraftQueue } from "./draft-queue";

const tap = (people: number): DraftSave => ({
  draft_id: "d1",
  capture: { composition: { VEN: { "AA+M": people } } },
  confirmed: [],
  page: 1,
});

/** A disk whose writes end when the test says so. */
function slowDisk() {
  const kept: number[] = [];
  const waiting: (() => void)[] = [];
  const queue = new DraftQueue(async (draft) => {
    await new Promise<void>((done) => waiting.push(done));
    kept.push(draft.capture.composition?.VEN?.["AA+M"] ?? 0);
  });
  const finishOne = async () => {
    waiting.shift()?.();
    await new Promise((done) => setTimeout(done));
  };
  return { queue, kept, waiting, finishOne };
}

describe("draft queue", () => {
  it("keeps the latest of many taps and skips those in between", async () => {
    const { queue, kept, waiting, finishOne } = slowDisk();
    for (const people of [1, 2, 3, 4]) queue.push(tap(people));
    expect(waiting.length, "one save is on its way at a time").toBe(1);
    await finishOne();
    await finishOne();
    await queue.flush();
    expect(kept, "the first was on its way, the last is what counts").toEqual([1, 4]);
  });

  it("is not flushed before the last tap is kept", async () => {
    const { queue, kept, finishOne } = slowDisk();
    queue.push(tap(1));
    queue.push(tap(2));
    let flushed = false;
    const flushing = queue.flush().then(() => (flushed = true));
    await finishOne();
    expect(flushed, "tap 2 is still on its way").toBe(false);
    await finishOne();
    await flushing;
    expect(kept.at(-1), "the record is made of the last tap").toBe(2);
  });

  it("says so when the last tap could not be kept, and recovers with the next", async () => {
    let broken = true;
    const queue = new DraftQueue(async () => {
      if (broken) throw { code: "disk_full", message: "", field: null };
    });
    queue.push(tap(1));
    await expect(
      queue.flush(),
      "a record must not be made of a draft that is not there",
    ).rejects.toMatchObject({ code: "disk_full" });
    broken = false;
    queue.push(tap(2));
    await expect(queue.flush(), "space was made").resolves.toBeUndefined();
  });
});
