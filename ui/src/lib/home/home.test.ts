import { beforeEach, describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { dayOfRecords } from "../../../tests/backend/seed";
import { LISTS } from "../../../tests/backend/lists";
import { Form } from "$lib/form/form.svelte";
import { PaperLines } from "$lib/form/paper.svelte";
import { DOUBLE_TAP_MS } from "$lib/shared/press";
import { heldBack } from "./held-back";
import { Home } from "./home.svelte";

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

describe("the record that the next one may begin as", () => {
  it("is one's own last one that counts, however many of others came by a sync", async () => {
    const { id } = await saved();
    const { id: mistaken } = await saved();
    memory.record(mistaken).status = "voided";
    memory.record(id).capture.assistance = { escort: "all" };
    const others = dayOfRecords(260, Date.now()).map((record) => ({ ...record, author: "Sgto. 04" }));
    memory.records = [...others, ...memory.records];
    const home = await shown();
    expect(home.last?.assistance, "behind 260 of other teams").toEqual({ escort: "all" });
    expect([home.rows.length, home.total], "the first page shows five").toEqual([5, 262]);
  });

  it("is none as long as one has none", async () => {
    memory.records = dayOfRecords(5, Date.now());
    for (const record of memory.records) record.author = "Sgto. 04";
    expect((await shown()).last, "what others met is not offered").toBeNull();
  });
});

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
    const held = async () => {
      await form.settle();
      return (await shown()).drafts.map(heldBack);
    };
    expect(await held(), "on a phone the first tap is its time").toEqual([null]);
    form.set({ capture_mode: "paper" }, "capture_mode");
    expect(await held(), "a strip without a time is gone on with").toEqual([{ lacks: "time" }]);
    form.set({ occurred_at: "2026-03-14T07:21:00-05:00" }, "occurred_at");
    expect(await held(), "with the time of the paper").toEqual([null]);
    form.set({ composition: { XXX: { "AA+M": 2 } } }, "composition");
    expect(await held(), "who has no nationality may have a mistyped one").toEqual([{ lacks: "name" }]);
    const lines = new PaperLines(LISTS.countries, "es");
    lines.name(0, "venezolna");
    lines.count(0, "AA+M", 2);
    form.set({ composition: lines.composition }, "composition", { lines: lines.asKept });
    expect(await held(), "the word that nobody understands").toEqual([{ lacks: "name", word: "venezolna" }]);
    lines.name(0, "");
    form.set({ composition: lines.composition }, "composition", { lines: lines.asKept });
    expect(await held(), "no name is a statement").toEqual([null]);
  });

  it("are saved as they are where they correct a strip of paper: its time and its people are stated", async () => {
    const { id } = await saved();
    Object.assign(memory.record(id).capture, { capture_mode: "paper", composition: { XXX: { "AA+M": 2 } } });
    const form = new Form(memory.backend(), { nationality: null, assistance: null });
    await form.start({ kind: "edit", encounter_id: id });
    form.counting.tap("AA+F");
    await form.settle();
    expect((await shown()).drafts.map(heldBack), "nothing is made up").toEqual([null]);
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

  it("thrown away come back for ten seconds, each where it stood", async () => {
    for (const people of [1, 2]) {
      const form = new Form(memory.backend(), { nationality: "HTI", assistance: null });
      await form.start({ kind: "new", encounter_id: null });
      for (let tap = 0; tap < people; tap += 1) form.counting.tap("AA+F");
      await form.settle();
    }
    const home = await shown();
    const was = home.drafts;
    const [first] = was;
    if (!first) throw new Error("there is a draft");
    await home.discardDraft(first.draft_id);
    expect([home.drafts.length, home.discarded[0]?.mayUndo], "gone, and not for good").toEqual([1, true]);
    await home.discarded[0]?.takeBack();
    expect([home.drafts, home.discarded[0]?.undo], "as it was").toEqual([was, "undone"]);
  });

  it("come back each by itself when several are thrown away", async () => {
    const begun: string[] = [];
    for (let number = 0; number < 2; number += 1) {
      const form = new Form(memory.backend(), { nationality: "HTI", assistance: null });
      await form.start({ kind: "new", encounter_id: null });
      form.counting.tap("AA+F");
      await form.settle();
      begun.push(form.kept?.draft_id ?? "");
    }
    const home = await shown();
    const [one = "", other = ""] = begun;
    await home.discardDraft(one);
    await new Promise((done) => setTimeout(done, DOUBLE_TAP_MS));
    await home.discardDraft(other);
    expect(home.drafts).toEqual([]);
    await home.discarded[1]?.takeBack();
    expect(
      home.drafts.map(({ draft_id }) => draft_id),
      "the first, of which nobody spoke last",
    ).toEqual([one]);
    await home.discarded[0]?.takeBack();
    expect(home.drafts.map(({ draft_id }) => draft_id).sort()).toEqual([...begun].sort());
  });

  it("that a full disk does not take back may be tried again as long as there is time", async () => {
    const form = new Form(memory.backend(), { nationality: "HTI", assistance: null });
    await form.start({ kind: "new", encounter_id: null });
    form.counting.tap("AA+F");
    await form.settle();
    const home = await shown();
    const [draft] = home.drafts;
    if (!draft) throw new Error("there is a draft");
    await home.discardDraft(draft.draft_id);
    memory.failNext.set("draft_take_back", { code: "disk_full", message: "", field: null });
    await home.discarded[0]?.takeBack();
    const [just] = home.discarded;
    expect([just?.undo, just?.mayUndo, home.drafts]).toEqual(["failed", true, []]);
    await just?.takeBack();
    expect(home.drafts, "there it is").toEqual([draft]);
  });

  it.each(["save", "discard"] as const)("that move up under the finger are left alone: %s", async (act) => {
    for (let number = 0; number < 2; number += 1) {
      const form = new Form(memory.backend(), { nationality: "HTI", assistance: null });
      await form.start({ kind: "new", encounter_id: null });
      form.counting.tap("AA+F");
      await form.settle();
    }
    const home = await shown();
    const tapFirst = async () => {
      const [draft] = home.drafts;
      if (!draft) throw new Error("there is a draft");
      return act === "save" ? home.recordDraft(draft) : home.discardDraft(draft.draft_id);
    };
    expect(await tapFirst(), "meant").toBe(true);
    const first = home.saved;
    expect(await tapFirst(), "the second half of a double tap").toBe(false);
    expect([home.drafts.length, home.saved], "and the undoing of the first is still there").toEqual([
      1,
      first,
    ]);
    await new Promise((done) => setTimeout(done, DOUBLE_TAP_MS));
    expect(await tapFirst(), "a tap that was meant").toBe(true);
  });
});
