import { beforeEach, describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { Form } from "./form.svelte";
import { groupSentence, withEstimate } from "./sentence";

let memory: MemoryBackend;

beforeEach(() => {
  memory = new MemoryBackend({ people: [{ name: "Cabo Mosquera", pin: "241973" }], openAs: "Cabo Mosquera" });
});

async function opened(nationality: string | null = null): Promise<Form> {
  const form = new Form(memory.backend(), { nationality, assistance: { water: "all" } });
  await form.start({ kind: "new", encounter_id: null });
  return form;
}

/** A sentence as it is read: a number and its word are held together by a space that does not break. */
const plain = (sentence: string) => sentence.replaceAll("\u00a0", " ");

describe("form", () => {
  it("keeps with its draft what no field can hold yet, until one does, and states nothing by it", async () => {
    const form = await opened();
    form.set({ paper_ref: "A-18" }, "paper_ref");
    form.remember({ day: "2025-11-10" });
    await form.settle();
    const [draft] = memory.drafts;
    expect([draft?.unread, draft?.confirmed], "the day that the page shows").toEqual([
      { day: "2025-11-10" },
      ["paper_ref"],
    ]);
    form.set({ occurred_at: "2025-11-10T07:21:00-05:00" }, "occurred_at", { day: null });
    await form.settle();
    expect(memory.drafts[0]?.unread, "a field holds it").toEqual({});
  });

  it("makes a sentence of what was counted", async () => {
    const form = await opened("HTI");
    form.counting.choose("HTI");
    for (const cell of ["AA+M", "AA+M", "AA+M", "AA+F", "AA+F", "AC+F"] as const) form.counting.tap(cell);
    expect(
      plain(groupSentence(form.composition, form.counting.unconfirmed)),
      "the officer reads back what he tapped",
    ).toBe("6: 3 H, 2 M, 1 niña · HTI");
  });

  it("shows a suggested nationality as a question until it is tapped", async () => {
    const form = await opened("HTI");
    form.counting.tap("AA+M");
    expect(plain(groupSentence(form.composition, form.counting.unconfirmed)), "nobody said Haiti yet").toBe(
      "1: 1 H · ¿HTI?",
    );
    form.counting.choose("HTI");
    expect(plain(groupSentence(form.composition, form.counting.unconfirmed)), "now somebody did").toBe(
      "1: 1 H · HTI",
    );
  });

  it("moves people counted under a suggestion to the nationality that is tapped", async () => {
    const form = await opened("HTI");
    form.counting.tap("AA+M");
    form.counting.choose("VEN");
    expect(form.composition, "the suggestion was wrong, the count was not").toEqual({ VEN: { "AA+M": 1 } });
    form.counting.choose("HTI");
    form.counting.tap("AA+F");
    expect(form.composition.VEN, "confirmed people stay where they are").toEqual({ "AA+M": 1 });
  });

  it("says that people went over from the suggestion, and brings them back", async () => {
    const form = await opened("HTI");
    form.counting.tap("AA+M");
    form.counting.tap("AA+M");
    form.counting.choose("VEN");
    expect(form.counting.moved, "nobody goes over unseen").toEqual({ people: 2, from: "HTI", to: "VEN" });
    form.counting.undoTap();
    expect(
      [form.composition, form.counting.unconfirmed, form.counting.moved],
      "back under the suggestion",
    ).toEqual([{ HTI: { "AA+M": 2 } }, "HTI", null]);
    form.counting.choose("HTI");
    form.counting.choose("VEN");
    expect([form.composition.HTI, form.counting.moved], "confirmed people stay").toEqual([
      { "AA+M": 2 },
      null,
    ]);
  });

  it("states on page 2 what will be kept, although nobody tapped it", async () => {
    const form = await opened("HTI");
    form.counting.tap("AA+M");
    expect(
      plain(groupSentence(form.composition, form.counting.unconfirmed, "stated")),
      "no question any more",
    ).toBe("1: 1 H · HTI (sugerida)");
  });

  it("undoes taps one by one, a change of nationality too", async () => {
    const form = await opened();
    form.counting.choose("VEN");
    form.counting.tap("AA+M");
    form.counting.tap("AA+F");
    form.counting.undoTap();
    expect(form.people, "the woman was a slip").toBe(1);
    form.counting.undoTap();
    form.counting.undoTap();
    expect([form.people, form.confirmed, form.counting.canUndo], "back at the beginning").toEqual([
      0,
      [],
      false,
    ]);
  });

  it("takes one away after the minus key, and never below zero", async () => {
    const form = await opened();
    form.counting.tap("AA+M");
    form.counting.taking = true;
    form.counting.tap("AA+M");
    form.counting.taking = true;
    form.counting.tap("AA+M");
    expect([form.people, form.counting.taking], "minus holds for one tap").toEqual([0, false]);
  });

  it("puts what the counters lack into unknown when only the total is known", async () => {
    const form = await opened();
    form.counting.setCount("AA+M", 3);
    form.counting.setTotal(11);
    expect([form.people, form.composition.XXX?.["AU+U"]], "8 of 11 are not known").toEqual([11, 8]);
    form.counting.setTotal(1);
    expect(form.people, "counted people do not vanish").toBe(3);
  });

  it("keeps every tap as a draft before it makes a record", async () => {
    const form = await opened();
    form.counting.choose("VEN");
    for (let people = 0; people < 6; people++) form.counting.tap("AA+M");
    form.done.toggleLastSet();
    form.done.noNeeds();
    const saved = await form.record();
    expect(saved?.row.people, "all six taps are in the record").toEqual({ min: 6, max: 6 });
    expect(saved?.missing, "nothing is missing").toEqual([]);
    expect(memory.drafts, "a record leaves no draft behind").toEqual([]);
  });

  it("keeps what was tapped when saving fails, and saves it the second time", async () => {
    const form = await opened();
    form.counting.choose("VEN");
    form.counting.tap("AA+M");
    memory.failNext.set("draft_record", { code: "disk_full", message: "no space", field: null });
    expect(await form.record(), "nothing was saved").toBeNull();
    expect(
      [form.failure?.code, form.people, form.status],
      "the data stays on screen, the key works again",
    ).toEqual(["disk_full", 1, "open"]);
    expect((await form.record())?.row.people.max, "space was made").toBe(1);
  });

  it("is saved once there is room, although its draft could not be begun", async () => {
    memory.failNext.set("draft_start", { code: "disk_full", message: "no space", field: null });
    const form = await opened();
    memory.failNext.set("draft_start", { code: "disk_full", message: "no space", field: null });
    form.counting.tap("AA+M");
    memory.failNext.set("draft_start", { code: "busy", message: "", field: null });
    expect(await form.record(), "nothing was written").toBeNull();
    expect([form.failure?.code, form.people], "the reason, and the tap is still there").toEqual(["busy", 1]);
    expect((await form.record())?.row.people.max, "space was made").toBe(1);
  });

  it("begins its draft with the next tap when it could not before", async () => {
    memory.failNext.set("draft_start", { code: "busy", message: "", field: null });
    const form = await opened();
    form.counting.tap("AA+M");
    form.counting.tap("AA+M");
    expect(await form.settle(), "kept").toBe(true);
    expect(
      memory.drafts.map(({ people }) => people),
      "one draft, with both",
    ).toEqual([2]);
    expect(form.draftFailure, "nothing is wrong any more").toBeNull();
  });

  it("says that taps would be lost instead of leaving without them", async () => {
    const full = { code: "disk_full", message: "no space", field: null } as const;
    const form = await opened();
    form.counting.tap("AA+M");
    await form.settle();
    for (const command of ["draft_save", "draft_save"]) memory.failNext.set(command, full);
    form.counting.tap("AA+M");
    await Promise.resolve();
    memory.failNext.set("draft_save", full);
    expect(await form.settle(), "the second tap is nowhere but on screen").toBe(false);
    expect(form.draftFailure?.code, "and why").toBe("disk_full");
    expect(await form.settle(), "room was made").toBe(true);
    expect(memory.drafts[0]?.people, "both").toBe(2);
  });

  it("leaves no draft behind when it was only looked at, not even when the phone locks itself", async () => {
    const form = await opened("HTI");
    form.turn(2);
    form.turn(1);
    await Promise.resolve();
    expect(memory.drafts, "nothing was tapped").toEqual([]);
    form.counting.tap("AA+M");
    await form.settle();
    expect(memory.drafts.length, "with the first tap there is one").toBe(1);
    form.counting.undoTap();
    await form.settle();
    expect(memory.drafts, "which was taken back").toEqual([]);
  });

  it("stays on page 2 when it is saved without a tap", async () => {
    const form = await opened();
    form.turn(2);
    memory.failNext.set("draft_record", { code: "busy", message: "", field: null });
    await form.record();
    expect([form.page, form.failure?.code], "where the person is").toEqual([2, "busy"]);
  });

  it("keeps taps that are faster than the disk", async () => {
    const form = new Form(memory.backend(), { nationality: null, assistance: null });
    const opening = form.start({ kind: "new", encounter_id: null });
    form.counting.choose("ECU");
    form.counting.tap("AA+M");
    await opening;
    await form.settle();
    expect(memory.drafts[0]?.capture.composition, "two taps before the draft existed").toEqual({
      ECU: { "AA+M": 1 },
    });
  });

  it("stores help for everybody as such, and a part as a number", async () => {
    const form = await opened();
    form.done.toggleAssistance("water");
    form.done.setReach("first_aid", 1);
    expect(form.capture.assistance, "all follows the total, one does not").toEqual({
      water: "all",
      first_aid: 1,
    });
  });

  it("keeps a part that was typed when the last set is given, and when it is taken away", async () => {
    const form = new Form(memory.backend(), {
      nationality: null,
      assistance: { water: "all", food: "all" },
    });
    await form.start({ kind: "new", encounter_id: null });
    form.done.setReach("water", 2);
    form.done.toggleLastSet();
    expect(form.capture.assistance, "two were given water, whatever the chip says").toEqual({
      water: 2,
      food: "all",
    });
    form.done.toggleLastSet();
    expect(form.capture.assistance, "only what the chip gave goes").toEqual({ water: 2 });
  });

  it("answers whether minors are alone with a need, and takes it back", async () => {
    const form = await opened();
    form.counting.tap("AC+F");
    form.counting.tap("AC+M");
    form.done.answerAlone(true);
    expect(form.capture.needs, "two unaccompanied children").toEqual({ uac: 2 });
    form.done.answerAlone(false);
    expect(form.capture.needs, "other needs are still to be answered").toBeNull();
  });

  it("keeps the statement that nobody needs anything when minors are with an adult", async () => {
    const form = await opened();
    form.counting.tap("AC+F");
    form.done.noNeeds();
    form.done.answerAlone(false);
    expect(form.capture.needs, "asked, and none").toEqual({});
    form.done.answerAlone(true);
    form.done.answerAlone(false);
    expect(form.capture.needs, "who was alone had a need: the rest is to be asked again").toBeNull();
  });

  it("asks again once the only need is taken back, and states nothing by itself", async () => {
    const form = await opened();
    form.counting.tap("AA+F");
    form.done.setNeed("pregnant", 1);
    form.done.setNeed("pregnant", 0);
    expect(form.capture.needs, "a slip of the thumb is no answer").toBeNull();
    form.done.noNeeds();
    form.done.setNeed("pregnant", 0);
    expect(form.capture.needs, "nothing was taken back").toEqual({});
    form.done.setNeed("pregnant", 1);
    form.done.setNeed("injured", 1);
    form.done.setNeed("pregnant", 0);
    expect(form.capture.needs, "the other stays").toEqual({ injured: 1 });
  });

  it("counts those who are alone again when a tap is undone, and forgets no answer of page 2", async () => {
    const form = await opened();
    for (let girls = 0; girls < 3; girls++) form.counting.tap("AC+F");
    form.done.answerAlone(true);
    form.done.toggleAssistance("water");
    form.counting.undoTap();
    expect(form.capture.needs, "two girls, both alone").toEqual({ uac: 2 });
    expect(form.confirmed, "what was done is still touched").toEqual(
      expect.arrayContaining(["needs", "alone", "assistance"]),
    );
    form.counting.tap("AA+F");
    form.counting.undoTap();
    form.counting.undoTap();
    form.counting.undoTap();
    expect(form.capture.needs, "nobody is left to be alone").toBeNull();
  });

  it("never says that more minors are alone than there are", async () => {
    const form = await opened();
    for (let girls = 0; girls < 3; girls++) form.counting.tap("AC+F");
    form.done.answerAlone(true);
    form.counting.tap("AA+F");
    form.counting.setCount("AC+F", 1);
    expect(form.capture.needs, "one girl is left").toEqual({ uac: 1 });
  });

  it("counts one more minor among those who are alone", async () => {
    const form = await opened();
    form.counting.tap("AC+F");
    form.done.answerAlone(true);
    form.counting.tap("AC+F");
    expect(form.capture.needs, "the answer was about all of them").toEqual({ uac: 2 });
    form.counting.tap("AA+F");
    expect(form.capture.needs, "an adult beside them takes nothing back by itself").toEqual({ uac: 2 });
  });
});

describe("detailed ages that came with a record", () => {
  /** A correction of three boys of 12 to 17 and one boy. */
  async function corrected(): Promise<Form> {
    const form = await opened();
    form.counting.tap("AA+M");
    const { row } = (await form.record()) ?? {};
    const id = row?.encounter_id ?? "";
    memory.record(id).capture.composition = { VEN: { "A12+M": 3, "AC+M": 1, "AA+F": 2 } };
    const again = new Form(memory.backend(), { nationality: null, assistance: null });
    await again.start({ kind: "edit", encounter_id: id });
    return again;
  }
  const less = (form: Form) => {
    form.counting.taking = true;
    form.counting.tap("AC+M");
  };

  it("are asked about before a counter goes below them, and stay until somebody says so", async () => {
    const form = await corrected();
    less(form);
    expect([form.people, form.counting.asks], "the boy without a detailed age goes first").toEqual([5, null]);
    less(form);
    expect(form.people, "nobody vanishes unasked").toBe(5);
    expect(form.counting.asks, "three of 12 to 17").toEqual({ cell: "AC+M", count: 2, detailed: 3 });
    form.counting.keepDetail();
    expect([form.people, form.counting.asks]).toEqual([5, null]);
    less(form);
    form.counting.dropDetail();
    expect(form.composition, "two boys; what was stated is stated as none").toEqual({
      VEN: { "A12+M": 0, "AC+M": 2, "AA+F": 2 },
    });
    less(form);
    expect([form.people, form.counting.asks], "asked once").toEqual([3, null]);
    form.counting.undoTap();
    form.counting.undoTap();
    expect(form.composition.VEN, "as any tap it is taken back").toEqual({ "A12+M": 3, "AC+M": 0, "AA+F": 2 });
    form.counting.undoTap();
    expect(form.counting.canUndo, "a question that was answered with no is no tap").toBe(false);
  });

  it("are asked about by a number too, unless a further digit makes it enough", async () => {
    const form = await corrected();
    form.counting.setCount("AC+M", 1);
    expect(form.counting.asks, "one is less than three").toEqual({ cell: "AC+M", count: 1, detailed: 3 });
    form.counting.setCount("AC+M", 12);
    expect([form.counting.asks, form.composition.VEN?.["AC+M"]], "twelve is not").toEqual([null, 9]);
    form.counting.setCount("AC+M", 0);
    form.counting.choose("HTI");
    expect(form.counting.asks, "whoever goes on has not said yes").toBeNull();
    expect(form.composition.VEN?.["A12+M"]).toBe(3);
  });

  it("are part of what a total cannot go below", async () => {
    const form = await corrected();
    form.set({ composition: { VEN: { "A12+U": 2, "AA+F": 2 } } }, "composition");
    form.counting.setTotal(3);
    expect(form.counting.asks, "one of whom nobody knows").toEqual({ cell: "AU+U", count: 1, detailed: 2 });
    form.counting.dropDetail();
    expect([form.people, form.composition.VEN?.["AU+U"]]).toEqual([3, 1]);
  });
});

describe("a group that was estimated", () => {
  it("is said beside those who are counted, and is the group of a part", async () => {
    const form = await opened();
    form.set({ composition: { VEN: { "AA+M": 30 } }, group_estimate: 40 }, "group_estimate");
    expect(plain(withEstimate(groupSentence(form.composition), form.capture))).toBe(
      "30: 30 H · VEN · se estiman 40",
    );
    expect(form.people, "parts are of all who are there").toBe(40);
    form.set({ group_estimate: 20 }, "group_estimate");
    expect(form.people, "who is counted is there").toBe(30);
    form.set({ group_estimate: null }, "group_estimate");
    expect(plain(withEstimate(groupSentence(form.composition), form.capture))).toBe("30: 30 H · VEN");
  });
});
