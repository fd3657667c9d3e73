import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, Stage } from "./browser";
import { heardFaults } from "./axe";
import { colours, cutOff, framesTooWide, heldInPlace, lowContrast, overlapping, scrollable } from "./measure";
import { SCREENS } from "./screens";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

const WHITE = "rgb(255, 255, 255)";
const isGrey = (color: string) => {
  const [r = 0, g = 0, b = 0] = (color.match(/\d+/g) ?? []).map(Number);
  return Math.max(r, g, b) - Math.min(r, g, b) < 12 && r > 10 && r < 245;
};

const wear = (page: Page, theme: string) =>
  page.evaluate((name) => void (document.documentElement.dataset.theme = name), theme);

describe.each(SCREENS)("$name", ({ scene, way, viewport }) => {
  let page: Page;
  beforeAll(async () => {
    page = await stage.open(`scene=${scene}&theme=standard`, viewport);
    await way(new Finger(page));
    await page.waitForTimeout(100);
  });
  afterAll(() => page.context().close());

  it("reads well in the standard theme", async () => {
    expect(await lowContrast(page, 4.5), "text is read at arm's length").toEqual([]);
    expect(await cutOff(page), "nothing is cut off").toEqual([]);
    expect(await overlapping(page), "no word lies on another").toEqual([]);
    expect((await scrollable(page)).sideways, "nothing lies beside the screen").toBe(0);
    expect(await framesTooWide(page), "tables fit at the usual text size").toEqual([]);
  });

  it("has no grey and a contrast of 7 in the sun", async () => {
    await wear(page, "sun");
    expect(await lowContrast(page, 7), "noon").toEqual([]);
    expect((await colours(page)).filter(isGrey), "grey disappears in the sun").toEqual([]);
  });

  it("has no white at night", async () => {
    await wear(page, "night");
    expect(await lowContrast(page, 4.5), "dim but readable").toEqual([]);
    expect(await colours(page), "white lights up a face").not.toContain(WHITE);
  });

  it("has no serious fault for a person who hears it", async () => {
    expect(await heardFaults(page), "names, roles, order and contrast, by axe").toEqual([]);
  });

  it("keeps everything within reach at 200 % text", async () => {
    await wear(page, "standard");
    await page.evaluate(() => void (document.documentElement.style.fontSize = "200%"));
    await page.waitForTimeout(150);
    expect((await scrollable(page)).sideways, "nothing lies beside the screen").toBe(0);
    expect(await cutOff(page), "no word is cut off").toEqual([]);
    expect(await overlapping(page), "no word lies on another").toEqual([]);
    if (viewport === LAPTOP)
      expect(await framesTooWide(page), "a table is read whole: its sums stand at its end").toEqual([]);
    expect(
      await heldInPlace(page),
      "most of the screen is the page, not what is pinned over it",
    ).toBeLessThan(0.4);
  });

  it.runIf(viewport === LAPTOP).each([
    ["a common laptop", 1366, 768],
    ["a narrow one", 1024, 768],
  ])("is whole on %s", async (_name, width, height) => {
    const other = await stage.open(`scene=${scene}`, { width, height });
    await way(new Finger(other));
    expect(await cutOff(other), "nothing is cut off").toEqual([]);
    expect(await overlapping(other), "no word lies on another").toEqual([]);
    expect((await scrollable(other)).sideways, "nothing lies beside the screen").toBe(0);
    expect(await framesTooWide(other), "tables fit").toEqual([]);
    await other.context().close();
  });

  it("is whole in English", async () => {
    const english = await stage.open(`scene=${scene}&language=en`, viewport);
    await way(new Finger(english));
    expect(await cutOff(english), "nothing is cut off").toEqual([]);
    expect((await scrollable(english)).sideways, "nothing lies beside the screen").toBe(0);
    expect(await english.getAttribute("html", "lang"), "readers speak English").toBe("en");
    await english.context().close();
  });
});
