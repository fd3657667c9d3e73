import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, phone, Stage, words } from "./browser";

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
    await page.waitForTimeout(500);
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
    const approve = page.getByTestId("review-approve");
    for (let row = 0; row < 9 && (await approve.count()) === 0; row++) {
      await page.keyboard.press("ArrowDown");
      await page.waitForTimeout(100);
    }
    await approve.waitFor();
    const code = await page.locator("[data-testid=row].current").getAttribute("data-code");
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
    await page.waitForTimeout(450);
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
    await page.waitForFunction(
      () => !document.querySelector("[data-testid=records-count]")?.textContent?.startsWith("74"),
    );
    const [count, approved] = await phone(page, ({ records, calls }) => [
      records.filter(({ capture }) => capture.composition?.["HTI"]).length,
      calls.get("review") ?? 0,
    ]);
    expect(await words(page, "records-count"), "those with people of Haiti").toBe(`${count} registros`);
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
    const day = new Intl.DateTimeFormat("es", { weekday: "long", timeZone: "America/Panama" }).format();
    expect(await words(page, "filter-cell"), "the day as people write it").toMatch(
      new RegExp(`^Niñas · Nepal · ${day} \\d+ \\p{L}+$`, "u"),
    );
  });

  it("takes a paper strip without the mouse", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-paper");
    await page.getByTestId("paper-ref").focus();
    await page.keyboard.type("A-17");
    await page.getByTestId("paper-time").fill("00:05");
    await page.getByTestId("paper-setting").focus();
    await page.keyboard.type("R");
    await page.getByTestId("paper-nationality-0").focus();
    await page.keyboard.type("haitiana");
    for (const count of ["4", "3", "", "2"]) {
      await page.keyboard.press("Tab");
      await page.keyboard.type(count);
    }
    await page.getByTestId("paper-assistance-water").focus();
    await page.keyboard.press("Space");
    await page.getByTestId("paper-need-pregnant").focus();
    await page.keyboard.type("1");
    await page.keyboard.press("Control+Enter");
    await page.getByTestId("paper-saved").waitFor();
    expect(await page.getByTestId("saved-missing").count(), "with a setting nothing is missing").toBe(0);
    const saved = await phone(page, ({ records }) => records[0]?.capture);
    expect(saved?.composition, "the counts of the strip").toEqual({
      HTI: { "AA+M": 4, "AA+F": 3, "AC+F": 2 },
    });
    expect(saved?.needs, "and its needs").toEqual({ pregnant: 1 });
    expect([saved?.paper_ref, saved?.capture_mode, saved?.assistance], "and where they come from").toEqual([
      "A-17",
      "paper",
      { water: "all" },
    ]);
    expect([saved?.position, saved?.setting], "no fix of this laptop, but where it was").toEqual([
      "no_fix",
      "river",
    ]);
    expect(await page.getByTestId("paper-nationality-0").inputValue(), "the next strip is empty").toBe("");
  });
});

describe("a strip that lacks something", () => {
  it("is asked for its time, keeps the day for the next, and says what is missing", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-paper");
    await page.getByTestId("paper-nationality-0").fill("cubana");
    await page.getByTestId("paper-man-0").fill("2");
    await page.keyboard.press("Control+Enter");
    expect(await words(page, "paper-lacks-time"), "now is not made up for it").toContain("Falta la hora");
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-testid"));
    expect(await focused(), "there it is typed").toBe("paper-time");
    await page.getByTestId("paper-day").fill("2026-03-14");
    await page.getByTestId("paper-time").fill("07:21");
    await page.keyboard.press("Control+Enter");
    await page.getByTestId("paper-saved").waitFor();
    expect(await words(page, "saved-missing"), "in the same words as elsewhere").toBe(
      "Falta completar: qué se hizo, las necesidades, el lugar o la posición. Puede hacerlo después.",
    );
    expect(
      await phone(page, ({ records }) => records[0]?.capture.occurred_at),
      "the time on the paper, by the post's clock",
    ).toBe("2026-03-14T07:21:00-05:00");
    expect(await page.getByTestId("paper-day").inputValue(), "the next of the pile").toBe("2026-03-14");
    expect(await page.getByTestId("paper").innerText(), "and that it was carried over").toContain(
      "El de la tira anterior",
    );
    expect(await page.getByTestId("paper-time").inputValue(), "its time is its own").toBe("");
  });
});

describe("a strip with a mistyped nationality", () => {
  it("is not saved under no nationality: it says which word, and offers the list", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const before = await phone(page, ({ records }) => records.length);
    await new Finger(page).tap("nav-paper");
    await page.getByTestId("paper-time").fill("00:05");
    await page.getByTestId("paper-nationality-0").fill("Venezolna");
    await page.getByTestId("paper-man-0").fill("3");
    await page.keyboard.press("Control+Enter");
    expect(await words(page, "paper-unclear"), "the word").toContain("«Venezolna» no se conoce");
    expect(await phone(page, ({ records }) => records.length), "nothing was saved").toBe(before);
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("data-testid"));
    expect(focused, "there it is typed").toBe("paper-nationality-0");
    await new Finger(page).tap("paper-choose");
    await page.keyboard.press("Escape");
    expect(await page.getByTestId("paper-man-0").inputValue(), "Esc leaves the list only").toBe("3");
    await new Finger(page).tapAll("paper-choose", "nationality-pick-VEN");
    expect(await page.getByTestId("paper-unclear").count(), "said no more").toBe(0);
    await new Finger(page).tap("paper-save");
    await page.getByTestId("paper-saved").waitFor();
    expect(await phone(page, ({ records }) => records[0]?.capture.composition), "as it was meant").toEqual({
      VEN: { "AA+M": 3 },
    });
  });
});

describe("a number on a strip", () => {
  it("is the one that counts, in every field", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-paper");
    await page.getByTestId("paper-time").fill("00:05");
    const typed = async (testid: string, value: string) => {
      await page.getByTestId(testid).fill(value);
      return page.getByTestId(testid).inputValue();
    };
    expect(await typed("paper-man-0", "99999"), "no more than a cell can hold").toBe("9999");
    expect(await typed("paper-woman-0", "abc"), "no number").toBe("");
    expect(await typed("paper-boy-0", "-3"), "nobody is less than nobody").toBe("");
    expect(await typed("paper-need-pregnant", "2x"), "the needs too").toBe("2");
    await new Finger(page).tap("paper-save");
    await page.getByTestId("paper-saved").waitFor();
    const saved = await phone(page, ({ records }) => records[0]?.capture);
    expect([saved?.composition, saved?.needs], "as it stood there").toEqual([
      { XXX: { "AA+M": 9_999 } },
      { pregnant: 2 },
    ]);
  });
});

describe("an unfinished strip", () => {
  it("stays as a draft when Esc leaves it, and is gone on with where it was", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-paper");
    await page.waitForFunction(() => document.activeElement?.matches("[data-testid=paper-ref]"));
    await page.keyboard.type("A-18");
    await page.getByTestId("paper-nationality-0").focus();
    await page.keyboard.type("cubana");
    await page.keyboard.press("Tab");
    await page.keyboard.type("5");
    await page.keyboard.press("Escape");
    await page.getByTestId("today-sentence").waitFor();
    await new Finger(page).tap("nav-paper");
    await page.getByTestId("draft-resume").waitFor();
    expect(await page.getByTestId("draft-save").count(), "without a time none is made up").toBe(0);
    await new Finger(page).tap("draft-resume");
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("[data-testid=paper-man-0]")?.value === "5",
    );
    expect(await page.getByTestId("paper-ref").inputValue(), "the folio too").toBe("A-18");
    await page.getByTestId("paper-time").fill("00:05");
    await page.keyboard.press("Control+Enter");
    await page.getByTestId("paper-saved").waitFor();
    const [capture, drafts] = await phone(page, ({ records, drafts }) => [
      records[0]?.capture,
      drafts.filter(({ first_tap_at }) => first_tap_at !== null).length,
    ]);
    expect([capture?.composition, capture?.capture_mode], "one record, from paper").toEqual([
      { CUB: { "AA+M": 5 } },
      "paper",
    ]);
    expect(drafts, "and no draft left").toBe(0);
    expect(
      await page.evaluate(() => document.activeElement?.getAttribute("data-testid")),
      "hands stay on the keys",
    ).toBe("paper-ref");
  });
});

describe("the phone by keyboard", () => {
  it("opens with the PIN typed and records with Tab and Enter alone", async () => {
    const page = await stage.open("scene=locked");
    await page.getByTestId("person").first().focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type("241973");
    await page.getByTestId("pad-done").focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("home-new").focus();
    await page.keyboard.press("Enter");
    for (const testid of ["nationality-VEN", "count-woman", "form-next"]) {
      await page.getByTestId(testid).focus();
      await page.keyboard.press("Enter");
    }
    await page.getByTestId("needs-none").focus();
    await page.keyboard.press("Space");
    await page.locator("[data-testid=form-save]:not([aria-disabled])").waitFor();
    await page.getByTestId("form-save").focus();
    await page.keyboard.press("Enter");
    expect(await words(page, "saved-people"), "no finger needed").toBe("1 persona");
  });
});
