import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, Stage } from "./browser";
import { heardFaults } from "./axe";
import {
  colours,
  cutOff,
  framesTooWide,
  hardToHit,
  heldInPlace,
  lowContrast,
  overlapping,
  scrollable,
} from "./measure";
import type { Screen } from "./screens";

/** Other widths and heights than the one in which a laptop's screens are measured. */
const OTHER_LAPTOPS: [string, number, number][] = [
  ["a common laptop", 1366, 768],
  ["a narrow one", 1024, 768],
];
const WHITE = "rgb(255, 255, 255)";
const isGrey = (color: string) => {
  const [r = 0, g = 0, b = 0] = (color.match(/\d+/g) ?? []).map(Number);
  return Math.max(r, g, b) - Math.min(r, g, b) < 12 && r > 10 && r < 245;
};

const wear = (page: Page, theme: string) =>
  page.evaluate((name) => void (document.documentElement.dataset.theme = name), theme);

const enlarge = async (page: Page) => {
  await page.evaluate(() => void (document.documentElement.style.fontSize = "200%"));
  await page.waitForTimeout(150);
};

/** What is wrong with how a page lies on the screen. */
async function misplaced(page: Page): Promise<Record<string, unknown>> {
  const { sideways } = await scrollable(page);
  const found = { cut: await cutOff(page), over: await overlapping(page), frames: await framesTooWide(page) };
  const faults = Object.entries(found).filter(([, list]) => list.length > 0);
  return Object.fromEntries(sideways > 0 ? [...faults, ["sideways", sideways]] : faults);
}

/** Measures screens in states that can break them: each once, in its themes and at both sizes of text. */
export function glances(screens: Screen[]): void {
  let stage: Stage;
  beforeAll(async () => void (stage = await Stage.set()));
  afterAll(() => stage.strike());

  it.each(screens)("$name is whole, legible and within reach", async ({ scene, way, viewport }) => {
    const page = await stage.open(`scene=${scene}`, viewport);
    await way(new Finger(page));
    await page.waitForTimeout(100);
    expect(await misplaced(page), "nothing is cut off, over another or beside the screen").toEqual({});
    expect(await hardToHit(page, viewport === LAPTOP ? 24 : 44), "a finger, or a mouse, hits it").toEqual([]);
    expect(await lowContrast(page, 4.5), "text is read at arm's length").toEqual([]);
    await wear(page, "sun");
    expect(await lowContrast(page, 7), "noon").toEqual([]);
    await wear(page, "night");
    expect(await lowContrast(page, 4.5), "dim but readable").toEqual([]);
    expect(await colours(page), "white lights up a face").not.toContain(WHITE);
    await enlarge(page);
    // On a phone a wide table scrolls in its frame then.
    const { frames = [], ...large } = await misplaced(page);
    expect(large, "at 200 % text too").toEqual({});
    if (viewport === LAPTOP) expect(frames, "its sums stand at its end").toEqual([]);
    await page.context().close();
  });
}

/** Measures screens in their themes, languages and text sizes. Files that share the screens run beside each other. */
export function looks(screens: Screen[]): void {
  let stage: Stage;
  beforeAll(async () => void (stage = await Stage.set()));
  afterAll(() => stage.strike());

  describe.each(screens)("$name", ({ scene, way, viewport }) => {
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
      await enlarge(page);
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

    it.each(viewport === LAPTOP ? OTHER_LAPTOPS : [])("is whole on %s", async (_name, width, height) => {
      const other = await stage.open(`scene=${scene}`, { width, height });
      await way(new Finger(other));
      expect(await cutOff(other), "nothing is cut off").toEqual([]);
      expect(await overlapping(other), "no word lies on another").toEqual([]);
      expect((await scrollable(other)).sideways, "nothing lies beside the screen").toBe(0);
      expect(await framesTooWide(other), "tables fit").toEqual([]);
      await other.context().close();
    });

    it("is whole in English, at 200 % text too", async () => {
      const english = await stage.open(`scene=${scene}&language=en`, viewport);
      await way(new Finger(english));
      expect(await cutOff(english), "nothing is cut off").toEqual([]);
      expect((await scrollable(english)).sideways, "nothing lies beside the screen").toBe(0);
      expect(await english.getAttribute("html", "lang"), "readers speak English").toBe("en");
      await enlarge(english);
      expect(await cutOff(english), "no word is cut off").toEqual([]);
      expect(await overlapping(english), "no word lies on another").toEqual([]);
      expect((await scrollable(english)).sideways, "nothing lies beside the screen").toBe(0);
      await english.context().close();
    });
  });
}
