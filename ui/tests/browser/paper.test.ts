import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, focused, LAPTOP, phone, Stage, tabTo, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

describe("a strip of paper", () => {
  it("is taken with the keys alone, from the menu to the word Guardado", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await page.getByTestId("today-sentence").waitFor();
    await tabTo(page, "nav-paper");
    await page.keyboard.press("Enter");
    await expect.poll(() => focused(page), { message: "it begins at the folio" }).toBe("paper-ref");
    await page.keyboard.type("A-17");
    await tabTo(page, "paper-time");
    // Whether the system's clock has 12 hours or 24.
    await page.keyboard.type("0721AM");
    await tabTo(page, "paper-setting");
    await page.keyboard.type("R");
    await tabTo(page, "paper-nationality-0");
    await page.keyboard.type("haitiana");
    for (const count of ["4", "3", "", "2"]) {
      await page.keyboard.press("Tab");
      await page.keyboard.type(count);
    }
    await tabTo(page, "paper-assistance-water");
    await page.keyboard.press("Space");
    await tabTo(page, "paper-need-pregnant");
    await page.keyboard.type("1");
    await tabTo(page, "paper-save");
    await page.keyboard.press("Enter");
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
    expect(saved?.occurred_at, "at the hour that was typed").toContain("T07:21:00");
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
    expect(await focused(page), "there it is typed").toBe("paper-time");
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
    expect(await focused(page), "there it is typed").toBe("paper-nationality-0");
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
    expect(await focused(page), "hands stay on the keys").toBe("paper-ref");
  });
});

describe("a strip that the lock interrupts", () => {
  it("comes back as it was typed: the day, the name nobody understood, its people", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-paper");
    await page.getByTestId("paper-day").fill("2025-11-10");
    await page.getByTestId("paper-ref").fill("A-18");
    await page.getByTestId("paper-nationality-0").fill("venezolna");
    await page.getByTestId("paper-man-0").fill("4");
    await new Finger(page).tap("nav-records");
    await page.getByTestId("detail-sentence").waitFor();
    await new Finger(page).tap("nav-paper");
    await page.getByTestId("draft-resume").waitFor();
    expect(await page.getByTestId("draft-save").count(), "it is not saved as it is").toBe(0);
    expect(await words(page, "draft-held"), "and why").toContain("Falta la hora");
    await new Finger(page).tap("draft-resume");
    await page.getByTestId("paper-man-0").waitFor();
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("[data-testid=paper-man-0]")?.value === "4",
    );
    expect(await page.getByTestId("paper-day").inputValue(), "the day on the paper").toBe("2025-11-10");
    expect(await page.getByTestId("paper-nationality-0").inputValue(), "the word").toBe("venezolna");
    await page.getByTestId("paper-time").fill("07:21");
    await page.keyboard.press("Control+Enter");
    expect(await words(page, "paper-unclear"), "nobody goes under no nationality").toContain("«venezolna»");
    await new Finger(page).tap("nav-records");
    await page.getByTestId("detail-sentence").waitFor();
    await new Finger(page).tap("nav-paper");
    expect(await words(page, "draft-held"), "with a time, the word is left").toContain("«venezolna»");
    expect(await page.getByTestId("draft-save").count(), "still not as it is").toBe(0);
    await new Finger(page).tap("draft-resume");
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("[data-testid=paper-man-0]")?.value === "4",
    );
    await new Finger(page).tapAll("paper-save", "paper-choose", "nationality-pick-VEN", "paper-save");
    await page.getByTestId("paper-saved").waitFor();
    const saved = await phone(page, ({ records }) => records[0]?.capture);
    expect([saved?.occurred_at, saved?.composition], "as the paper says").toEqual([
      "2025-11-10T07:21:00-05:00",
      { VEN: { "AA+M": 4 } },
    ]);
  });
});

describe("the same form on paper", () => {
  it("states parts, items, a note and whether minors are alone, with Tab and digits", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-paper");
    await page.getByTestId("paper-time").fill("00:05");
    await page.getByTestId("paper-nationality-0").fill("haitiana");
    await page.getByTestId("paper-boy-0").fill("5");
    await page.getByTestId("paper-assistance-water").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.type("3");
    await page.getByTestId("paper-assistance-food").focus();
    await page.keyboard.press("Space");
    await page.getByTestId("paper-alone-yes").focus();
    await page.keyboard.press("Space");
    expect(await page.getByTestId("paper-needs-none").isDisabled(), "minors alone are a need").toBe(true);
    await page.getByTestId("paper-item-water_l").focus();
    await page.keyboard.type("8");
    await page.getByTestId("paper-note").focus();
    await page.keyboard.type("Esperan a su madre");
    await page.keyboard.press("Control+Enter");
    await page.getByTestId("paper-saved").waitFor();
    const saved = await phone(page, ({ records }) => records[0]?.capture);
    expect([saved?.assistance, saved?.needs, saved?.items_given, saved?.note], "as on the two pages").toEqual(
      [{ water: 3, food: "all" }, { uac: 5 }, { water_l: 8 }, "Esperan a su madre"],
    );
    expect(await page.getByTestId("paper-alone-yes").count(), "nobody is asked about nobody").toBe(0);
  });

  it("takes a part back to all of the group, and all back to nobody", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-paper");
    await page.getByTestId("paper-man-0").fill("4");
    await page.getByTestId("paper-assistance-water").check();
    await page.getByTestId("paper-part-water").fill("2");
    const given = () => phone(page, ({ drafts }) => drafts.at(-1)?.capture.assistance);
    await expect.poll(given, { message: "a part" }).toEqual({ water: 2 });
    await page.getByTestId("paper-part-water").fill("");
    await expect.poll(given, { message: "an empty one is all" }).toEqual({ water: "all" });
    await page.getByTestId("paper-assistance-water").uncheck();
    await expect.poll(given, { message: "nobody" }).toEqual({});
    expect(await page.getByTestId("paper-part-water").count(), "nothing to type a part of").toBe(0);
  });
});
