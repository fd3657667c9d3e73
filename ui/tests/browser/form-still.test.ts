import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, focused, LAPTOP, phone, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

/** Saving takes as long as the test likes: nothing that is typed from now on is kept, and no record is made. */
const slowly = (page: Page) => phone(page, ({ gate }) => gate.hold("draft_save", "draft_record"));
/** The draft is kept; its record still is not made. */
const keep = (page: Page) =>
  phone(page, ({ gate }) => {
    gate.letGo();
    gate.hold("draft_record");
  });
const save = (page: Page) => phone(page, ({ gate }) => gate.letGo());
const recording = (page: Page) =>
  page.waitForFunction(() => (window.phone.calls.get("draft_record") ?? 0) > 0);

describe("a form that is being saved", () => {
  it("takes no tap that would not be in the record", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await finger.tapAll("home-new", "nationality-HTI", "count-man", "form-next", "needs-none");
    const food = await page.getByTestId("assistance-food").boundingBox();
    if (!food) throw new Error("it is on the page");
    await slowly(page);
    await finger.tap("form-save");
    await keep(page);
    await recording(page);
    const kept = await phone(page, ({ calls }) => calls.get("draft_save") ?? 0);
    await page.mouse.click(food.x + food.width / 2, food.y + food.height / 2);
    expect(await page.getByTestId("assistance-food").getAttribute("aria-pressed"), "not chosen").toBe(
      "false",
    );
    await page.keyboard.press("Escape");
    await save(page);
    expect(await words(page, "saved-people"), "saved").toBe("1 persona");
    expect(
      await phone(page, ({ calls }) => calls.get("draft_save") ?? 0),
      "nothing was written after it",
    ).toBe(kept);
    expect(await page.getByTestId("form-failure").count(), "nor failed behind it").toBe(0);
  });

  it("goes on where it was if it could not be saved", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tap("nav-paper");
    await page.getByTestId("paper-time").fill("00:05");
    await page.getByTestId("paper-nationality-0").fill("haitiana");
    await page.getByTestId("paper-girl-0").fill("1");
    await phone(
      page,
      ({ failNext }) => void failNext.set("draft_record", { code: "disk_full", message: "", field: null }),
    );
    await page.keyboard.press("Control+Enter");
    await page.getByTestId("form-failure").waitFor();
    await expect.poll(() => focused(page), { message: "the hands are where they were" }).toBe("paper-girl-0");
    await page.keyboard.type("2");
    await page.keyboard.press("Control+Enter");
    await page.getByTestId("paper-saved").waitFor();
    expect(await phone(page, ({ records }) => records[0]?.capture.composition), "typed after it").toEqual({
      HTI: { "AC+F": 12 },
    });
  });

  it("on paper takes no digit of the next strip", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-paper");
    await page.getByTestId("paper-time").fill("00:05");
    await page.getByTestId("paper-nationality-0").fill("haitiana");
    await page.getByTestId("paper-girl-0").fill("1");
    await slowly(page);
    await page.keyboard.press("Control+Enter");
    await page.keyboard.type("12");
    await keep(page);
    await recording(page);
    await page.keyboard.type("3");
    await page.keyboard.press("Control+Enter");
    await save(page);
    await page.getByTestId("paper-saved").waitFor();
    expect(await phone(page, ({ records }) => records[0]?.capture.composition), "as it was saved").toEqual({
      HTI: { "AC+F": 1 },
    });
    await expect.poll(() => focused(page), { message: "the next begins at its folio" }).toBe("paper-ref");
    await page.keyboard.type("45");
    expect(await page.getByTestId("paper-ref").inputValue(), "what is typed is the next one's").toMatch(
      /45$/,
    );
    expect(await page.getByTestId("paper-girl-0").inputValue(), "nothing else of it").toBe("");
    expect(await page.getByTestId("paper-lacks-time").count(), "nobody tried to save it").toBe(0);
    expect(await phone(page, ({ calls }) => calls.get("draft_record")), "one record").toBe(1);
  });
});
