import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Finger, LAPTOP, phone, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

let page: Page;
let finger: Finger;
beforeEach(async () => {
  page = await stage.open("scene=post", LAPTOP);
  await page.context().grantPermissions(["clipboard-read"]);
  finger = new Finger(page);
  await finger.tap("nav-day");
  await page.getByTestId("cell-all-total").waitFor();
});

const copied = async () => {
  await finger.tap("day-copy");
  expect(await words(page, "day-copied"), "what to do with it").toContain("hoja de cálculo");
  return (await page.evaluate(() => navigator.clipboard.readText())).replaceAll("\u00a0", " ").split("\n");
};

describe("what the table leaves out or nobody else has", () => {
  it.each(["nav-day", "nav-today"])("opens its records (%s)", async (place) => {
    await phone(page, ({ records }) => {
      for (const one of records.slice(0, 3)) one.capture.needs = null;
      for (const one of records.slice(3, 5)) one.status = "voided";
      for (const one of records.slice(5, 7)) one.place = "on_phone";
    });
    for (const [key, list] of [
      ["left-out-incomplete", "incompletos"],
      ["left-out-void", "anulados"],
      ["note-unreceived", null],
    ] as const) {
      await finger.tap("nav-teams");
      await page.getByTestId("teams-table").waitFor();
      await finger.tap(place);
      const count = Number.parseInt(await words(page, key));
      await finger.tap(key);
      await page.getByTestId("row").first().waitFor();
      expect(await words(page, "records-count"), `${key}: as many as it says`).toBe(`${count} registros`);
      const told = await words(page, "filter-cell");
      expect(told, "what it is of, and it can be left").toMatch(list ?? /./);
    }
    await finger.tap("nav-teams");
    await page.getByTestId("teams-table").waitFor();
    await finger.tap(place);
    await finger.tap("attention-ASO");
    await page.getByTestId("row").first().waitFor();
    expect(await words(page, "filter-cell"), "who was reached").toContain("Asistencia social");
  });
});

describe("the copied table", () => {
  it("holds day and hour, the sentence, each figure of the screen, and what it leaves out", async () => {
    const shown = await words(page, "cell-all-total");
    const haiti = await words(page, "cell-HTI-men");
    const head = await words(page, "day-head");
    const lines = await copied();
    expect(lines[0], "as of when, with the year").toBe(head);
    expect(lines[0], "an hour").toMatch(/20\d\d.+datos al .+20\d\d.+\d\d:\d\d$/);
    expect(lines[1], "who is missing").toMatch(/personas en \d+ encuentros · faltan 2 de 5 equipos/);
    // The attentions have two cells a line.
    const cells = lines.filter((line) => line.includes("\t")).map((line) => line.split("\t"));
    const table = cells.filter(({ length }) => length !== 2);
    expect(table[0], "the columns").toEqual([
      "Nacionalidad",
      "Hombres",
      "Mujeres",
      "Niños",
      "Niñas",
      "Sin dato",
      "Total",
    ]);
    expect(new Set(table.map((cells) => cells.length)), "seven cells a line").toEqual(new Set([7]));
    expect(table.find(([name]) => name === "Haití")?.[1], "the figure of the screen").toBe(haiti);
    expect(table.at(-1), "and the total of all").toEqual(expect.arrayContaining(["Total", shown]));
    const after = lines.slice(lines.findLastIndex((line) => line.includes("\t")) + 1).join("\n");
    expect(after, "what is left out travels with the figures").toContain("No cuentan:");
    expect(after, "how many are reviewed").toMatch(/\d+ de \d+ revisados/);
    expect(after, "and what a range means").toContain("48–49");
  });

  it("is not spoken of beside another table, and a clipboard that refuses is no silence", async () => {
    await copied();
    await finger.tap("day-previous");
    await page.getByTestId("day-copied").waitFor({ state: "detached" });
    await finger.tap("day-today");
    await page.getByTestId("cell-all-total").waitFor();
    await page.evaluate(() => void (document.execCommand = () => false));
    await finger.tap("day-copy");
    expect(await words(page, "day-copy-failed"), "another way to the same").toContain("Guarde el CSV");
  });

  it("says that it holds only what was reviewed, where it does", async () => {
    await phone(page, (memory) => {
      for (const stored of memory.records.slice(20, 30))
        if (stored.status === "complete") stored.status = "reviewed";
    });
    await finger.tap("only-reviewed");
    await page.getByText("(sólo revisados)").waitFor();
    expect((await copied()).join("\n"), "a figure without its filter is a wrong figure").toContain(
      "Sólo los registros revisados",
    );
  });
});

describe("the table as CSV", () => {
  it("is of the day and the choice that are shown, and says where it is", async () => {
    await finger.tap("day-csv");
    const today = await page.getByTestId("day-day").inputValue();
    expect(await words(page, "day-csv-done"), "the file's name holds the day").toContain(
      `PA-BCH-${today}.csv`,
    );
    await finger.tap("only-reviewed");
    await page.getByTestId("day-csv-done").waitFor({ state: "detached" });
    await finger.tap("day-csv");
    expect(await words(page, "day-csv-done"), "another table is another file").toContain(
      `PA-BCH-${today}-reviewed.csv`,
    );
    await finger.tap("day-previous");
    await page.getByTestId("day-csv-done").waitFor({ state: "detached" });
  });

  it("says why it was not written", async () => {
    await phone(
      page,
      ({ failNext }) => void failNext.set("today_csv_save", { code: "disk_full", message: "", field: null }),
    );
    await finger.tap("day-csv");
    expect(await words(page, "day-failure"), "with what to do").toContain("No queda espacio");
    expect(await page.getByTestId("day-csv-done").count(), "no file").toBe(0);
    await finger.tap("day-csv");
    await page.getByTestId("day-csv-done").waitFor();
    expect(await page.getByTestId("day-failure").count(), "space was made").toBe(0);
  });
});

describe("the printed table", () => {
  it("is asked of the window, once", async () => {
    const printed = await page.evaluate(() => {
      let times = 0;
      window.print = () => void (times += 1);
      document.querySelector<HTMLElement>("[data-testid=day-print]")?.click();
      return times;
    });
    expect(printed, "what is on paper is told by the post's own test").toBe(1);
  });
});
