import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, Stage, words } from "./browser";
import { scrollable } from "./measure";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

const NARROW = { width: 800, height: 800 };

describe("a window that becomes narrower while a form is open", () => {
  it("goes on with the correction: its people, its page, its taps to take back, the pad that was open", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tapAll("nav-records", "detail-edit", "count-girl", "count-girl");
    const sentence = await words(page, "form-sentence");
    await page.getByTestId("count-man").focus();
    await page.keyboard.type("1");
    await page.setViewportSize(NARROW);
    await page.getByTestId("nav-today").waitFor({ state: "detached" });
    await page.keyboard.type("2");
    expect(await words(page, "pad-value"), "the number that was being typed").toBe("12");
    await finger.tap("pad-done");
    expect(await words(page, "count-man-value")).toBe("12");
    await finger.tapAll("form-undo-tap", "form-undo-tap");
    expect(await words(page, "form-sentence"), "each tap can be taken back").toBe(sentence);
    await finger.tap("form-next");
    await page.setViewportSize(LAPTOP);
    await page.getByTestId("nav-today").waitFor();
    expect(await page.getByTestId("form-save").count(), "the page that was open").toBe(1);
  });

  it("goes on with a strip of paper as it was typed", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-paper");
    await page.getByTestId("paper-day").fill("2025-11-10");
    await page.getByTestId("paper-nationality-0").fill("venezolna");
    await page.getByTestId("paper-man-0").fill("4");
    await page.setViewportSize(NARROW);
    await page.getByTestId("nav-today").waitFor({ state: "detached" });
    const typed = () =>
      Promise.all(
        ["paper-day", "paper-nationality-0", "paper-man-0"].map((testid) =>
          page.getByTestId(testid).inputValue(),
        ),
      );
    expect(await typed(), "all of it").toEqual(["2025-11-10", "venezolna", "4"]);
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("data-testid"));
    expect(focused, "the hands are where they were").toBe("paper-man-0");
    await page.setViewportSize(LAPTOP);
    await page.getByTestId("nav-today").waitFor();
    expect(await typed(), "and back").toEqual(["2025-11-10", "venezolna", "4"]);
  });

  it("opens an unfinished strip as a strip", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tap("nav-paper");
    await page.getByTestId("paper-nationality-0").fill("venezolna");
    await page.getByTestId("paper-man-0").fill("4");
    await finger.tap("nav-today");
    await page.getByTestId("today-sentence").waitFor();
    await page.setViewportSize(NARROW);
    await finger.tap("draft-resume");
    await page.getByTestId("paper-man-0").waitFor();
    await expect.poll(() => page.getByTestId("paper-nationality-0").inputValue()).toBe("venezolna");
    const { sideways } = await scrollable(page);
    expect(sideways, "the page fits; only the strip scrolls in its frame").toBe(0);
    await finger.tap("paper-leave");
    await page.getByTestId("home").waitFor();
    expect(await page.getByTestId("draft").count(), "it waits there again").toBe(1);
  });
});
