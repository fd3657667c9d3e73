import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Language, Theme } from "$lib/backend/bindings";
import { heardFaults } from "./axe";
import { Finger, LAPTOP, settled, Stage, STANDING } from "./browser";
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
import { offTheGrid, smallText, thinStrokes } from "./measure-style";
import type { Screen } from "./screens";

/** Other widths and heights than the one in which a laptop's screens are measured. */
const OTHER_LAPTOPS: [string, number, number][] = [
  ["a common laptop", 1366, 768],
  ["a narrow one", 1024, 768],
];
const WHITE = "rgb(255, 255, 255)";
/** What text needs against its ground: at arm's length, at noon, in the dark. */
const CONTRAST: Record<Theme, number> = { standard: 4.5, sun: 7, night: 4.5 };
const isGrey = (color: string) => {
  const [r = 0, g = 0, b = 0] = (color.match(/\d+/g) ?? []).map(Number);
  return Math.max(r, g, b) - Math.min(r, g, b) < 12 && r > 10 && r < 245;
};

/** How a screen may be worn; it is the same screen, and nobody opens it anew for that. */
interface Look {
  theme: Theme;
  language: Language;
  /** Size of text, in per cent. */
  size: 100 | 200;
}

const LOOKS: Look[] = (["es", "en"] as const).flatMap((language) =>
  ([100, 200] as const).flatMap((size) =>
    (["standard", "sun", "night"] as const).map((theme) => ({ theme, language, size })),
  ),
);

async function wear(page: Page, look: Look): Promise<void> {
  await page.evaluate(({ theme, language, size }) => {
    window.speak(language);
    document.documentElement.dataset.theme = theme;
    document.documentElement.style.fontSize = `${size}%`;
  }, look);
  await settled(page);
}

/** What is wrong with how a page lies on the screen; only what is wrong is named. */
async function misplaced(page: Page): Promise<Record<string, unknown>> {
  const { sideways } = await scrollable(page);
  const found = { cut: await cutOff(page), over: await overlapping(page), frames: await framesTooWide(page) };
  const faults = Object.entries(found).filter(([, list]) => list.length > 0);
  return Object.fromEntries(sideways > 0 ? [...faults, ["sideways", sideways]] : faults);
}

/** What is read is as large as this, in pixels; in the sun no stroke is thinner. */
const [READ, DRAWN] = [18, 2];

/** What a theme makes of a screen, which is the same in every language and size of text. */
async function dressed(page: Page, theme: Theme): Promise<void> {
  expect.soft(await smallText(page, READ), `${theme}: text is large enough to be read`).toEqual([]);
  expect.soft(await offTheGrid(page), `${theme}: gaps lie on the grid`).toEqual([]);
  if (theme === "sun") expect.soft(await thinStrokes(page, DRAWN), "sun: strokes are thick").toEqual([]);
  expect.soft(await lowContrast(page, CONTRAST[theme]), `${theme}: text is read`).toEqual([]);
  const painted = theme === "standard" ? [] : await colours(page);
  if (theme === "sun") expect.soft(painted.filter(isGrey), "sun: grey disappears in it").toEqual([]);
  if (theme === "night") expect.soft(painted, "night: white lights up a face").not.toContain(WHITE);
}

async function measured(page: Page, look: Look, isLaptop: boolean): Promise<void> {
  const { theme, language, size } = look;
  const name = `${theme}, ${language}, ${size} %`;
  // On a phone a wide table scrolls in its frame when its text is large; on a laptop its sums stand at its end.
  const { frames, ...faults } = await misplaced(page);
  expect.soft(faults, `${name}: nothing is cut off, over another or beside the screen`).toEqual({});
  if (isLaptop || size === 100) expect.soft(frames, `${name}: tables are read whole`).toBeUndefined();
  if (size === 100 && language === "es") await dressed(page, theme);
  if (size === 200 && theme === "standard")
    expect
      .soft(await heldInPlace(page), `${name}: most of the screen is the page, not what is pinned over it`)
      .toBeLessThan(0.4);
}

/**
 * Measures screens in three themes, two languages and two sizes of text, on every laptop, and for who hears them. Files
 * that share the screens run beside each other.
 */
export function looks(screens: Screen[]): void {
  let stage: Stage;
  beforeAll(async () => void (stage = await Stage.set()));
  afterAll(() => stage.strike());

  it.each(screens)("$name", async ({ scene, way, viewport }) => {
    const page = await stage.open(`scene=${scene}`, viewport, STANDING);
    const isLaptop = viewport === LAPTOP;
    await way(new Finger(page));
    await settled(page);
    expect.soft(await hardToHit(page, isLaptop ? 24 : 44), "a finger, or a mouse, hits it").toEqual([]);
    expect.soft(await heardFaults(page), "names, roles, order and contrast, by axe").toEqual([]);
    for (const look of LOOKS) {
      await wear(page, look);
      await measured(page, look, isLaptop);
    }
    await wear(page, { theme: "standard", language: "es", size: 100 });
    for (const [name, width, height] of isLaptop ? OTHER_LAPTOPS : []) {
      await page.setViewportSize({ width, height });
      await settled(page);
      expect.soft(await misplaced(page), `whole on ${name}`).toEqual({});
    }
  });
}
