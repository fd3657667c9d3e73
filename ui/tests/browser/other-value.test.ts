import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, MOMENT, phone, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

/** How often anybody has chosen between two values. */
const chosen = (page: Page) => phone(page, ({ calls }) => calls.get("choose") ?? 0);

/** The pad of *Otro*, where two values wait: on the leader's phone and at the post. */
const pads: [where: string, open: () => Promise<Finger>][] = [
  [
    "the leader's phone",
    async () => {
      const finger = new Finger(await stage.open("scene=leader"));
      await finger.tapAll("home-two-values", "row", "detail-choose", "keep-other");
      return finger;
    },
  ],
  [
    "the post",
    async () => {
      const finger = new Finger(await stage.open("scene=post", LAPTOP));
      await finger.tapAll("nav-decide", "keep-other");
      return finger;
    },
  ],
];

describe.each(pads)("a value that is neither, on %s", (_where, open) => {
  it("is decided by Listo, after it was typed", async () => {
    const finger = await open();
    expect(await words(finger.page, "pad-value"), "neither of the two is put there beforehand").toBe("–");
    expect(await finger.page.getByTestId("pad-done").isDisabled(), "nothing is typed yet").toBe(true);
    await finger.tapAll("pad-1", "pad-7", "pad-done");
    await finger.page.getByTestId("pad").waitFor({ state: "detached" });
    const stated = await phone(finger.page, ({ records }) =>
      records
        .flatMap(({ history }) => history.filter(({ event }) => event === "chosen"))
        .map(({ after }) => after),
    );
    expect(stated, "what was typed, for everybody").toEqual(["17"]);
  });

  it("is not decided by the cross or by Esc, typed or not", async () => {
    const finger = await open();
    await finger.tap("pad-close");
    await finger.page.getByTestId("pad").waitFor({ state: "detached" });
    await finger.tapAll("keep-other", "pad-7", "pad-close", "keep-other");
    await finger.page.keyboard.press("7");
    await finger.page.keyboard.press("Escape");
    await finger.page.getByTestId("pad").waitFor({ state: "detached" });
    expect(await chosen(finger.page), "who changes his mind has decided nothing").toBe(0);
    expect(await finger.page.getByTestId("two-values-question").count(), "it still waits").toBeGreaterThan(0);
  });

  it("is typed and decided by keyboard", async () => {
    const { page } = await open();
    await page.keyboard.press("Enter");
    expect(await page.getByTestId("pad").count(), "Enter alone is no answer").toBe(1);
    await page.keyboard.type("12");
    await page.keyboard.press("Enter");
    await page.getByTestId("pad").waitFor({ state: "detached" });
    expect(await chosen(page), "Enter is Listo").toBe(1);
  });
});

describe("a value that is neither of two", () => {
  const at = (hour: string) => `${MOMENT.slice(0, 10)}T${hour}:00-05:00`;
  const FIX = (lat: number) => ({ lat, lon: -77.6 });

  /** A leader before two values of another kind than a count. */
  async function before(field: string, kind: "time" | "words" | "reach" | "position", ...values: unknown[]) {
    const finger = new Finger(await stage.open("scene=leader"));
    await finger.page.evaluate(
      ([field, kind, values]) => {
        for (const record of window.phone.records) record.others = [];
        const [record] = window.phone.records;
        if (!record) throw new Error("there are records");
        const stated = values.map((value, index) => {
          const text = JSON.stringify(value);
          return { value, text, author: `Cabo ${index}`, at: record.savedAt, choice: String(index) };
        });
        record.stated = [{ field, label: "Dato", kind, values: stated, may_choose: true }];
        window.phone.changed(record.id);
      },
      [field, kind, values] as const,
    );
    await finger.tapAll("home-two-values", "row", "detail-choose");
    return finger;
  }
  const stated = (page: Page) =>
    phone(page, ({ records }) => {
      const chosen = records.flatMap(({ history }) => history.filter(({ event }) => event === "chosen"));
      return chosen.map(({ after }) => after);
    });

  it("is typed for a time: the day is there, the hour of neither", async () => {
    const finger = await before("occurred_at", "time", at("07:21"), at("07:40"));
    const { page } = finger;
    await finger.tap("keep-other");
    expect(await page.getByTestId("other-time").inputValue(), "nobody's hour").toBe("");
    expect(await page.getByTestId("other-done").isDisabled(), "nothing is typed yet").toBe(true);
    await page.getByTestId("other-time").fill("07:30");
    await finger.tap("other-done");
    await page.getByTestId("conflict-done").waitFor();
    expect(await stated(page), "by the clock of the post").toEqual([`"${at("07:30")}"`]);
  });

  it("is typed for words", async () => {
    const finger = await before("place_note", "words", "junto al río", "en la playa");
    await finger.tap("keep-other");
    await finger.page.getByTestId("other-words").fill(" en la loma ");
    await finger.tap("other-done");
    await finger.page.getByTestId("conflict-done").waitFor();
    expect(await stated(finger.page), "as it was meant").toEqual(['"en la loma"']);
  });

  it("is all of the group, or a part that is typed", async () => {
    const all = await before("assistance/water", "reach", 3, 4);
    await all.tapAll("keep-other", "other-all");
    await all.page.getByTestId("conflict-done").waitFor();
    expect(await stated(all.page), "nobody had said so").toEqual(['"all"']);
    const part = await before("assistance/water", "reach", 3, 4);
    await part.tapAll("keep-other", "other-part", "pad-5", "pad-done");
    await part.page.getByTestId("conflict-done").waitFor();
    expect(await stated(part.page), "a number").toEqual(["5"]);
  });

  it("is no position, where both fixes are wrong", async () => {
    const finger = await before("position", "position", FIX(8.4), FIX(8.5));
    await finger.tapAll("keep-other", "other-no-fix");
    await finger.page.getByTestId("conflict-done").waitFor();
    expect(await stated(finger.page), "nobody types a fix").toEqual(['"no_fix"']);
    const half = await before("position", "position", FIX(8.4), "no_fix");
    await half.page.getByTestId("keep-later").waitFor();
    expect(await half.page.getByTestId("keep-other").count(), "there is no third").toBe(0);
  });
});
