import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, phone, PHONE, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

describe("a laptop", () => {
  it.each([
    ["es", "Guardado en este equipo", "Personas de este equipo"],
    ["en", "Saved on this device", "People of this device"],
  ])("is no phone and does not call itself one (%s)", async (language, place, people) => {
    const page = await stage.open(`scene=post&language=${language}`, LAPTOP);
    const finger = new Finger(page);
    await finger.tap("nav-records");
    await page.getByTestId("detail-sentence").waitFor();
    expect(await words(page, "where-on_phone"), "where a record is").toBe(place);
    await finger.tap("nav-settings");
    expect(await words(page, "settings-page"), "who may open it").toContain(people);
    expect(await page.getByTestId("rain-on").count(), "no drop falls on it").toBe(0);
    expect(await page.getByTestId("back").count(), "the menu led here, nothing lies behind").toBe(0);
  });

  it("whose window was narrow when the rain mode was chosen offers to end it", async () => {
    const page = await stage.open("scene=post&rain=1", LAPTOP);
    const finger = new Finger(page);
    await finger.tapAll("nav-settings", "rain-off");
    await expect.poll(() => phone(page, ({ settings }) => settings.rain_mode)).toBe(false);
    expect(await page.getByTestId("rain-on").count(), "it does not vanish under the hand").toBe(1);
    await finger.tapAll("nav-today", "nav-settings");
    await page.getByTestId("theme-sun").waitFor();
    expect(await page.getByTestId("rain-on").count(), "after that no drop falls on it").toBe(0);
  });

  it("shows no record, and acts on none, where a search finds none", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-records");
    await page.getByTestId("review-approve").waitFor();
    await page.getByTestId("records-find").fill("zzz9");
    await page.getByTestId("records-empty").waitFor();
    expect(await page.getByTestId("review-approve").count(), "nothing to approve").toBe(0);
    await page.keyboard.press("Enter");
    await page.keyboard.press("a");
    const reviewed = await phone(page, ({ calls }) => calls.get("review") ?? 0);
    expect(reviewed, "no key reaches a record that is not in the list").toBe(0);
  });

  it("ends a search with Esc, in the field and in the list", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-records");
    await page.getByTestId("records-find").fill("zzz9");
    await page.getByTestId("records-empty").waitFor();
    await page.keyboard.press("Escape");
    await page.getByTestId("review-approve").waitFor();
    expect(await page.getByTestId("records-find").inputValue(), "the field is empty too").toBe("");
    expect(await words(page, "records-count"), "all are there again").toBe("74 registros");
  });

  it("says which day a strip is of, in whatever order the system writes it", async () => {
    const page = await stage.open("scene=post&language=en", LAPTOP);
    await new Finger(page).tap("nav-paper");
    await page.getByTestId("paper-day").fill("2026-03-04");
    await page.getByText("Wednesday 4 Mar").waitFor();
  });

  it("says at the table's field too which day it is", async () => {
    const page = await stage.open("scene=post&language=en", LAPTOP);
    await new Finger(page).tap("nav-day");
    await page.getByTestId("day-day").fill("2026-03-04");
    await page.getByTestId("day-day-word").getByText("Wednesday 4 Mar").waitFor();
    const [field, word] = await Promise.all(
      ["day-day", "day-day-word"].map((name) => page.getByTestId(name).boundingBox()),
    );
    if (!field || !word) throw new Error("both are on the screen");
    expect(word.x - (field.x + field.width), "right beside it").toBeLessThan(24);
    expect(Math.abs(word.y + word.height / 2 - (field.y + field.height / 2)), "in its line").toBeLessThan(8);
  });

  it("begins at the name, where there are keys to type it with; on a phone nothing covers the page", async () => {
    for (const [viewport, expected] of [
      [LAPTOP, "start-name"],
      [PHONE, null],
    ] as const) {
      const page = await stage.open("scene=first", viewport);
      await new Finger(page).tapAll("language-es", "start-next");
      await page.getByTestId("start-name").waitFor();
      const focused = await page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? null);
      expect(focused === "start-name" ? focused : null, `${viewport.width} wide`).toBe(expected);
    }
  });

  it("gives the page the whole width at 200 % text, with every way of the menu above it", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await page.evaluate(() => void (document.documentElement.style.fontSize = "200%"));
    const menu = await page.getByRole("navigation").boundingBox();
    const table = await page.getByTestId("today-table").boundingBox();
    expect(menu && table && menu.y + menu.height <= table.y, "above, not beside").toBe(true);
    expect(menu?.height ?? Infinity, "most of the screen is the page").toBeLessThan(0.25 * LAPTOP.height);
    for (const name of ["today", "records", "decide", "teams", "day", "paper", "settings"])
      expect(await page.getByTestId(`nav-${name}`).isVisible(), `${name} is not hidden`).toBe(true);
    await new Finger(page).tap("nav-teams");
    await page.getByTestId("teams-table").waitFor();
  });

  it("lays what is compared at one height, and no word on another", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tapAll("nav-decide", "repeat-compare");
    const lists = page.getByTestId("detail-assistance");
    await lists.nth(1).waitFor();
    const tops = await lists.evaluateAll((found) => found.map((list) => list.getBoundingClientRect().top));
    expect(new Set(tops).size, "what was done stands beside what was done").toBe(1);
  });
});
