import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, phone, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

describe("the commander decides", () => {
  it("compares two records side by side, tells them apart, and takes it back", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tapAll("nav-decide", "repeat-compare");
    const pair = page.getByTestId("decide-possible_repeats");
    await pair.locator("table").nth(1).waitFor();
    expect(await pair.locator("table").count(), "both in full, beside each other").toBe(2);
    await finger.tap("repeat-distinct");
    await page.getByTestId("decide-told_apart").waitFor();
    expect(await pair.count(), "nobody is asked about them again").toBe(0);
    const counted = await phone(
      page,
      ({ records }) => records.filter(({ status }) => status === "complete").length,
    );
    await finger.tap("repeat-undo");
    await pair.waitFor();
    const after = await phone(
      page,
      ({ records }) => records.filter(({ status }) => status === "complete").length,
    );
    expect(after, "both records counted all the time").toBe(counted);
  });

  it("walks through the days by key and by button, and is offered the last one with records", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    // It is past midnight: what was recorded is of the day before.
    await phone(page, (memory) => {
      const [today, yesterday] = [memory.recordsDay, new Date(Date.parse(memory.recordsDay) - 86_400_000)];
      memory.recordsDay = yesterday.toISOString().slice(0, 10);
      memory.changed();
      return today;
    });
    await page.getByTestId("today-empty").waitFor();
    expect(await words(page, "day-shown"), "the day it is").toMatch(/^Hoy, \p{L}+ \d+ \p{L}+$/u);
    expect(await words(page, "today-last-day"), "the next act, with the day").toMatch(
      /^Ver el \p{L}+ \d+ \p{L}+$/u,
    );
    await finger.tap("today-last-day");
    await page.getByTestId("cell-all-total").waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByTestId("today-empty").waitFor();
    expect(await page.getByTestId("day-next").isDisabled(), "nothing is recorded tomorrow").toBe(true);
    await page.keyboard.press("ArrowLeft");
    await finger.tap("cell-all-total");
    await page.getByTestId("filter-cell").waitFor();
    await finger.tap("nav-day");
    await page.getByTestId("cell-all-total").waitFor();
    expect(await words(page, "day-head"), "the same day's table, with its year").toMatch(
      /\p{L}+ \d+ \p{L}+ 20\d\d/u,
    );
    await finger.tap("day-previous");
    expect(await words(page, "day-empty"), "a day before any").toContain("no tiene registros");
    await finger.tap("day-today");
    await finger.tap("nav-today");
    await page.getByTestId("today-empty").waitFor();
  });

  it("counts only what was reviewed when asked, and each figure still opens its records", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await phone(page, (memory) => {
      for (const stored of memory.records.slice(20, 26))
        if (stored.status === "complete") stored.status = "reviewed";
      memory.changed();
    });
    await finger.tap("only-reviewed");
    await page.getByText("(sólo revisados)").waitFor();
    const reviewed = await phone(
      page,
      ({ records }) =>
        records.filter(({ status, capture }) => status === "reviewed" && capture.needs !== null).length,
    );
    expect(await words(page, "today-sentence"), "so many encounters").toContain(`en ${reviewed} encuentros`);
    expect(await page.getByTestId("today").innerText(), "what is left out is said").toMatch(
      /\d+ sin revisar/,
    );
    await finger.tap("cell-all-total");
    await page.getByTestId("filter-cell").waitFor();
    expect(await words(page, "records-count"), "exactly those").toBe(`${reviewed} registros`);
    expect(await words(page, "filter-cell"), "and the list says why").toContain("Sólo revisados");
    await finger.tapAll("nav-day", "day-csv");
    await page.getByTestId("day-csv-done").waitFor();
    expect(await page.getByTestId("day").innerText(), "on paper too").toContain(
      "Sólo los registros revisados",
    );
  });

  it("sees the list and its count follow each of its own acts, without an exchange", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tapAll("nav-records", "filter-to_review");
    const count = async () => Number((await words(page, "records-count")).split(" ")[0]);
    await page.waitForFunction(
      () => !document.querySelector("[data-testid=records-count]")?.textContent?.startsWith("74"),
    );
    const before = await count();
    await finger.tap("review-approve");
    await page.getByText(`${before - 1} registros`).waitFor();
    await finger.tapAll("filter-all", "detail-void", "void-duplicate");
    await page.locator("[data-testid=row].current.off").waitFor();
    await finger.tap("filter-voided");
    const voided = await phone(
      page,
      ({ records }) => records.filter(({ status }) => status === "voided").length,
    );
    await page.getByText(`${voided} registros`).waitFor();
  });

  it("narrows the list to one patrol, and two that alternate repeat no heading", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await phone(page, ({ records }) =>
      records.forEach((one, index) => (one.patrol = index % 2 === 0 ? "BCH-0314-2" : "BCH-0314-3")),
    );
    await new Finger(page).tap("nav-records");
    await page.getByTestId("row-patrol").first().waitFor();
    const headings = await page.getByTestId("records-list").locator("h2").allInnerTexts();
    expect(headings.length, "each day once").toBe(new Set(headings).size);
    await page.getByTestId("filter-patrol").selectOption({ label: "BCH-0314-3" });
    await page.getByText("37 registros").waitFor();
    expect(await page.getByTestId("row-patrol").count(), "all rows are of one").toBe(0);
    await page.getByTestId("filter-patrol").selectOption("");
    await page.getByText("74 registros").waitFor();
  });

  it("shows its own laptop as this device, not as a team that comes or fails to come back", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await page.getByTestId("team-missing").first().waitFor();
    const own = page.getByTestId("teams-summary").getByRole("listitem").last();
    expect(await own.innerText(), "named, and at the end").toMatch(/Equipo del puesto\s+este equipo/);
    expect(await words(page, "today-sentence"), "five go out").toContain("de 5 equipos");
    expect(await page.getByTestId("team-missing").count(), "of whom two are missing").toBe(2);
  });

  it("does not say that there are no teams before it knows, nor when it cannot know", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await page.getByTestId("team-missing").first().waitFor();
    await phone(page, (memory) => void (memory.slowMs = 600));
    await new Finger(page).tapAll("nav-records", "nav-today");
    await page.getByTestId("today-sentence").waitFor();
    expect(await words(page, "teams-summary"), "the list is on its way").not.toContain("Aún no hay equipos");
    await page.getByTestId("team-missing").first().waitFor();
    await phone(page, (memory) => {
      memory.slowMs = 0;
      memory.failNext.set("teams", { code: "no_network", message: "", field: null });
    });
    await new Finger(page).tapAll("nav-records", "nav-today");
    await page.getByText("llega con el próximo contacto").waitFor();
  });

  it("says of an earlier day whose records are in, whose are yet to come, and who joined later", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await phone(page, (memory) => {
      const day = 86_400_000;
      memory.recordsDay = new Date(Date.parse(memory.recordsDay) - 2 * day).toISOString().slice(0, 10);
      for (const team of memory.teams) {
        if (team.name === "Patrulla Canaán")
          team.last_contact_at = new Date(Date.now() - 5 * day).toISOString();
        if (team.name === "Patrulla Marragantí") team.enrolled_at = new Date().toISOString();
      }
      memory.changed();
    });
    await finger.tap("today-last-day");
    await page.getByTestId("cell-all-total").waitFor();
    expect(await words(page, "today-sentence"), "of those who were a team by then").toContain(
      "falta lo de 2 de 4 equipos",
    );
    const teams = await page.getByTestId("teams-summary").getByRole("listitem").allInnerTexts();
    const of = (name: string) => teams.find((team) => team.includes(name))?.replaceAll("\u00a0", " ");
    expect(of("Canaán"), "silent, since when").toMatch(/sin noticias desde el \d+ \S+ 20\d\d, \d\d:\d\d/);
    expect(of("Tacartí"), "never heard of").toContain("sin contacto");
    expect(of("Tuquesa"), "its records are in").toContain("entregó");
    expect(of("Marragantí"), "it has nothing of that day").toContain("se unió después");
    expect(
      await page.getByTestId("today").innerText(),
      "nobody is here or away on a day that is over",
    ).not.toMatch(/están los|faltan \d/);
    await finger.tap("nav-day");
    await page.getByTestId("day-missing").waitFor();
    expect(await words(page, "day-missing"), "on paper too").toMatch(/^De ese día falta lo de: Patrulla/);
  });

  it("prints the day's figures with their hour, their gaps and none of the buttons", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tap("nav-day");
    await page.getByTestId("day-head").waitFor();
    await page.emulateMedia({ media: "print" });
    for (const button of ["day-copy", "day-csv", "day-print", "nav-today"])
      expect(await page.getByTestId(button).isVisible(), `${button} is for the screen`).toBe(false);
    const head = await words(page, "day-head");
    expect(head, "day and hour of the figures, with the year: paper outlives today").toMatch(
      /20\d\d.+20\d\d.+\d\d:\d\d/,
    );
    expect(head, "today is another day when it is read").not.toContain("hoy");
    expect(await words(page, "day-missing"), "who is missing and why, in the words of the post").toContain(
      "en patrulla BCH-0314-2",
    );
    const paper = await page.getByTestId("day").innerText();
    expect(paper, "how many are reviewed").toMatch(/\d+ de \d+ revisados/);
    expect(paper, "what is left out").toContain("No cuentan");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide, "nothing falls off the paper").toBe(false);
    if (process.env["BITACORA_PICTURES"])
      await page.screenshot({ path: `${process.env["BITACORA_PICTURES"]}/print.png`, fullPage: true });
  });
});

describe("a leader on the phone", () => {
  it("hands a record in and gives one back with a reason; a member is offered neither", async () => {
    const leader = await stage.open("scene=leader");
    const finger = new Finger(leader);
    await finger.tapAll("home-records", "row", "review-submit");
    await leader.waitForFunction(() => !document.querySelector("[data-testid=review-submit]"));
    await finger.tap("review-return");
    await leader.getByTestId("void-sheet").getByRole("button").nth(1).click();
    await leader.getByTestId("review-submit").waitFor();
    const events = await phone(leader, ({ records }) =>
      records.flatMap(({ history }) => history.map(({ after }) => after)),
    );
    expect(events, "both are in the history").toEqual(expect.arrayContaining(["submitted", "returned"]));
    const member = await stage.open("scene=day");
    await new Finger(member).tapAll("home-records", "row");
    await member.getByTestId("detail-sentence").waitFor();
    expect(await member.locator("[data-testid^=review-]").count(), "a member hands in nothing").toBe(0);
  });
});
