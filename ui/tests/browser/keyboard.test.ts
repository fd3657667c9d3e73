import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, focused, LAPTOP, meanwhile, phone, Stage, tabTo, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

describe("the post by keyboard", () => {
  it("walks the records with arrows, approves with A, returns with R and a reason", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-records");
    const sentence = page.getByTestId("detail-sentence");
    await sentence.waitFor();
    const first = await sentence.innerText();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(
      (before) => document.querySelector("[data-testid=detail-sentence]")?.textContent !== before,
      first,
    );
    await page.keyboard.press("a");
    await page.getByTestId("review-status").getByText("Revisado").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.getByTestId("review-status").getByText("Por revisar").waitFor();
    await page.keyboard.press("r");
    // Its keys are deaf for a moment, as for a second tap.
    await page.locator("[data-testid=void-sheet] .key:not([aria-disabled])").first().waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByTestId("review-status").getByText("Devuelto").waitFor();
    const states = await phone(page, ({ records }) => records.slice(0, 5).map(({ status }) => status));
    expect(states, "one approved, one returned, the others as they were").toEqual([
      "complete",
      "complete",
      "reviewed",
      "returned",
      "complete",
    ]);
  });

  it("keeps its place under Por revisar: what was skipped stays skipped, a held key is one press", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tapAll("nav-records", "filter-to_review");
    const shown = page.getByTestId("review-pane").locator("h1");
    const codes = await phone(page, ({ records }) =>
      records.filter(({ status }) => status === "complete").map(({ code }) => code),
    );
    const see = (index: number) => shown.getByText(codes[index] ?? "").waitFor();
    for (const index of [0, 1, 2, 3, 4, 5]) {
      await see(index);
      await page.keyboard.press("ArrowDown");
    }
    await see(6);
    // Somebody who presses twice: the second press comes as soon as the next record is on screen.
    await page.evaluate((code) => {
      const again = new MutationObserver(() => {
        if (!document.querySelector("[data-testid=review-pane] h1")?.textContent?.includes(code)) return;
        again.disconnect();
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
      });
      again.observe(document.body, { childList: true, subtree: true, characterData: true });
    }, codes[7] ?? "");
    await page.keyboard.press("a");
    await see(7);
    await page.keyboard.press("ArrowDown");
    await see(8);
    await page.keyboard.down("a");
    await page.keyboard.down("a");
    await see(9);
    await meanwhile(page);
    await page.keyboard.down("a");
    await page.keyboard.up("a");
    const approved = await phone(page, ({ records }) =>
      records.filter(({ status }) => status === "reviewed").map(({ code }) => code),
    );
    expect(approved, "just the two that were on screen and meant").toEqual([codes[6], codes[8]]);
    await page.keyboard.press("a");
    await see(10);
  });

  it("approves nothing that came under the key a moment before, and says that it changed", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-records");
    const codes = await phone(page, ({ records }) => records.map(({ code }) => code));
    let code = "";
    for (const next of codes.slice(0, 9)) {
      await page.getByTestId("review-pane").locator("h1").getByText(next).waitFor();
      code = next;
      if ((await page.getByTestId("review-approve").count()) > 0) break;
      await page.keyboard.press("ArrowDown");
    }
    await page.evaluate(async (shown) => {
      const stored = window.phone.records.find((one) => one.code === shown);
      if (!stored) throw new Error("it is on screen");
      stored.version += 1;
      window.phone.changed(stored.id);
      while (!document.querySelector("[data-testid=review-changed]"))
        await new Promise((later) => setTimeout(later));
      // At once, as a finger that was on its way.
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
    }, code);
    expect(await phone(page, ({ calls }) => calls.get("review") ?? 0), "nobody has read it").toBe(0);
    expect(await words(page, "review-changed"), "and why").toBe("Acaba de cambiar");
    await meanwhile(page);
    await page.keyboard.press("a");
    await page.getByTestId("review-status").getByText("Revisado").waitFor();
    expect(await page.getByTestId("review-changed").count(), "one's own act").toBe(0);
  });

  it("finds with the slash, and letters are letters there", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-records");
    await page.getByTestId("detail-sentence").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("haitiana");
    const count = await phone(
      page,
      ({ records }) => records.filter(({ capture }) => capture.composition?.["HTI"]).length,
    );
    await expect
      .poll(() => words(page, "records-count"), { message: "those with people of Haiti" })
      .toBe(`${count} registros`);
    const approved = await phone(page, ({ calls }) => calls.get("review") ?? 0);
    expect(approved, "the a of haitiana approves nothing").toBe(0);
    expect(await page.getByTestId("records-find").inputValue(), "what was typed stays").toBe("haitiana");
    await page.getByTestId("records-find").fill("qqa");
    await page.getByText("1 registro", { exact: true }).waitFor();
    expect(
      await page.getByTestId("row").first().getAttribute("data-code"),
      "a piece of a short code",
    ).toContain("QQA");
  });

  it("opens exactly the records of a cell", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const wanted = await phone(
      page,
      ({ records }) =>
        records.filter(
          ({ capture, status }) =>
            status !== "voided" &&
            capture.needs !== null &&
            (capture.composition?.["NPL"]?.["AC+F"] ?? 0) > 0,
        ).length,
    );
    await new Finger(page).tap("cell-NPL-girls");
    await page.getByTestId("filter-cell").waitFor();
    expect(await words(page, "records-count"), "those that count, not the void and unfinished ones").toBe(
      `${wanted} registros`,
    );
    expect(await words(page, "filter-cell"), "the day as people write it").toBe(
      "Niñas · Nepal · miércoles 23 sept",
    );
  });
});

describe("a number on a key, by keyboard", () => {
  it("is typed on it, or asked for with Shift+Enter, on both pages of the form", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tapAll("nav-records", "detail-edit");
    await page.getByTestId("form-keys-hint").waitFor();
    await page.getByTestId("count-girl").focus();
    await page.keyboard.type("12");
    expect(await words(page, "pad-value"), "both digits, each once").toBe("12");
    await page.keyboard.press("Enter");
    await page.getByTestId("pad").waitFor({ state: "detached" });
    expect(await words(page, "count-girl-value")).toBe("12");
    expect(await focused(page), "the keyboard is where it was").toBe("count-girl");
    await new Finger(page).tap("form-next");
    await page.getByTestId("form-keys-hint").waitFor();
    await page.getByTestId("assistance-water").focus();
    await page.keyboard.press("Shift+Enter");
    await page.getByTestId("pad-value").waitFor();
    await page.keyboard.type("7");
    await page.keyboard.press("Enter");
    expect(await words(page, "assistance-water-part"), "a part of the group").toMatch(/^7 de \d+$/);
    await page.getByTestId("assistance-food").focus();
    await page.keyboard.type("3");
    await page.keyboard.press("Enter");
    expect(await words(page, "assistance-food-part")).toMatch(/^3 de \d+$/);
    expect(await page.getByTestId("assistance-food").getAttribute("aria-keyshortcuts")).toBe("Shift+Enter");
  });
});

describe("the phone by keyboard", () => {
  it("opens with the PIN typed and records with Tab and Enter alone", async () => {
    const page = await stage.open("scene=locked");
    await page.getByTestId("person").first().waitFor();
    const press = async (key: "Enter" | "Space", ...testids: string[]) => {
      for (const testid of testids) {
        await page.getByTestId(testid).first().waitFor();
        await tabTo(page, testid);
        await page.keyboard.press(key);
      }
    };
    await press("Enter", "person");
    await page.getByTestId("pad-done").waitFor();
    await page.keyboard.type("241973");
    await press("Enter", "pad-done", "home-new", "nationality-VEN", "count-woman", "form-next");
    await press("Space", "needs-none");
    await page.locator("[data-testid=form-save]:not([aria-disabled])").waitFor();
    await press("Enter", "form-save");
    expect(await words(page, "saved-people"), "no finger needed").toBe("1 persona");
  });
});
