import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, phone, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

describe("Atrás, from what the status bar opened over a form at the post", () => {
  it("leads to the correction as it was left, and to no second one", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tapAll("nav-records", "detail-edit", "count-man");
    const sentence = await words(page, "form-sentence");
    await finger.tapAll("status-bar", "back");
    expect(await words(page, "form-sentence"), "with what was tapped").toBe(sentence);
    await finger.tap("count-man");
    await page.waitForFunction(() => (window.phone.drafts[0]?.confirmed.length ?? 0) > 0);
    await finger.tap("form-leave");
    await finger.tap("nav-today");
    expect(await words(page, "today-unfinished"), "one").toContain("1 formulario");
  });

  it("leads to an empty strip after the one that was gone on with is saved", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tap("nav-paper");
    await page.getByTestId("paper-ref").fill("A-18");
    await page.getByTestId("paper-time").fill("00:05");
    await finger.tapAll("nav-today", "nav-paper", "draft-resume");
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("[data-testid=paper-ref]")?.value === "A-18",
    );
    await finger.tap("paper-save");
    await page.getByTestId("paper-saved").waitFor();
    await finger.tapAll("status-bar", "back");
    await page.getByTestId("paper-ref").waitFor();
    expect(await page.getByTestId("paper-failure").count(), "nothing is looked for that is gone").toBe(0);
    expect(await page.getByTestId("paper-ref").inputValue(), "empty").toBe("");
  });

  it("leads to the strip that was begun", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tap("nav-paper");
    await page.getByTestId("paper-ref").fill("A-19");
    await finger.tapAll("status-bar", "back");
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("[data-testid=paper-ref]")?.value === "A-19",
    );
    expect(await phone(page, ({ drafts }) => drafts.length), "the same").toBe(1);
  });

  it("leads past a form that is saved", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tapAll("nav-records", "detail-edit", "count-man", "form-next", "form-save");
    await page.getByTestId("saved-title").waitFor();
    await finger.tapAll("status-bar", "back");
    await page.getByTestId("review-pane").waitFor();
  });
});
