import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemoryBackend } from "../backend/memory";
import { Finger, LAPTOP, phone, PHONE, settled, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

describe("the key that locks a laptop", () => {
  it.each(["paper-man-0", "count-man"])(
    "asks before it drops what could not be kept, as every key of the menu (%s)",
    async (field) => {
      const page = await stage.open("scene=post", LAPTOP);
      const finger = new Finger(page);
      const full = () =>
        phone(
          page,
          ({ failNext }) => void failNext.set("draft_save", { code: "disk_full", message: "", field: null }),
        );
      const isOnPaper = field === "paper-man-0";
      await (isOnPaper ? finger.tap("nav-paper") : finger.tapAll("nav-records", "detail-edit", field));
      if (isOnPaper) await page.getByTestId(field).fill("3");
      await page.waitForFunction(() => (window.phone.drafts[0]?.confirmed.length ?? 0) > 0);
      await full();
      if (isOnPaper) await page.getByTestId(field).fill("5");
      else await finger.tap(field);
      await page.waitForFunction(() => !window.phone.failNext.has("draft_save"));
      await full();
      await finger.tap("lock");
      await page.getByText("Si sale ahora, se pierde").first().waitFor();
      expect(await page.getByTestId("unlock").count(), "still here").toBe(0);
      await finger.tap("lock");
      await page.getByTestId("unlock").waitFor();
    },
  );
});

describe("a correction that was not finished", () => {
  const own = ({ records, me }: MemoryBackend) => void (records[0] && (records[0].author = me?.name ?? ""));
  const OF = { post: LAPTOP, day: PHONE };

  /** One man is added to the first record in the list, and the device locks itself. */
  async function begun(scene: keyof typeof OF, pin: string) {
    const page = await stage.open(`scene=${scene}`, OF[scene]);
    const finger = new Finger(page);
    await phone(page, own);
    if (scene === "post") await finger.tap("nav-records");
    else await finger.tap("row");
    await finger.tapAll("detail-edit", "count-man");
    await page.waitForFunction(() => window.phone.drafts[0]?.confirmed.includes("composition"));
    const people = await phone(page, ({ drafts }) => drafts[0]?.people ?? 0);
    await phone(page, (memory) => memory.backend().lock());
    await page.getByTestId("unlock").waitFor();
    if (scene === "day") await finger.tap("person");
    for (const digit of pin) await finger.tap(`pad-${digit}`);
    await finger.tap("pad-done");
    return { finger, page, people };
  }

  it("is told on the laptop's first page, and opened there", async () => {
    const { finger, page, people } = await begun("post", "571930");
    expect(await words(page, "today-unfinished"), "nothing seems lost").toContain(
      "1 formulario sin terminar",
    );
    await finger.tap("today-unfinished");
    expect(await words(page, "draft-sentence"), "which, and how far").toMatch(
      new RegExp(`^Corrección de BCH-.+, ${people} personas$`),
    );
    await finger.tap("draft-resume");
    expect(await words(page, "form-sentence"), "with what was tapped").toMatch(new RegExp(`^${people}: `));
  });

  it.each([
    ["post", "571930"],
    ["day", "241973"],
  ] as const)("is told in its record, and Corregir goes on with it (%s)", async (scene, pin) => {
    const { finger, page, people } = await begun(scene, pin);
    const toRecord = () => (scene === "post" ? finger.tap("nav-records") : finger.tap("row"));
    await toRecord();
    expect(await words(page, "detail-correction"), "why the old numbers stand there").toContain(
      `sin terminar: ${people} personas`,
    );
    expect(await words(page, "detail-edit"), "by its hour").toMatch(
      /Seguir con su corrección de las \d\d:\d\d/,
    );
    await finger.tap("detail-edit");
    expect(await words(page, "form-sentence"), "with what was tapped").toMatch(new RegExp(`^${people}: `));
    expect(await phone(page, ({ drafts }) => drafts.length), "and no second one").toBe(1);
    await finger.tap("form-leave");
    await finger.tap("detail-edit-anew");
    expect(await words(page, "form-sentence"), "or from what the record says").toMatch(
      new RegExp(`^${people - 1}: `),
    );
  });

  it("is not told of somebody else's", async () => {
    const page = await stage.open("scene=day");
    await phone(page, own);
    await phone(page, async (memory) => {
      const encounter_id = memory.records[0]?.id ?? "";
      const draft = await memory.backend().draft_start({ kind: "edit", encounter_id });
      await memory.backend().draft_save({ ...draft, confirmed: ["composition"] });
      for (const one of memory.drafts) one.author = "p2";
    });
    await new Finger(page).tap("row");
    expect(await words(page, "detail-edit"), "nobody's own").toBe("Corregir");
  });
});

describe("an unfinished correction of a strip of paper", () => {
  /** A correction of a paper record with a girl of known age is left unfinished. */
  async function left() {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await phone(page, (memory) => {
      const [record] = memory.records;
      const composition = { VEN: { "AA+M": 1, "A12+F": 2 } };
      if (record) Object.assign(record, { author: memory.me?.name, others: [] });
      if (record) Object.assign(record.capture, { capture_mode: "paper", composition });
      memory.changed();
    });
    await finger.tapAll("nav-records", "detail-edit", "count-man");
    await page.waitForFunction(() => window.phone.drafts[0]?.confirmed.includes("composition"));
    await finger.tap("form-leave");
    await page.getByTestId("review-pane").waitFor();
    return { page, finger };
  }

  it.each(["paper", "today", "phone"])(
    "is gone on with on the pages of the form, where no known age goes unasked (%s)",
    async (from) => {
      const { page, finger } = await left();
      if (from === "phone") {
        await finger.tap("nav-today");
        await page.setViewportSize(PHONE);
      } else await finger.tap(`nav-${from}`);
      if (from === "today") await finger.tap("today-unfinished");
      await finger.tap("draft-resume");
      await page.getByTestId("form-who").waitFor();
      await finger.tapAll("count-minus", "count-girl");
      await page.getByTestId("detailed-ages").waitFor();
      await finger.tap("detailed-keep");
      expect(await phone(page, ({ drafts }) => drafts[0]?.capture.composition), "all of it").toEqual({
        VEN: { "AA+M": 2, "A12+F": 2 },
      });
    },
  );
});

describe("another strip that is gone on with", () => {
  it("does not take the place of one that could not be kept without a word", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tap("nav-paper");
    await page.getByTestId("paper-ref").fill("A-18");
    await finger.tapAll("nav-today", "nav-paper");
    await page.getByTestId("draft-resume").waitFor();
    await page.getByTestId("paper-man-0").fill("3");
    await page.waitForFunction(() => window.phone.drafts.at(-1)?.people === 3);
    const full = () =>
      phone(
        page,
        ({ failNext }) => void failNext.set("draft_save", { code: "disk_full", message: "", field: null }),
      );
    await full();
    await page.getByTestId("paper-man-0").fill("5");
    await page.waitForFunction(() => !window.phone.failNext.has("draft_save"));
    await full();
    await finger.tap("draft-resume");
    await page.getByText("Si sale ahora, se pierde").first().waitFor();
    expect(await page.getByTestId("paper-man-0").inputValue(), "still here").toBe("5");
    await finger.tap("draft-resume");
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("[data-testid=paper-ref]")?.value === "A-18",
    );
    expect(await phone(page, ({ drafts }) => drafts.map(({ people }) => people)), "both are kept").toEqual([
      0, 5,
    ]);
  });
});

describe("Guardar así", () => {
  it("tapped twice saves one, whose undoing stays", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    for (let number = 0; number < 2; number += 1)
      await finger.tapAll("home-new", "nationality-HTI", "count-man", "form-leave");
    await page.getByTestId("draft").nth(1).waitFor();
    await page.evaluate(async () => {
      const tap = (name: string) => document.querySelector<HTMLElement>(`[data-testid=${name}]`)?.click();
      tap("draft-save");
      while (document.querySelectorAll("[data-testid=draft]").length > 1)
        await new Promise((later) => setTimeout(later));
      for (const name of ["draft-save", "draft-discard", "draft-resume", "saved-undo"]) tap(name);
    });
    await settled(page);
    expect(await words(page, "home-saved"), "said, and can be undone").toMatch(/Guardado.+Deshacer \d+ s/s);
    expect(await page.getByTestId("draft-resume").count(), "the other is as it was, and here").toBe(1);
    expect(await phone(page, ({ calls }) => calls.get("draft_record")), "one record").toBe(1);
    await finger.tap("draft-save");
    await expect.poll(() => page.getByTestId("draft").count(), { message: "a tap that was meant" }).toBe(0);
  });
});
