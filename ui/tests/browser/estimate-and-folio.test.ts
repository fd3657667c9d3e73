import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, phone, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

/** One's own last record as an import or the command line may have stated it; it is the only one. */
const imported = (page: Page) =>
  phone(page, (memory) => {
    const mine = memory.records.find((one) => one.status === "complete");
    if (!mine) throw new Error("there is one");
    const stated = { group_estimate: 40, paper_ref: "A-18", capture_mode: "import" };
    mine.capture = { ...mine.capture, composition: { VEN: { "AA+M": 30 } }, ...stated };
    [mine.others, mine.stated] = [[], []];
    memory.records = [mine];
    memory.changed();
  });
const lastCapture = (page: Page) => phone(page, ({ records }) => records[0]?.capture);

describe("an estimate that came with a record", () => {
  it("is seen in the record and in its form, and is changed and removed there", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await imported(page);
    await finger.tap("nav-records");
    expect(await words(page, "detail-estimate")).toBe("Se estiman 40 en total");
    await finger.tap("detail-edit");
    expect(await words(page, "form-sentence")).toBe("30: 30 H · VEN · se estiman 40");
    await finger.tapAll("form-next", "form-more");
    await page.getByTestId("more-estimate").fill("45");
    await finger.tapAll("more-sheet-done", "form-save", "saved-home");
    expect((await lastCapture(page))?.group_estimate, "changed").toBe(45);
    await finger.tapAll("nav-records", "detail-edit", "form-next", "form-more");
    await page.getByTestId("more-estimate").fill("");
    expect(await page.getByTestId("more-estimate").count(), "it stays while one types").toBe(1);
    await finger.tapAll("more-sheet-done", "form-save", "saved-home");
    expect((await lastCapture(page))?.group_estimate, "removed").toBeNull();
    await finger.tap("nav-records");
    await page.getByTestId("detail-sentence").waitFor();
    expect(await page.getByTestId("detail-estimate").count()).toBe(0);
    await finger.tapAll("detail-edit", "form-next", "form-more");
    expect(await page.getByTestId("more-estimate").count(), "nobody is asked to guess").toBe(0);
  });
});

describe("the folio of a strip", () => {
  it("is seen in the record and its history, and is corrected on a laptop", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tap("nav-paper");
    await page.getByTestId("paper-ref").fill("A-81");
    await page.getByTestId("paper-time").fill("00:05");
    await page.getByTestId("paper-man-0").fill("2");
    await finger.tap("paper-save");
    await page.getByTestId("paper-saved").waitFor();
    await phone(page, (memory) => {
      memory.records = memory.records.slice(0, 1);
      memory.changed();
    });
    await finger.tap("nav-records");
    expect(await words(page, "detail-paper-ref")).toBe("Folio en papel A-81");
    expect(await words(page, "history"), "where it came from").toContain("lo guardó, folio A-81.");
    await finger.tapAll("detail-edit", "form-next", "form-more");
    await page.getByTestId("more-paper-ref").fill("A-18");
    await finger.tapAll("more-sheet-done", "form-save", "saved-home");
    expect((await lastCapture(page))?.paper_ref, "a slip of the keys").toBe("A-18");
    await finger.tap("nav-records");
    expect(await words(page, "detail-paper-ref")).toBe("Folio en papel A-18");
  });
});
