import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { scene } from "../../../tests/backend/scenes";
import { DOUBLE_TAP_MS } from "$lib/shared/press";
import { DecidePage } from "./decide.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The post's page with two records of which two values are known each. */
async function opened() {
  const memory = scene(new URLSearchParams("scene=post"));
  const [first, ...rest] = memory.records.filter(({ others }) => others.length > 0);
  const second = rest[0] ?? memory.records.find((record) => record !== first);
  if (!first || !second) throw new Error("there are records");
  second.others = structuredClone(first.others);
  const page = new DecidePage(memory.backend());
  await page.read();
  vi.advanceTimersByTime(DOUBLE_TAP_MS);
  /** A tap on the first value of whichever question stands first. */
  const tapFirst = async () => {
    const [item] = page.asked;
    const [field] = item?.fields ?? [];
    const choice = field?.values[0]?.choice;
    if (!item || !field || choice === undefined) throw new Error("a question is left");
    const { version, row } = item;
    await page.keep({ encounter_id: row.encounter_id, field: field.field, version, choice, other: null });
  };
  return { memory, page, tapFirst };
}

describe("the questions of Por decidir", () => {
  it("a list that moves up under the finger does not decide the next one too", async () => {
    const { memory, page, tapFirst } = await opened();
    const before = page.asked.length;
    await tapFirst();
    await tapFirst();
    expect(memory.calls.get("choose"), "the second half of a double tap").toBe(1);
    expect(page.asked.length, "one was decided").toBe(before - 1);
    vi.advanceTimersByTime(DOUBLE_TAP_MS);
    await tapFirst();
    expect(memory.calls.get("choose"), "a tap that was meant").toBe(2);
  });

  it("moves up also where one is left for later", async () => {
    const { memory, page, tapFirst } = await opened();
    const [item] = page.asked;
    page.postpone(item?.row.encounter_id ?? "", item?.fields[0]?.field ?? "");
    await tapFirst();
    expect(memory.calls.get("choose"), "nobody chose").toBeUndefined();
  });

  it("takes no second act before the list says what the first one did", async () => {
    const { memory, page, tapFirst } = await opened();
    memory.slowMs = 100;
    const first = tapFirst();
    await vi.advanceTimersByTimeAsync(memory.slowMs);
    expect(memory.calls.get("decide"), "it is being read anew").toBe(2);
    expect(page.status, "the old list is still on screen").toBe("working");
    await vi.advanceTimersByTimeAsync(memory.slowMs);
    await first;
    expect(page.status).toBe("idle");
  });

  it("a pair that moves up under the finger is not told apart too, nor one taken back with another", async () => {
    const { memory, page } = await opened();
    const tap = async (act: "tellApart" | "takeBack") => {
      const pairs = act === "tellApart" ? page.decide?.possible_repeats.pairs : page.decide?.told_apart;
      const [pair] = pairs ?? [];
      if (!pair) throw new Error("there is a pair");
      await page[act](pair);
    };
    for (const [act, command] of [
      ["tellApart", "tell_apart"],
      ["takeBack", "take_back_apart"],
    ] as const) {
      await tap(act);
      await tap(act).catch(() => undefined);
      expect(memory.calls.get(command), "the second half of a double tap").toBe(1);
      if (act === "tellApart") {
        vi.advanceTimersByTime(DOUBLE_TAP_MS);
        await tap(act);
        expect(memory.calls.get(command), "a tap that was meant").toBe(2);
      }
      vi.advanceTimersByTime(DOUBLE_TAP_MS);
    }
  });
});
