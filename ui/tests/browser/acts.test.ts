import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { doubleTap, Finger, LAPTOP, phone, settled, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

const open = async (scene: string, viewport?: typeof LAPTOP) => {
  const page = await stage.open(`scene=${scene}`, viewport);
  return { page, finger: new Finger(page) };
};
/** The newest saves are not in the database any more. */
const loseTail = (page: Page) =>
  phone(page, (memory) => {
    memory.problem = { code: "tail_missing", message: "", field: null };
    memory.changed();
  });

describe("what a person does with a record", () => {
  it("is voided with a reason, which its history gives by name", async () => {
    const { page, finger } = await open("leader");
    await finger.tapAll("home-records", "row", "detail-void");
    expect(await words(page, "void-sheet"), "it is not erased").toContain("No se borra");
    await finger.tap("void-duplicate");
    await page.getByTestId("mark-voided").waitFor();
    expect(await words(page, "history"), "why").toContain("Sgto. Caisamo lo anuló.\nMotivo: Duplicado");
    expect(await page.getByTestId("detail-edit").count(), "nothing more can be done with it").toBe(0);
  });

  it("is voided by mistake and taken back by its author, who is told before that it can be", async () => {
    const { page, finger } = await open("day");
    await phone(page, ({ records }) => void (records[0] && (records[0].author = "Cabo Mosquera")));
    await finger.tapAll("home-records", "row", "detail-void");
    expect(await words(page, "void-sheet"), "there is a way back").toContain("Se puede deshacer");
    await finger.tapAll("void-test", "detail-reopen");
    await page.getByTestId("mark-voided").waitFor({ state: "detached" });
    expect(await words(page, "history"), "both, by whom").toMatch(
      /Cabo Mosquera lo anuló\.[^]+Cabo Mosquera deshizo la anulación: vuelve a contar\.$/,
    );
    expect(await page.getByTestId("detail-void").count(), "as any other record").toBe(1);
  });

  it("is void for good if somebody else voided it, who is told so before", async () => {
    const { page, finger } = await open("leader");
    await phone(page, ({ records }) => void (records[0] && (records[0].author = "Cabo Mosquera")));
    await finger.tapAll("home-records", "row", "detail-void");
    expect(await words(page, "void-sheet"), "no way back").toContain("ya no se puede deshacer");
    await finger.tap("void-error");
    expect(await words(page, "detail-voided"), "and what to do").toContain("anótelo otra vez");
    expect(await page.getByTestId("detail-reopen").count(), "nothing to press").toBe(0);
  });

  it("comes back to the counts from the commander's list of the voided", async () => {
    const { page, finger } = await open("post", LAPTOP);
    await phone(page, ({ records }) => {
      const [first] = records;
      if (!first) throw new Error("there are records");
      first.status = "voided";
      const voided = { event: "voided", author: first.author, at: first.savedAt, reason: "error" } as const;
      first.history.push({ device: "", field: null, label: null, before: null, after: null, ...voided });
    });
    await finger.tapAll("nav-records", "filter-voided");
    const code = (await page.getByTestId("row").first().getAttribute("data-code")) ?? "?";
    await finger.tap("detail-reopen");
    await page.locator(`[data-code=${code}]`).waitFor({ state: "detached" });
    await finger.tap("filter-to_review");
    await page.locator(`[data-code=${code}]`).waitFor();
  });

  it("is not voided by the second tap of a double one", async () => {
    const { page, finger } = await open("leader");
    await finger.tapAll("home-records", "row");
    await page.locator("[data-testid=detail-void]:not([aria-disabled])").waitFor();
    await page.evaluate(async () => {
      const click = (testid: string) =>
        document.querySelector<HTMLElement>(`[data-testid=${testid}]`)?.click();
      click("detail-void");
      await new Promise((shown) => setTimeout(shown));
      click("void-test");
    });
    expect(await page.getByTestId("void-sheet").isVisible(), "the question still stands").toBe(true);
    expect(await phone(page, ({ calls }) => calls.get("void_record") ?? 0), "nothing was done").toBe(0);
    await finger.tap("void-test");
    await page.getByTestId("mark-voided").waitFor();
  });

  it("says where it is held, and since when", async () => {
    const { page, finger } = await open("day");
    await finger.tap("row");
    expect(await words(page, "detail-held"), "only here").toMatch(/^Guardado en este teléfono\s+\d\d:\d\d/);
    await finger.tapAll("back", "status-bar", "sync-now");
    await page.waitForFunction(() => window.phone.contacts.length > 0 && window.phone.sync.phase === "idle");
    await finger.tapAll("back", "row");
    expect(await words(page, "detail-held"), "received").toContain("Recibido en el puesto");
  });

  it("leaves a draft behind only after saying twice that it shall go", async () => {
    const { page, finger } = await open("day");
    await finger.tapAll("home-new", "nationality-HTI", "count-man");
    await page.waitForFunction(() => window.phone.drafts[0]?.people === 1);
    await finger.tapAll("form-leave", "draft-discard", "draft-discard-no", "draft-discard");
    expect(await words(page, "draft"), "for how long it can be had back").toContain("10 segundos");
    await finger.tap("draft-discard-yes");
    await page.getByTestId("draft").waitFor({ state: "detached" });
    expect(await phone(page, ({ drafts }) => drafts.length), "gone").toBe(0);
  });

  it("brings a draft back that was thrown away a moment ago, as it was", async () => {
    const { page, finger } = await open("day");
    await finger.tapAll("home-new", "nationality-HTI", "count-man", "count-man");
    await page.waitForFunction(() => window.phone.drafts[0]?.people === 2);
    const was = await phone(page, ({ drafts }) => structuredClone(drafts));
    await finger.tapAll("form-leave", "draft-discard", "draft-discard-yes");
    expect(await words(page, "draft-discarded")).toMatch(/^Borrador descartado\.\s+Deshacer \d+ s$/s);
    const full = { code: "disk_full" as const, message: "", field: null };
    await page.evaluate((failure) => void window.phone.failNext.set("draft_take_back", failure), full);
    await finger.tap("discard-undo");
    expect(await words(page, "draft-discarded"), "it may be tried again").toContain("No se recuperó");
    await finger.tap("discard-undo");
    await page.getByTestId("draft").waitFor();
    expect(await words(page, "draft-discarded")).toBe("El borrador está aquí otra vez, como estaba.");
    expect(await phone(page, ({ drafts }) => structuredClone(drafts)), "first tap and all").toEqual(was);
  });

  it("keeps a draft thrown away that was thrown away before a lock", async () => {
    const { page, finger } = await open("day");
    await finger.tapAll("home-new", "nationality-HTI", "count-man");
    await page.waitForFunction(() => window.phone.drafts[0]?.people === 1);
    await finger.tapAll("form-leave", "draft-discard", "draft-discard-yes");
    await page.getByTestId("discard-undo").waitFor();
    await finger.tapAll("lock", "person");
    for (const digit of "241973") await finger.tap(`pad-${digit}`);
    await finger.tap("pad-done");
    await page.getByTestId("home-new").waitFor();
    const shown = ["draft", "draft-discarded", "discard-undo"].map((id) => page.getByTestId(id).count());
    expect(await Promise.all(shown), "neither it nor its undoing").toEqual([0, 0, 0]);
  });

  it("comes back from a patrol, and what was recorded is handed over by itself", async () => {
    const { page, finger } = await open("day");
    await finger.tapAll("patrol-leave", "leave-go", "patrol-return");
    expect(await words(page, "return-go"), "no encounter is a figure too").toBe("Volver sin encuentros");
    await phone(page, (memory) => {
      const yesterday = new Date(Date.now() - 86_400_000).toISOString();
      if (memory.patrol) memory.patrol = { ...memory.patrol, departed_at: yesterday };
      memory.changed();
    });
    await page.getByText(/desde las \d\d:\d\d, ayer\./).waitFor();
    await finger.tap("back");
    expect(await words(page, "patrol"), "at home too").toMatch(/desde las \d\d:\d\d, ayer · /);
    await finger.tapAll("patrol-return", "return-go");
    await page.waitForFunction(() => window.phone.contacts.length > 0 && window.phone.sync.phase === "idle");
    expect(await phone(page, ({ patrol }) => patrol), "nobody is out").toBeNull();
    await finger.tap("back");
    await page.getByTestId("patrol-leave").waitFor();
  });
});

describe("settings", () => {
  it("give another person of the phone a new PIN, who opens with it", async () => {
    const { page, finger } = await open("day");
    await finger.tapAll("settings", "person-reset");
    await page.getByTestId("person-new-pin").fill("904518");
    await page.getByTestId("person-new-pin-again").fill("904518");
    await finger.tap("person-do");
    await page.getByTestId("person-done").waitFor();
    await finger.tapAll("person-close", "back", "lock");
    await page.getByTestId("person").nth(1).click();
    for (const digit of "904518") await finger.tap(`pad-${digit}`);
    await finger.tap("pad-done");
    await page.getByTestId("home-new").waitFor();
    expect(await phone(page, ({ me }) => me?.name), "that person").toBe("Sgto. Caisamo");
  });

  it("change one's own PIN with the present one, and no other", async () => {
    const { page, finger } = await open("day");
    await finger.tapAll("settings", "pin-change");
    await page.getByTestId("person-pin").fill("111111");
    await page.getByTestId("person-new-pin").fill("904518");
    await page.getByTestId("person-new-pin-again").fill("904518");
    await finger.tap("person-do");
    expect(await words(page, "person-failure"), "its own sentence").toBe("Ese PIN no abre.");
    await page.getByTestId("person-pin").fill("241973");
    await finger.tap("person-do");
    await page.getByTestId("person-done").waitFor();
    expect(await phone(page, ({ people }) => people[0]?.pin), "the new one").toBe("904518");
  });

  it("say after how many minutes the phone locks itself, and say so if it was not kept", async () => {
    const { page, finger } = await open("day");
    await finger.tapAll("settings", "lock-minutes-5");
    await page.waitForFunction(() => window.phone.lockMinutes === 5);
    await phone(page, ({ failNext }) =>
      failNext.set("lock_minutes_write", { code: "disk_full", message: "", field: null }),
    );
    await finger.tap("lock-minutes-30");
    expect(await words(page, "settings-failure"), "what to do").toContain("No queda espacio");
    expect(await phone(page, ({ lockMinutes }) => lockMinutes), "as it was").toBe(5);
  });

  it("say that there is no post yet, until one has taken the phone in", async () => {
    const alone = await open("empty");
    await alone.finger.tap("settings");
    expect(await words(alone.page, "settings-post"), "no provisional name").toBe("Sin puesto todavía");
    const joined = await open("day");
    await joined.finger.tap("settings");
    expect(await words(joined.page, "settings-post"), "its name").toBe("Unido a Bajo Chiquito");
  });
});

describe("the hour of a record", () => {
  it("comes with its day where no day stands above it", async () => {
    const { page, finger } = await open("day");
    await phone(page, ({ records }) => {
      for (const { capture } of records) {
        const before = Date.parse(capture.occurred_at ?? "") - 86_400_000;
        capture.occurred_at = new Date(before).toISOString();
      }
    });
    await finger.tapAll("status-bar", "back");
    expect(await words(page, "row"), "an hour alone would be of today").toMatch(/^\d\d:\d\d, ayer/);
    await finger.tap("home-records");
    await page.getByTestId("records-list").getByTestId("row").first().waitFor();
    expect(await words(page, "row"), "said once, above").toMatch(/^\d\d:\d\d\n/);
  });
});

describe("the time that a wrong clock wrote", () => {
  const wrongClock = (page: Page) =>
    phone(page, (memory) => {
      memory.clock = { ...memory.clock, doubtful: 10, offset_seconds: -5_400, repairable: 10 };
      memory.changed();
    });

  it("is corrected in one touch, which can be taken back after a lock and on every page that told of it", async () => {
    const { page, finger } = await open("day");
    await wrongClock(page);
    await finger.tap("clock-repair");
    expect(await words(page, "clock-repaired"), "how many").toContain("Hora corregida en 10 registros");
    await finger.tap("lock");
    await finger.tap("person");
    for (const digit of "241973") await finger.tap(`pad-${digit}`);
    await finger.tapAll("pad-done", "status-bar");
    expect(await words(page, "clock-repaired"), "where a contact is told of").toContain("Deshacer");
    await finger.tapAll("back", "clock-undo");
    expect(await words(page, "clock-repair"), "offered again").toBe("Corregir los 10");
    expect(await page.getByTestId("clock-repaired").count(), "nothing stands").toBe(0);
  });

  it("is told until somebody has read it, and found again in the settings", async () => {
    const { page, finger } = await open("day");
    await wrongClock(page);
    await finger.tapAll("clock-repair", "clock-seen");
    await page.getByTestId("clock-repaired").waitFor({ state: "detached" });
    await finger.tap("settings");
    expect(await words(page, "clock-repaired"), "it can still be taken back").toContain("Deshacer");
    await finger.tapAll("clock-undo", "back");
    expect(await words(page, "clock-repair"), "as before").toBe("Corregir los 10");
  });

  it("is taken back by no second tap of a double one", async () => {
    const { page } = await open("day");
    await wrongClock(page);
    await doubleTap(page, "clock-repair", "clock-undo");
    await settled(page);
    expect(await page.getByTestId("clock-undo").count(), "it is offered").toBe(1);
    expect(await phone(page, ({ calls }) => calls.get("clock_repair_undo") ?? 0), "it stands").toBe(0);
  });

  it("is corrected and taken back at the post, on whichever page", async () => {
    const { page, finger } = await open("post", LAPTOP);
    await wrongClock(page);
    await finger.tapAll("clock-repair", "nav-teams", "clock-seen", "nav-settings", "clock-undo");
    expect(await words(page, "clock-repair"), "offered again").toBe("Corregir los 10");
  });
});

describe("records that are missing at the end", () => {
  it("are said at home and at the post, with what to do", async () => {
    const field = await open("day");
    await loseTail(field.page);
    expect(await words(field.page, "home-problem"), "on the phone").toContain("Compare con el puesto");
    const post = await open("post", LAPTOP);
    await loseTail(post.page);
    await post.finger.tap("nav-decide");
    expect(await words(post.page, "post-problem"), "on every page of the post").toContain("Falta el final");
  });
});

describe("what waits at the post", () => {
  it("is decided there: a value is chosen and its record waits no more", async () => {
    const { page, finger } = await open("post", LAPTOP);
    await finger.tap("nav-decide");
    const waiting = page.getByTestId("decide-two_values").getByTestId("two-values");
    await waiting.first().waitFor();
    const before = await waiting.count();
    await page.locator("[data-testid^=keep-]").nth(1).click();
    await page.waitForFunction(
      (count) => document.querySelectorAll("[data-testid=two-values]").length === count - 1,
      before,
    );
    const chosen = await phone(
      page,
      ({ records }) =>
        records.filter(({ history }) => history.some(({ event }) => event === "chosen")).length,
    );
    expect(chosen, "one").toBe(1);
  });

  it("is left for later, listed as such, and taken up again", async () => {
    const { page, finger } = await open("post", LAPTOP);
    await finger.tap("nav-decide");
    const section = page.getByTestId("decide-two_values");
    await section.waitFor();
    const all = await section.getByTestId("two-values").count();
    for (let left = all; left > 0; left--) await finger.tap("keep-later");
    await section.waitFor({ state: "detached" });
    const later = page.getByTestId("decide-later");
    expect(await later.getByTestId("decide-now").count(), "each of them waits, in sight").toBe(all);
    expect(await later.innerText(), "under its name").toContain("Dejados para después");
    await finger.tap("decide-now");
    expect(await section.getByTestId("two-values").count(), "asked about again").toBe(1);
  });

  it("lists what is incomplete and what was not accepted, with what to do, and opens it", async () => {
    const { page, finger } = await open("post", LAPTOP);
    await finger.tap("nav-decide");
    expect(await words(page, "decide-incomplete"), "what is missing").toContain("Falta: las necesidades");
    expect(await words(page, "decide-refused"), "why").toMatch(/No aceptado\. .+anótelo otra vez/);
    const code = await page.getByTestId("decide-refused").getByTestId("row").getAttribute("data-code");
    await page.getByTestId("decide-refused").getByTestId("row").click();
    await page
      .getByTestId("review-pane")
      .locator("h1")
      .getByText(code ?? "?")
      .waitFor();
  });

  it("says which counted times are doubtful and opens them, and how many more there are", async () => {
    const { page, finger } = await open("post", LAPTOP);
    await phone(page, (memory) => {
      for (const one of memory.records.slice(8, 10)) one.capture = { ...one.capture, clock_source: "device" };
      memory.clock = { ...memory.clock, doubtful: 5 };
      memory.changed();
    });
    await page.getByTestId("today-clock-elsewhere").waitFor();
    expect(await words(page, "today-clock-doubt"), "of the counted").toBe("2 con hora dudosa");
    expect(await words(page, "today-clock-elsewhere"), "of this day perhaps").toMatch(
      /^Otros 3 con hora dudosa/,
    );
    await finger.tap("today-clock-doubt");
    await page.getByText("2 registros", { exact: true }).waitFor();
  });
});

describe("records of which nobody knows the day", () => {
  it("are said beside the day's figures, in its table, and opened as they are", async () => {
    const { page, finger } = await open("post", LAPTOP);
    const code = await phone(page, (memory) => {
      const record = memory.records.find(({ status, capture }) => status === "complete" && capture.needs);
      if (!record) throw new Error("there are records");
      const times = ["2026-03-14T23:50:00-05:00", "2026-03-15T00:10:00-05:00"];
      record.stated = [
        {
          field: "occurred_at",
          label: "Hora",
          kind: "time",
          may_choose: true,
          values: times.map((value) => ({ value, text: value, author: "Cabo 17", at: value, choice: value })),
        },
      ];
      memory.changed();
      return record.code;
    });
    expect(await words(page, "today-other-day"), "one").toMatch(/^1 es quizá de otro día/);
    await finger.tap("today-other-day");
    await page.getByText("1 registro", { exact: true }).waitFor();
    expect(await page.getByTestId("row").getAttribute("data-code"), "that one").toBe(code);
    expect(await words(page, "filter-cell"), "and why it is here").toContain("Quizá de otro día");
    await finger.tap("filter-cell");
    await page.getByText(/^\d\d registros$/).waitFor();
    await finger.tap("nav-day");
    await page.getByText("1 es quizá de otro día: tiene dos horas por decidir").waitFor();
  });
});

describe("the table of seven days", () => {
  it("is that of the last ones, whose figures open to their records; Hoy is one day again", async () => {
    const { page, finger } = await open("post", LAPTOP);
    const all = await words(page, "cell-all-total");
    await phone(page, (memory) => {
      const yesterday = new Date(Date.parse(memory.recordsDay) - 86_400_000);
      memory.recordsDay = yesterday.toISOString().slice(0, 10);
      memory.changed();
    });
    await page.getByTestId("today-empty").waitFor();
    await finger.tap("day-span-7");
    await page.getByTestId("cell-all-total").waitFor();
    expect(await words(page, "cell-all-total"), "yesterday is one of them").toBe(all);
    expect(await words(page, "day-shown"), "which days").toMatch(/^Últimos 7 días, /);
    await finger.tap("cell-HTI-men");
    await page.getByTestId("filter-cell").waitFor();
    expect(await page.getByTestId("row").count(), "behind the figure").toBeGreaterThan(0);
    await finger.tap("nav-day");
    expect(await words(page, "day"), "what it is").toContain("Tabla de 7 días");
    await finger.tap("day-csv");
    expect(await words(page, "day-csv-done"), "its name has both ends").toMatch(/\d{4}-\d\d-\d\d\.\.\d{4}-/);
    await finger.tap("day-previous");
    await page.getByTestId("day-empty").waitFor();
    await finger.tap("day-next");
    await page.getByTestId("cell-all-total").waitFor();
    await finger.tap("nav-today");
    await page.getByTestId("today-empty").waitFor();
  });
});

describe("the table of the day", () => {
  it("is copied with who is missing, and says so if it could not be copied", async () => {
    const { page, finger } = await open("post", LAPTOP);
    await finger.tap("nav-day");
    await page.evaluate(() => {
      document.execCommand = () => ((document.title = document.querySelector("textarea")?.value ?? ""), true);
    });
    await finger.tap("day-copy");
    await page.getByTestId("day-copied").waitFor();
    expect(await page.title(), "by name").toContain("Faltan: Patrulla Canaán");
    await page.evaluate(() => void (document.execCommand = () => false));
    await finger.tap("day-copy");
    expect(await words(page, "day-copy-failed"), "and what to do instead").toContain("Guarde el CSV");
    expect(await page.getByTestId("day-copied").count(), "not both").toBe(0);
  });

  it("is printed by its button and kept as a file, with where; a failure has its sentence", async () => {
    const { page, finger } = await open("post", LAPTOP);
    await finger.tap("nav-day");
    await page.evaluate(() => void (window.print = () => (document.title = "printed")));
    await finger.tap("day-print");
    expect(await page.title(), "the system's own sheet").toBe("printed");
    await phone(page, ({ failNext }) =>
      failNext.set("today_csv_save", { code: "read_only", message: "", field: null }),
    );
    await finger.tap("day-csv");
    expect(await words(page, "day-failure"), "nothing was written").toContain("No se puede escribir");
    await finger.tap("day-csv");
    expect(await words(page, "day-csv-done"), "where it lies").toMatch(
      /^Guardado en Documentos\/PA-BCH-.+\.csv$/,
    );
    expect(await page.getByTestId("day-failure").count(), "that is over").toBe(0);
  });
});
