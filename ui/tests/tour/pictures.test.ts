import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { Finger, LAPTOP, phone, Stage } from "../browser/browser";

/** The pictures of the documentation, of one afternoon at the post. */
const OUT = fileURLToPath(new URL("../../../docs/pictures", import.meta.url));
const AFTERNOON = { moment: "2026-03-14T16:42:00-05:00", stands: true };
const SIX = ["count-man", "count-man", "count-man", "count-woman", "count-woman", "count-girl"];
const PHONE = { width: 360, height: 720 };

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

const keep = (name: string, picture: Buffer) => writeFileSync(`${OUT}/${name}.png`, picture);

async function take(page: Page): Promise<Buffer> {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  return page.screenshot({ animations: "disabled" });
}

/** A phone that went out in the morning and has met the post since. */
async function outside(query: string): Promise<Finger> {
  const finger = new Finger(await stage.open(query, PHONE, AFTERNOON));
  await phone(finger.page, (memory) => {
    memory.lastContact = new Date(Date.now() - 3 * 3_600_000).toISOString();
    for (const record of memory.records) record.refused = null;
    memory.changed();
  });
  return finger;
}

it("takes a phone from home to the word Guardado", async () => {
  const finger = await outside("scene=leader");
  const pictures = [await take(finger.page)];
  await finger.tapAll("home-new", "nationality-HTI", ...SIX);
  pictures.push(await take(finger.page));
  await finger.tapAll("form-next", "assistance-water", "assistance-food", "needs-none");
  pictures.push(await take(finger.page));
  await finger.tap("form-save");
  await finger.page.getByTestId("saved-title").waitFor();
  pictures.push(await take(finger.page));
  keep("phone", await stage.beside(pictures));
});

it("takes the form at night, and two values", async () => {
  const night = await outside("scene=leader&theme=night");
  await night.tapAll("home-new", "nationality-HTI", ...SIX);
  const decide = await outside("scene=leader");
  await decide.tapAll("home-two-values", "row", "detail-choose");
  keep("phone-night-and-two-values", await stage.beside([await take(night.page), await take(decide.page)]));
});

it("takes the post's day", async () => {
  const page = await stage.open("scene=post", LAPTOP, AFTERNOON);
  await phone(page, (memory) => {
    memory.lastContact = new Date(Date.now() - 4 * 60_000).toISOString();
    for (const record of memory.records) {
      record.refused = null;
      if (record.place === "on_phone") record.place = "at_post";
    }
    for (const record of memory.records.slice(30, 64))
      if (record.status === "complete") record.status = "reviewed";
    memory.changed();
  });
  await page.getByTestId("cell-all-total").waitFor();
  keep("post-today", await take(page));
});
