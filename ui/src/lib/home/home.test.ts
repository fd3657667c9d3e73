import { beforeEach, describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { Form } from "$lib/form/form.svelte";
import { Home } from "./home.svelte";

let memory: MemoryBackend;
beforeEach(() => {
  memory = new MemoryBackend({ people: [{ name: "Cabo Mosquera", pin: "241973" }], openAs: "Cabo Mosquera" });
});

async function saved(): Promise<{ id: string; code: string }> {
  const form = new Form(memory.backend(), { nationality: null, assistance: null });
  await form.start({ kind: "new", encounter_id: null });
  form.tap("AA+M");
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
    form.tap("AA+F");
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
    form.tap("AA+M");
    await form.settle();
    const home = await shown();
    expect([home.drafts[0]?.kind, home.codes[id]], "which one").toEqual(["edit", code]);
  });

  it("saved as they are leave what was saved, with its undoing", async () => {
    const form = new Form(memory.backend(), { nationality: "HTI", assistance: null });
    await form.start({ kind: "new", encounter_id: null });
    form.tap("AA+F");
    await form.settle();
    const home = await shown();
    const [draft] = home.drafts;
    if (!draft) throw new Error("there is a draft");
    await home.recordDraft(draft);
    expect([home.saved?.kind, home.saved?.saved.row.people.max], "what it became").toEqual(["record", 1]);
    await home.saved?.takeBack();
    expect([home.saved?.undo, memory.records[0]?.status], "and back").toEqual(["undone", "withdrawn"]);
  });
});
