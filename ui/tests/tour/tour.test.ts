import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { heardFaults } from "../browser/axe";
import { Finger, LAPTOP, PHONE, Stage } from "../browser/browser";
import { STATES, type Screen } from "../browser/screens";

/**
 * Pictures of every screen in its states, for eyes: three themes, two languages, usual and double text, a larger phone
 * and laptop, and a narrow laptop. `TOUR=who,saved` takes only screens whose names hold one of these words, `TOUR=@post`
 * those of the laptop and `TOUR=@phone` the others; `TOUR_LOOK=standard-es-100` only that look, `TOUR_LOOK=sun-es-large`
 * that theme on the larger device, `large-200` the same with double text.
 */
const OUT = fileURLToPath(new URL("../../tour-pictures", import.meta.url));
const wanted = (process.env.TOUR ?? "").split(",").filter(Boolean);
const looks = (process.env.TOUR_LOOK ?? "").split(",").filter(Boolean);
/** How a device may be looked at: how large it is, and how large its text, in per cent. */
const SIZES = [
  { size: "100", percent: 100, phone: PHONE, laptop: LAPTOP },
  { size: "200", percent: 200, phone: PHONE, laptop: LAPTOP },
  { size: "large", percent: 100, phone: { width: 412, height: 915 }, laptop: { width: 1366, height: 768 } },
  {
    size: "large-200",
    percent: 200,
    phone: { width: 412, height: 915 },
    laptop: { width: 1366, height: 768 },
  },
  { size: "narrow", percent: 100, phone: null, laptop: { width: 1024, height: 768 } },
];
const screens = STATES.filter(
  ({ name, viewport }) =>
    wanted.length === 0 ||
    wanted.some((word) => name.includes(word) || word === (viewport === LAPTOP ? "@post" : "@phone")),
);
const file = ({ name }: Screen) => name.replace(/[^\p{L}\d]+/gu, "-");

let stage: Stage;
beforeAll(async () => {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  stage = await Stage.set();
});
afterAll(() => stage.strike());

async function take(page: Page, screen: Screen, look: string): Promise<void> {
  if (looks.length > 0 && !looks.includes(look)) return;
  await page.waitForTimeout(60);
  writeFileSync(`${OUT}/${look}--${file(screen)}.png`, await page.screenshot({ animations: "disabled" }));
}

const languages = ["es", "en"].filter(
  (language) => looks.length === 0 || looks.some((look) => look.includes(`-${language}-`)),
);

describe.each(languages)("in %s", (language) => {
  it.each(screens)("$name", async (screen) => {
    const page = await stage.open(`scene=${screen.scene}&language=${language}`, screen.viewport);
    await screen.way(new Finger(page));
    await page.waitForTimeout(150);
    expect.soft(await heardFaults(page), "no serious fault for a person who hears it").toEqual([]);
    for (const { size, percent, ...device } of SIZES) {
      const viewport = screen.viewport === LAPTOP ? device.laptop : device.phone;
      if (!viewport) continue;
      await page.setViewportSize(viewport);
      await page.evaluate((text) => void (document.documentElement.style.fontSize = `${text}%`), percent);
      for (const theme of ["standard", "sun", "night"]) {
        await page.evaluate((name) => void (document.documentElement.dataset.theme = name), theme);
        await take(page, screen, `${theme}-${language}-${size}`);
      }
    }
    await page.context().close();
  });
});
