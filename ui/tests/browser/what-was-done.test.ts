import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, phone, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

const save = async (finger: Finger) => {
  await finger.tap("form-save");
  await finger.page.getByTestId("saved-title").waitFor();
  return phone(finger.page, ({ records }) => records[0]?.capture);
};

describe("a group of minors only", () => {
  const minors = ["home-new", "nationality-HTI", "count-girl", "count-boy"];

  it("is asked whether they are alone; yes is a need of each, and cannot be unsaid by one tap", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    await finger.tapAll(...minors, "form-next", "alone-yes");
    const none = finger.page.getByTestId("needs-none");
    expect(await none.isDisabled(), "minors alone are a need").toBe(true);
    await finger.tapAll("form-back", "count-girl", "form-next", "assistance-water");
    expect((await save(finger))?.needs, "one more girl is alone too").toEqual({ uac: 3 });
    expect(await words(finger.page, "saved-people"), "all three").toBe("3 personas");
  });

  it("with an adult is a tap as well, and the needs are still to be answered", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    await finger.tapAll(...minors, "form-next", "alone-no");
    const no = finger.page.getByTestId("alone-no");
    expect(await no.getAttribute("aria-pressed"), "the answer is seen").toBe("true");
    await finger.tapAll("needs-none", "assistance-water");
    expect((await save(finger))?.needs, "none, as was said").toEqual({});
  });

  it("is not asked as soon as there is one who may be an adult", async () => {
    for (const adult of ["count-woman", "count-man", "count-unknown"]) {
      const finger = new Finger(await stage.open("scene=day"));
      await finger.tapAll(...minors, adult, "form-next");
      expect(await finger.page.getByTestId("alone").count(), `${adult}: nobody asks`).toBe(0);
    }
  });
});

describe("a part of the group", () => {
  it("is the number on the pad when Listo is pressed, typed or only shown; the cross states nothing", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    await finger.tapAll("home-new", "nationality-HTI", "count-man", "count-man", "form-next");
    await finger.hold("assistance-food");
    await finger.tap("pad-close");
    await finger.hold("assistance-water");
    expect(await words(finger.page, "pad-value"), "the whole group is offered").toBe("2");
    await finger.tap("pad-done");
    expect(await words(finger.page, "assistance-water-part"), "and was said").toBe("2 de 2");
    await finger.tap("assistance-ors");
    await finger.hold("assistance-ors");
    await finger.tap("pad-done");
    expect((await save(finger))?.assistance, "all stay all").toEqual({ water: 2, ors: "all" });
  });
});

describe("the line of the position", () => {
  it("says from the first tap on how good the fix is", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    await finger.tapAll("home-new", "count-man", "form-next");
    expect(await words(finger.page, "position"), "nobody is told to state a place").toMatch(
      /^±38 m, hace \d+ s$/,
    );
  });
});

describe("Más", () => {
  it("brings place, path, surroundings, direction, items, note and time into the record", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    const { page } = finger;
    const yesterday = await page.evaluate(() => {
      const date = new Date(Date.now() - 86_400_000);
      const two = (number: number) => String(number).padStart(2, "0");
      return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T07:21`;
    });
    await finger.tapAll("home-new", "nationality-HTI", "count-man", "form-next", "needs-none", "form-more");
    await page.getByTestId("more-place").selectOption({ label: "Tres Bocas (Tuquesa)" });
    await page.getByTestId("more-trail").selectOption("tuquesa");
    await page.getByTestId("more-setting").selectOption("river");
    await page.getByTestId("more-direction").selectOption("south");
    await page.getByTestId("more-time").fill(yesterday);
    await page.getByTestId("more-note").fill("Río crecido");
    await finger.tapAll("item-water_l", "item-water_l", "item-meal", "item-meal-minus", "item-blanket");
    await finger.tap("more-sheet-done");
    const capture = await save(finger);
    expect(capture, "each where it belongs, and an item taken away is none").toMatchObject({
      place_id: "PA-TRB",
      trail_id: "tuquesa",
      setting: "river",
      direction: "south",
      note: "Río crecido",
      clock_source: "typed",
      items_given: { water_l: 2, blanket: 1 },
    });
    expect(capture?.items_given, "no ration").not.toHaveProperty("meal");
    const meant = Date.parse(`${yesterday}:00-05:00`);
    expect(Date.parse(capture?.occurred_at ?? ""), "the moment that was typed, at the post").toBe(meant);
  });

  it("keeps what was typed when it is closed and opened again", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    const { page } = finger;
    await finger.tapAll("home-new", "count-man", "form-next", "form-more");
    await page.getByTestId("more-note").fill("Río crecido");
    await finger.tapAll("item-meal", "more-sheet-done", "form-back", "form-next", "form-more");
    expect(await page.getByTestId("more-note").inputValue(), "the note").toBe("Río crecido");
    expect(await words(page, "item-meal-value"), "and the ration").toBe("1");
  });

  it("keeps the time of a record whose correction leaves it empty", async () => {
    const finger = new Finger(await stage.open("scene=leader"));
    const { page } = finger;
    const seen = await phone(page, ({ records }) => records[0]?.capture);
    await finger.tapAll("home-records", "row", "detail-edit", "form-next", "form-more");
    expect(await words(page, "more-sheet"), "what empty means here").toContain("queda la que tenía");
    await page.getByTestId("more-time").fill("2026-03-14T07:21");
    await page.getByTestId("more-time").fill("");
    await finger.tap("more-sheet-done");
    const capture = await save(finger);
    expect([capture?.occurred_at, capture?.clock_source], "the time and where it came from").toEqual([
      seen?.occurred_at,
      seen?.clock_source,
    ]);
  });
});
