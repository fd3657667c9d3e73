import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { doubleTap, Finger, phone, settled, Stage, words } from "./browser";
import { boxes, scrollable, tooClose, tooSmall } from "./measure";

const KEY = 76;
const GAP = 19;

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

const counted = (...people: [string, number][]) =>
  people.flatMap(([who, count]) => Array.from({ length: count }, () => `count-${who}`));

/** A touch that leaves the glass at once, however busy this machine is. */
const drop = (page: Page, testid: string) =>
  page.getByTestId(testid).evaluate((key) => {
    const touch = { bubbles: true, cancelable: true, pointerId: 7, detail: 1 };
    for (const name of ["pointerdown", "pointerup", "click"])
      key.dispatchEvent(new PointerEvent(name, touch));
  });

describe("counted taps, from home to the word Guardado", () => {
  it("a group of six with one nationality takes 12", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    await finger.tapAll("home-new", "nationality-HTI", ...counted(["man", 3], ["woman", 2], ["girl", 1]));
    expect(await words(finger.page, "form-sentence"), "the sentence says what was tapped").toBe(
      "6: 3 H, 2 M, 1 niña · HTI",
    );
    await finger.tapAll("form-next", "assistance-last-set", "needs-none", "form-save");
    expect(await words(finger.page, "saved-title"), "the word comes after the commit").toBe(
      "Guardado en este teléfono",
    );
    expect(await words(finger.page, "saved-people"), "six people").toBe("6 personas");
    expect(finger.taps, "the budget of the issue").toBeLessThanOrEqual(12);
    expect(await finger.page.getByTestId("saved-missing").count(), "the record is complete").toBe(0);
  });

  it("eleven people with two nationalities take 18", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    await finger.tapAll("home-new", "nationality-HTI", ...counted(["man", 2], ["woman", 2]));
    await finger.tapAll("nationality-VEN", ...counted(["man", 4], ["woman", 2], ["boy", 1]));
    expect(await words(finger.page, "nationality-HTI-people"), "the first tab keeps its people").toBe("4");
    await finger.tapAll("form-next", "assistance-last-set", "needs-none", "form-save");
    expect(await words(finger.page, "saved-people"), "eleven people").toBe("11 personas");
    expect(finger.taps, "the budget of the issue").toBeLessThanOrEqual(18);
  });

  it("forty people take 14 with the number pad", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    await finger.tapAll("home-new", "nationality-HTI");
    await finger.hold("count-man");
    await finger.tapAll("pad-2", "pad-5", "pad-next", "pad-1", "pad-5", "pad-done");
    expect(await words(finger.page, "form-sentence"), "25 men and 15 women").toBe("40: 25 H, 15 M · HTI");
    await finger.tapAll("form-next", "assistance-last-set", "needs-none", "form-save");
    expect(await words(finger.page, "saved-people"), "forty people").toBe("40 personas");
    expect(finger.taps, "the budget of the issue").toBeLessThanOrEqual(14);
  });

  it("the same as the last one takes 2, and the second is not where the first was", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    const first = await page.getByTestId("home-same").boundingBox();
    await doubleTap(page, "home-same", "form-save");
    finger.taps += 1;
    const save = await page.getByTestId("form-save").boundingBox();
    if (!first || !save) throw new Error("both keys are on screen");
    const apart = save.y >= first.y + first.height || save.x >= first.x + first.width;
    expect(apart, "a double tap must not save").toBe(true);
    await settled(page);
    expect(await page.getByTestId("saved-title").count(), "deaf for 400 ms").toBe(0);
    await finger.tap("form-save");
    await page.getByTestId("saved-title").waitFor();
    expect(await phone(page, ({ records }) => records[0]?.capture.needs), "never a need").not.toHaveProperty(
      "pregnant",
    );
  });
});

describe("a suggested nationality", () => {
  it("is stated before and after it is kept, and nobody goes over from it unseen", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await finger.tap("home-new");
    await page.waitForFunction(() => document.querySelector("[data-testid=form-who] .unconfirmed"));
    await finger.tap("count-man");
    const sentence = await words(page, "form-sentence");
    const [, suggested = ""] = sentence.match(/^1: 1 H · ¿(\w+)\?$/) ?? [];
    expect(suggested, "asked about while people are counted").not.toBe("");
    const before = await boxes(page, "form-who");
    const other = suggested === "ECU" ? "COL" : "ECU";
    await finger.tap(`nationality-${other}`);
    expect(await words(page, "form-sentence"), "said where the count is read").toBe(
      `1 persona pasó de ¿${suggested}? a ${other}. Deshacer toque la devuelve.`,
    );
    expect(await boxes(page, "form-who"), "and moves no key").toEqual(before);
    await finger.tapAll("form-undo-tap", "form-next");
    expect(await words(page, "form-sentence"), "what will be kept").toBe(`1: 1 H · ${suggested} (sugerida)`);
    expect(await scrollable(page), "in its place").toEqual({ down: 0, sideways: 0 });
    await finger.tapAll("needs-none", "form-save");
    expect(await words(page, "saved-sentence"), "what was kept").toBe(`1: 1 H · ${suggested}`);
  });
});

describe("the two pages at 360 × 640", () => {
  const scenes = ["theme=standard", "theme=sun", "theme=night", "theme=standard&language=en"];

  it.each(scenes)("have keys of 12 mm, 3 mm apart, without scrolling (%s)", async (query) => {
    const finger = new Finger(await stage.open(`scene=day&${query}`));
    const measure = async (testid: string) => {
      const keys = await boxes(finger.page, testid);
      expect(keys.length, "the page has its keys").toBeGreaterThan(9);
      expect(tooSmall(keys, KEY), "a glove needs 12 mm").toEqual([]);
      expect(tooClose(keys, GAP), "a glove needs 3 mm between").toEqual([]);
      expect(await scrollable(finger.page), "the fast path never scrolls").toEqual({ down: 0, sideways: 0 });
    };
    await finger.tap("home-new");
    await measure("form-who");
    await finger.tapAll("nationality-HTI", "count-girl", "count-boy", "count-minus");
    await measure("form-who");
    await finger.tap("count-minus");
    await finger.tap("form-next");
    await measure("form-done");
    expect(await finger.page.getByTestId("alone").count(), "minors alone are asked about").toBe(1);
  });

  it.each([
    [360, 640],
    [393, 852],
    [412, 915],
    [430, 932],
    [600, 960],
  ])("have three keys a row on a phone of %i × %i too, and each word in one piece", async (width, height) => {
    const finger = new Finger(await stage.open("scene=day", { width, height }));
    await finger.tapAll("home-new", "nationality-HTI", "count-man");
    for (const testid of ["form-who", "form-done"]) {
      const keys = await boxes(finger.page, testid);
      const places = new Set(
        keys.filter((key) => key.right - key.left < width / 2.8).map(({ left }) => Math.round(left)),
      );
      expect(places.size, `${testid}: the thumb finds each key in its place`).toBeLessThanOrEqual(3);
      expect(await scrollable(finger.page), "and nothing scrolls").toEqual({ down: 0, sideways: 0 });
      if (testid === "form-who") await finger.tap("form-next");
    }
  });

  it.each([
    [360, 640],
    [412, 915],
  ])("lay every number pad under the thumb at %i × %i", async (width, height) => {
    const finger = new Finger(await stage.open("scene=day", { width, height }));
    const bottom = async () => {
      const box = await finger.page.getByTestId("pad-done").boundingBox();
      return height - ((box?.y ?? 0) + (box?.height ?? 0));
    };
    await finger.tap("home-new");
    await finger.hold("count-woman");
    expect(await bottom(), "of a counter").toBeLessThan(48);
    const first = new Finger(await stage.open("scene=first", { width, height }));
    await first.tapAll("start-next");
    await first.page.getByTestId("start-name").fill("Cabo Mosquera");
    await first.tap("start-next");
    const box = await first.page.getByTestId("pad-done").boundingBox();
    expect(height - ((box?.y ?? 0) + (box?.height ?? 0)), "of the first PIN").toBeLessThan(48);
  });

  it("never move a key while the form is open", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    await finger.tap("home-new");
    await finger.page.getByTestId("nationality-HTI").waitFor();
    const before = await boxes(finger.page, "form-who");
    await finger.tapAll(
      "nationality-HTI",
      ...counted(["man", 12], ["girl", 3]),
      "nationality-VEN",
      ...counted(["woman", 9]),
    );
    await finger.tapAll("nationality-COL", "count-boy", "count-minus");
    expect(await boxes(finger.page, "form-who"), "a finger on its way finds the key where it was").toEqual(
      before,
    );
    await finger.tapAll("count-boy", "form-next");
    const done = await boxes(finger.page, "form-done");
    await finger.tapAll("assistance-water", "needs-none");
    const asked = () => phone(finger.page, ({ calls }) => calls.get("position") ?? 0);
    const answers = await asked();
    await expect.poll(asked, { message: "the receiver is asked again" }).toBeGreaterThan(answers);
    await settled(finger.page);
    expect(await boxes(finger.page, "form-done"), "a fix that arrives moves nothing").toEqual(done);
  });

  it("keep the number pad's keys as large", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    await finger.tap("home-new");
    await finger.hold("count-woman");
    const keys = (await boxes(finger.page, "pad")).filter(({ name }) => name !== "pad-close");
    expect(tooSmall(keys, KEY), "digits are on the fast path of forty people").toEqual([]);
    expect(tooClose(keys, GAP), "digits are on the fast path of forty people").toEqual([]);
  });

  it("do not count raindrops in rain mode", async () => {
    const page = await stage.open("scene=day&rain=1");
    await drop(page, "settings");
    expect(await page.getByTestId("settings-page").count(), "no key of the window counts a drop").toBe(0);
    await page.getByTestId("home-new").click({ delay: 120 });
    await drop(page, "count-man");
    expect(await words(page, "count-man-value"), "a drop").toBe("0");
    await page.getByTestId("count-man").click({ delay: 120 });
    expect(await words(page, "count-man-value"), "120 ms is a finger").toBe("1");
  });

  it("find a nationality by demonym without accents", async () => {
    const finger = new Finger(await stage.open("scene=day&records=0"));
    await finger.tapAll("home-new", "nationality-other");
    await finger.page.getByTestId("nationality-search").fill("camerunes");
    await finger.tap("nationality-pick-CMR");
    await finger.tap("count-man");
    expect(await words(finger.page, "form-sentence"), "Cameroon").toBe("1: 1 H · CMR");
  });
});
