import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, focused, LAPTOP, phone, Stage, tabTo, words } from "./browser";
import { scrollable } from "./measure";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

const opened = async () => {
  const page = await stage.open("scene=post&records=260", LAPTOP);
  return { page, finger: new Finger(page) };
};
/** More rows than that are never drawn. */
const FEW = 40;

describe("260 records at the post", () => {
  it("are a list of which few rows are drawn, and the keys walk to its end and hold there", async () => {
    const { page, finger } = await opened();
    const rows = page.getByTestId("records-list").getByTestId("row");
    const codes = await phone(page, ({ records }) => records.map(({ code }) => code));
    const shown = (place: number) =>
      page
        .getByTestId("review-pane")
        .locator("h1")
        .getByText(codes.at(place) ?? "?")
        .waitFor();
    await finger.tap("nav-records");
    await shown(0);
    expect(await words(page, "records-count"), "all are counted").toBe("260 registros");
    for (let step = 0; step < 70; step += 1) await page.keyboard.press("ArrowDown");
    await shown(70);
    expect(await rows.count(), "beyond the first rows that were read").toBeLessThan(FEW);
    await page.getByTestId("records-list").evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await page.locator(`[data-code="${codes.at(-1)}"]`).click();
    await shown(-1);
    expect(await rows.count(), "at the end too").toBeLessThan(FEW);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await shown(-2);
    const current = await page.locator("[data-testid=row].current").boundingBox();
    expect(current && current.y > 0 && current.y + current.height <= LAPTOP.height, "in sight").toBe(true);
    await page.keyboard.press("Enter");
    expect(await focused(page), "the keyboard goes over to the record").toBe("review-pane");
    expect((await scrollable(page)).sideways, "nothing lies beside the screen").toBe(0);
  });

  it("are the figures of Hoy, each of which opens its records", async () => {
    const { page, finger } = await opened();
    await page.getByTestId("today-table").waitFor();
    const counted = await phone(
      page,
      ({ records }) =>
        records.filter(({ status, capture }) => status !== "voided" && capture.needs !== null).length,
    );
    expect(await words(page, "today-sentence"), "all that count").toContain(`en ${counted} encuentros`);
    await finger.tap("cell-all-total");
    await page.getByTestId("filter-cell").waitFor();
    await expect.poll(() => words(page, "records-count")).toBe(`${counted} registros`);
    expect(await page.getByTestId("row").count(), "few of them are drawn").toBeLessThan(FEW);
  });

  it("leave a queue in Por decidir that is worked through by keyboard, to its end", async () => {
    const { page, finger } = await opened();
    await finger.tap("nav-decide");
    await page.getByTestId("decide-refused").waitFor();
    const waiting = await phone(page, async (memory) => {
      const { two_values } = await memory.backend().decide(0);
      return two_values.flatMap(({ fields }) => fields).length;
    });
    expect(await page.getByTestId("two-values").count(), "each field that waits").toBe(waiting);
    expect(waiting, "several do").toBeGreaterThan(1);
    await tabTo(page, "repeats-more", 200);
    await page.keyboard.press("Enter");
    await page.getByTestId("decide-possible_repeats").locator("ul > li").nth(29).waitFor();
    const last = page.getByTestId("decide-refused").getByTestId("row").last();
    for (let presses = 0; presses < 200; presses += 1) {
      if (await last.evaluate((row) => row === document.activeElement)) break;
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.getByTestId("detail-refused").waitFor();
    expect((await scrollable(page)).sideways, "nothing lies beside the screen").toBe(0);
  });
});
