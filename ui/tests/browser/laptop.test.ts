import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, phone, Stage, words } from "./browser";

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
