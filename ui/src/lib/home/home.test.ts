import { beforeEach, describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { Form } from "$lib/form/form.svelte";
import { Home, isRecordable } from "./home.svelte";

let memory: MemoryBackend;
beforeEach(() => {
  memory = new MemoryBackend({ people: [{ name: "Cabo Mosquera", pin: "241973" }], openAs: "Cabo Mosquera" });
});

async function saved(): Promise<{ id: string; code: string }> {
  const form = new Form(memory.backend(), { nationality: null, assistance: null });
  await form.start({ kind: "new", encounter_id: null });
  form.counting.tap("AA+M");
  const { row } = (await form.record()) ?? {};
  return { id: row?.encounter_id ?? "", code: row?.short_code ?? "" };
}

async function shown(): Promise<Home> {
  const home = new Home(memory.backend());
  const stop = home.start();
  await new Promise((done) => setTimeout(done, 20));
  stop();
  return home;
}

describe("unfinished forms", () => {
  it("are those of which something was tapped; the others are thrown away", async () => {
    const { id } = await saved();
    // The phone locked itself on two forms that came filled in.
    await memory.backend().draft_start({ kind: "same_as_last", encounter_id: null });
    await memory.backend().draft_start({ kind: "edit", encounter_id: id });
    const form = new Form(memory.backend(), { nationality: null, assistance: null });
    await form.start({ kind: "new", encounter_id: null });
    form.counting.tap("AA+F");
    await form.settle();
    await new Promise((done) => setTimeout(done, 5));
    const home = await shown();
    expect(
      home.drafts.map(({ people }) => people),
      "only work is offered",
    ).toEqual([1]);
    expect(memory.drafts.length, "and nothing piles up").toBe(1);
  });

  it("name the record that a correction is of", async () => {
    const { id, code } = await saved();
    const form = new Form(memory.backend(), { nationality: null, assistance: null });
    await form.start({ kind: "edit", encounter_id: id });
    form.counting.tap("AA+M");
    await form.settle();
    const home = await shown();
    expect([home.drafts[0]?.kind, home.codes[id]], "which one").toEqual(["edit", code]);
  });

  it("saved as they are leave what was saved, with its undoing", async () => {
    const form = new Form(memory.backend(), { nationality: "HTI", assistance: null });
    await form.start({ kind: "new", encounter_id: null });
    form.counting.tap("AA+F");
    await form.settle();
    const home = await shown();
    const [draft] = home.drafts;
    if (!draft) throw new Error("there is a draft");
    await home.recordDraft(draft);
    expect([home.saved?.kind, home.saved?.saved.row.people.max], "what it became").toEqual(["record", 1]);
    await home.saved?.takeBack();
    expect([home.saved?.undo, memory.records[0]?.status], "and back").toEqual(["undone", "withdrawn"]);
  });

  it("are saved as they are only if nothing has to be made up for them", async () => {
    const form = new Form(memory.backend(), { nationality: null, assistance: null });
    await form.start({ kind: "new", encounter_id: null });
    form.set({ composition: { HTI: { "AA+M": 2 } } }, "composition");
    await form.settle();
    const offered = async () => {
      await form.settle();
      return (await shown()).drafts.map(isRecordable);
    };
    expect(await offered(), "on a phone the first tap is its time").toEqual([true]);
    form.set({ capture_mode: "paper" }, "capture_mode");
    expect(await offered(), "a strip without a time is gone on with").toEqual([false]);
    form.set({ occurred_at: "2026-03-14T07:21:00-05:00" }, "occurred_at");
    expect(await offered(), "with the time of the paper").toEqual([true]);
    form.set({ composition: { XXX: { "AA+M": 2 } } }, "composition");
    expect(await offered(), "who has no nationality may have a mistyped one").toEqual([false]);
  });

  it("are saved once by a double tap", async () => {
    const form = new Form(memory.backend(), { nationality: "HTI", assistance: null });
    await form.start({ kind: "new", encounter_id: null });
    form.counting.tap("AA+F");
    await form.settle();
    const home = await shown();
    const [draft] = home.drafts;
    if (!draft) throw new Error("there is a draft");
    const taps = await Promise.all([home.recordDraft(draft), home.recordDraft(draft)]);
    expect([taps, home.failure], "the second finds nothing to do, and nothing failed").toEqual([
      [true, false],
      null,
    ]);
    expect([memory.calls.get("draft_record"), memory.records.length], "one record").toEqual([1, 1]);
  });
});
