import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, PHONE, Stage } from "./browser";
import { colours, cutOff, framesTooWide, lowContrast, scrollable } from "./measure";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

type Way = (finger: Finger) => Promise<void>;

const form: Way = (finger) => finger.tapAll("home-new", "nationality-HTI", "count-man", "count-girl");
const screens: [name: string, scene: string, way: Way, viewport: typeof PHONE][] = [
  ["first start", "first", async () => undefined, PHONE],
  ["recovery code", "first", (finger) => startUntilRecovery(finger), PHONE],
  ["unlock", "locked", (finger) => finger.tap("person"), PHONE],
  ["home", "day", async () => undefined, PHONE],
  ["empty home", "empty", async () => undefined, PHONE],
  ["who", "day", form, PHONE],
  [
    "what was done",
    "day",
    async (finger) => (await form(finger), finger.tapAll("form-next", "assistance-water")),
    PHONE,
  ],
  ["records", "day", (finger) => finger.tap("home-records"), PHONE],
  ["one record", "day", (finger) => finger.tap("row"), PHONE],
  ["two values", "leader", (finger) => finger.tapAll("home-two-values", "row", "detail-choose"), PHONE],
  ["synchronise", "day", (finger) => finger.tap("status-bar"), PHONE],
  ["leave", "day", (finger) => finger.tap("patrol-leave"), PHONE],
  ["settings", "day", (finger) => finger.tap("settings"), PHONE],
  ["today", "post", async () => undefined, LAPTOP],
  ["records at the post", "post", (finger) => finger.tap("nav-records"), LAPTOP],
  ["to decide", "post", (finger) => finger.tap("nav-decide"), LAPTOP],
  ["teams", "post", (finger) => finger.tap("nav-teams"), LAPTOP],
  ["table of the day", "post", (finger) => finger.tap("nav-day"), LAPTOP],
  ["paper", "post", (finger) => finger.tap("nav-paper"), LAPTOP],
];

async function startUntilRecovery(finger: Finger): Promise<void> {
  await finger.tap("start-next");
  await finger.page.getByTestId("start-name").fill("Cabo Mosquera");
  await finger.tap("start-next");
  for (let turn = 0; turn < 2; turn++) {
    for (const digit of "241973") await finger.tap(`pad-${digit}`);
    await finger.tap("pad-done");
  }
  await finger.tap("start-without-code");
  await finger.page.getByTestId("recovery-code").waitFor();
}

const WHITE = "rgb(255, 255, 255)";
const isGrey = (color: string) => {
  const [r = 0, g = 0, b = 0] = (color.match(/\d+/g) ?? []).map(Number);
  return Math.max(r, g, b) - Math.min(r, g, b) < 12 && r > 10 && r < 245;
};

const wear = (page: Page, theme: string) =>
  page.evaluate((name) => void (document.documentElement.dataset.theme = name), theme);

describe.each(screens)("%s", (_name, scene, way, viewport) => {
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

  it("keeps everything within reach at 200 % text", async () => {
    await wear(page, "standard");
    await page.evaluate(() => void (document.documentElement.style.fontSize = "200%"));
    await page.waitForTimeout(150);
    expect((await scrollable(page)).sideways, "nothing lies beside the screen").toBe(0);
    expect(await cutOff(page), "no word is cut off").toEqual([]);
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
