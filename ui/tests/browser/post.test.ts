import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, phone, settled, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

describe("the commander decides", () => {
  it("compares two records side by side, tells them apart, and takes it back", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tapAll("nav-decide", "repeat-compare");
    const pairs = page.getByTestId("decide-possible_repeats");
    await pairs.locator("table").nth(1).waitFor();
    expect(await pairs.locator("table").count(), "both in full, beside each other").toBe(2);
    const [first] = await pairs.locator("li").allInnerTexts();
    await finger.tap("repeat-distinct");
    await page.getByTestId("decide-told_apart").waitFor();
    expect(await pairs.locator("li").allInnerTexts(), "nobody is asked about them again").not.toContain(
      first,
    );
    const counted = await phone(
      page,
      ({ records }) => records.filter(({ status }) => status === "complete").length,
    );
    await finger.tap("repeat-undo");
    await page.getByTestId("decide-told_apart").waitFor({ state: "detached" });
    const after = await phone(
      page,
      ({ records }) => records.filter(({ status }) => status === "complete").length,
    );
    expect(after, "both records counted all the time").toBe(counted);
  });

  it("shows the pairs that stand out first, counts all that meet the rule, and opens every one", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    expect(await words(page, "decide-count-possible_repeats"), "on the first screen").toMatch(
      /^1\s*Posibles repetidos\s*de 40 pares que cumplen la regla$/u,
    );
    await finger.tap("nav-decide");
    const pairs = page.getByTestId("decide-possible_repeats").locator("ul > li");
    await pairs.first().waitFor();
    expect(await words(page, "decide-possible_repeats")).toMatch(
      /40 pares cumplen la regla; 1 destaca y va primero/u,
    );
    expect(await pairs.count(), "nobody wades through all of them").toBe(10);
    expect(await pairs.nth(0).innerText()).toMatch(/\(2[.,]3 km\/h por el sendero\).*Ningún otro registro/su);
    expect(await pairs.nth(3).innerText(), "why it does not stand out").toMatch(/Otros 3 registros/u);
    expect(await words(page, "repeats-more")).toBe("Ver las demás (30)");
    await finger.tap("repeats-more");
    await pairs.nth(29).waitFor();
    await finger.tap("repeats-more");
    await pairs.nth(39).waitFor();
    await page.getByTestId("repeats-more").waitFor({ state: "detached" });
    expect(await pairs.count(), "every pair can be opened").toBe(40);
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

  it("keeps the approved figures while a change waits, says so, and opens what waits", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await phone(page, (memory) => {
      const [stored] = memory.records.filter(
        ({ status, capture, others }) => status === "complete" && capture.needs && others.length === 0,
      );
      if (!stored) throw new Error("no record to approve");
      stored.approved = { ...stored.capture, composition: { VEN: { "AA+M": 6 } } };
      stored.capture = { ...stored.capture, composition: { VEN: { "AA+M": 7 } } };
      stored.status = "changed_after_review";
      memory.changed();
    });
    await finger.tap("only-reviewed");
    await page.getByText("(sólo revisados)").waitFor();
    expect(await words(page, "today-sentence"), "as it was approved").toContain("6 personas en 1 encuentro");
    expect(await words(page, "note-as_approved")).toBe(
      "1 se cuenta como se aprobó: un cambio espera aprobación",
    );
    expect(await page.getByTestId("left-out-changed_after_review").count(), "it is not left out").toBe(0);
    await finger.tap("note-as_approved");
    await page.getByTestId("filter-cell").waitFor();
    expect(await words(page, "records-count"), "exactly that one").toBe("1 registro");
    expect(await words(page, "filter-cell"), "and why").toContain("Con un cambio por aprobar");
    await finger.tap("nav-day");
    await page.getByTestId("note-as_approved").waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await page.getByTestId("day").innerText(), "on paper too").toContain(
      "1 se cuenta como se aprobó: un cambio espera aprobación",
    );
    await page.emulateMedia({ media: "screen" });
    await finger.tap("only-reviewed");
    await page.getByTestId("note-as_approved").waitFor({ state: "detached" });
  });

  it("sees the list and its count follow each of its own acts, without an exchange", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tapAll("nav-records", "filter-to_review");
    const count = async () => Number((await words(page, "records-count")).split(" ")[0]);
    await settled(page);
    const before = await count();
    await finger.tap("review-approve");
    await page.getByText(`${before - 1} registros`).waitFor();
    await finger.tap("filter-all");
    await page.getByText("74 registros").waitFor();
    await finger.tapAll("detail-void", "void-duplicate");
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

  it("names every team that it counts as missing, also one that was revoked", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await page.getByTestId("team-missing").first().waitFor();
    const missing = await page.getByTestId("team-missing").allInnerTexts();
    await phone(page, (memory) => {
      const lost = memory.teams.find(({ name }) => name === "Patrulla Canaán");
      if (lost) {
        lost.last_contact_at = new Date(Date.now() - 30 * 3_600_000).toISOString();
        lost.revoked_at = new Date().toISOString();
      }
      memory.changed();
    });
    await new Finger(page).tapAll("nav-records", "nav-today");
    await page.getByText("dado de baja").waitFor();
    const sentence = await words(page, "today-sentence");
    const named = await page.getByTestId("team-missing").count();
    expect(sentence, "as many as stand below").toContain(`${named} de 5 equipos`);
    expect(named).toBeGreaterThanOrEqual(missing.length);
  });

  it("does not say that there are no teams before it knows, nor when it cannot know", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await page.getByTestId("team-missing").first().waitFor();
    await phone(page, ({ gate }) => gate.hold("teams"));
    await new Finger(page).tapAll("nav-records", "nav-today");
    await page.getByTestId("today-sentence").waitFor();
    expect(await words(page, "teams-summary"), "the list is on its way").not.toContain("Aún no hay equipos");
    await phone(page, ({ gate }) => gate.letGo());
    await page.getByTestId("team-missing").first().waitFor();
    await phone(
      page,
      ({ failNext }) => void failNext.set("teams", { code: "no_network", message: "", field: null }),
    );
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
