import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, phone, Stage, words } from "./browser";
import { scrollable } from "./measure";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

describe("stories", () => {
  it("a first start: who, PIN, recovery code once, a practice record that does not count", async () => {
    const page = await stage.open("scene=first");
    const finger = new Finger(page);
    await finger.tapAll("language-es", "start-next");
    await page.getByTestId("start-name").fill("Cabo Mosquera");
    await finger.tap("start-next");
    const pin = async (digits: string) => {
      for (const digit of digits) await finger.tap(`pad-${digit}`);
      await finger.tap("pad-done");
    };
    await pin("111111");
    await pin("111111");
    await finger.tap("start-without-code");
    expect(await words(page, "start-failure"), "its own sentence").toContain("fácil de adivinar");
    await pin("241973");
    await pin("241974");
    expect(await page.getByTestId("start-step-pin").innerText(), "two PINs that differ").toContain(
      "No son iguales",
    );
    await pin("241973");
    await pin("241973");
    await finger.tap("start-without-code");
    expect((await words(page, "recovery-code")).length, "something to write down").toBeGreaterThan(8);
    await finger.tapAll(
      "recovery-noted",
      "start-practice",
      "count-man",
      "form-next",
      "needs-none",
      "form-save",
    );
    await page.getByTestId("saved-title").waitFor();
    await finger.tap("saved-home");
    expect(await page.getByTestId("row").count(), "practice is in no list").toBe(0);
    expect(await words(page, "home-empty"), "the empty page says the next act").toContain("Toque Nuevo");
  });

  it("a recovery code waits until it is on paper, through a lock and whatever is pressed", async () => {
    const page = await stage.open("scene=first");
    const finger = new Finger(page);
    const pin = async (digits: string) => {
      for (const digit of digits) await finger.tap(`pad-${digit}`);
      await finger.tap("pad-done");
    };
    const lock = async () => {
      await phone(page, (memory) => memory.backend().lock());
      await page.getByTestId("unlock").waitFor();
      expect(await page.getByTestId("recovery-code").count(), "nothing of it on a locked phone").toBe(0);
      await pin("241973");
    };
    await finger.tapAll("language-es", "start-next");
    await page.getByTestId("start-name").fill("Cabo Mosquera");
    await finger.tap("start-next");
    await pin("241973");
    await pin("241973");
    await finger.tap("start-without-code");
    const code = await words(page, "recovery-code");
    await lock();
    expect(await words(page, "recovery-code"), "it is still to be written").toBe(code);
    await finger.tapAll("recovery-noted", "start-skip", "settings", "person-add");
    await page.getByTestId("person-name").fill("Sgto. Caisamo");
    await page.getByTestId("person-pin").fill("380451");
    await page.getByTestId("person-pin-again").fill("380451");
    await finger.tap("person-do");
    const second = await words(page, "recovery-code");
    await page.keyboard.press("Escape");
    await phone(page, (memory) => memory.backend().lock());
    await finger.tap("person");
    await pin("241973");
    expect(await words(page, "recovery-code"), "shown again to who saw it").toBe(second);
    await finger.tapAll("recovery-noted", "settings", "recovery-new", "person-do");
    expect(await words(page, "recovery-code"), "another one").not.toBe(code);
    await finger.tap("recovery-noted");
    await page.getByTestId("settings-page").waitFor();
  });

  it("a draft with 3 people is offered after a lock, and Guardar así works", async () => {
    const page = await stage.open("scene=locked");
    const finger = new Finger(page);
    const unlock = async () => {
      await finger.tap("person");
      for (const digit of "241973") await finger.tap(`pad-${digit}`);
      await finger.tap("pad-done");
    };
    await unlock();
    await finger.tapAll("home-new", "nationality-HTI", "count-man", "count-woman", "count-girl");
    await page.waitForFunction(() => window.phone.drafts[0]?.people === 3);
    await phone(page, (memory) => memory.backend().lock());
    await page.getByTestId("unlock").waitFor();
    expect(await page.getByTestId("form-who").count(), "a locked window is empty").toBe(0);
    await unlock();
    expect(await words(page, "draft-sentence"), "what was tapped is there").toMatch(
      /^\d\d:\d\d, 3 personas$/,
    );
    await finger.tap("draft-save");
    await page.getByTestId("draft").waitFor({ state: "detached" });
    expect(await words(page, "home-saved"), "said as after a save from the form").toMatch(
      /^Guardado en este teléfono · 3 personas · BCH-[\w-]+\s+3: 1 H, 1 M, 1 niña · HTI\s+Falta completar: .+las necesidades.+\s+Deshacer \d+ s$/s,
    );
    expect(await page.getByTestId("spoken").innerText(), "aloud too").toContain("3 personas. BCH-");
    expect(await phone(page, ({ records }) => records[0]?.capture.composition), "as it was").toEqual({
      HTI: { "AA+M": 1, "AA+F": 1, "AC+F": 1 },
    });
    await finger.tap("saved-undo");
    expect(await words(page, "home-saved"), "and undone as there").toContain("Deshecho");
  });

  it("a draft that cannot be saved or discarded is said to be still there", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await finger.tapAll("home-new", "nationality-HTI", "count-man");
    await page.waitForFunction(() => window.phone.drafts[0]?.people === 1);
    await finger.tap("form-leave");
    const full = (command: string) =>
      page.evaluate(
        (name) => void window.phone.failNext.set(name, { code: "disk_full", message: "", field: null }),
        command,
      );
    await page.getByTestId("draft").waitFor();
    await full("draft_record");
    await finger.tap("draft-save");
    expect(await words(page, "home-failure"), "nothing of it is on this screen but the draft").toContain(
      "NO se guardó. El borrador sigue aquí. No queda espacio",
    );
    await full("draft_discard");
    await finger.tapAll("draft-discard", "draft-discard-yes");
    await page.getByText("No se descartó").waitFor();
    expect(await words(page, "home-failure"), "nobody had saved").not.toContain("NO se guardó");
    expect(await page.getByTestId("draft").count(), "and it is").toBe(1);
  });

  it("a save that fails keeps the data on screen and says what to do", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await finger.tapAll("home-new", "nationality-HTI", "count-man", "count-man", "form-next", "needs-none");
    await phone(
      page,
      ({ failNext }) => void failNext.set("draft_record", { code: "disk_full", message: "", field: null }),
    );
    await finger.tap("form-save");
    expect(await words(page, "form-failure"), "no doubt about it").toContain(
      "NO se guardó. Sus datos siguen en pantalla",
    );
    expect(await words(page, "form-sentence"), "they are").toContain("2: 2 H · HTI");
    await finger.tapAll("form-failure-close", "form-save");
    expect(await words(page, "saved-people"), "the second time").toBe("2 personas");
  });

  it("a draft that cannot be kept is said, and leaving does not lose a tap without being told to", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await finger.tapAll("home-new", "nationality-HTI", "count-man");
    await page.waitForFunction(() => window.phone.drafts[0]?.people === 1);
    const fill = (command: "draft_save" | "draft_start") =>
      page.evaluate(
        (name) => void window.phone.failNext.set(name, { code: "disk_full", message: "", field: null }),
        command,
      );
    await fill("draft_save");
    await finger.tap("count-woman");
    expect(await words(page, "form-failure"), "what to do").toMatch(/Borre fotos o videos.+toque Guardar/s);
    await fill("draft_save");
    await finger.tapAll("form-failure-close", "form-leave");
    expect(await words(page, "form-failure"), "what would happen").toContain("Si sale ahora, se pierde");
    await finger.tap("form-failure-close");
    expect(await words(page, "form-sentence"), "still here").toBe("2: 1 H, 1 M · HTI");
    await finger.tap("form-leave");
    expect(await words(page, "draft-sentence"), "room was made: both are in the draft").toContain(
      "2 personas",
    );
  });

  it("a typed time is that of the post's clock, whatever zone the device is in", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await finger.tapAll("home-new", "nationality-HTI", "count-man", "form-next", "form-more");
    await page.getByTestId("more-time").fill("2026-03-14T07:21");
    expect(await page.getByTestId("more-time").inputValue(), "shown as it was typed").toBe(
      "2026-03-14T07:21",
    );
    await page.waitForFunction(() => window.phone.drafts[0]?.capture.occurred_at);
    expect(await phone(page, ({ drafts }) => drafts[0]?.capture.occurred_at), "Panama's offset").toBe(
      "2026-03-14T07:21:00-05:00",
    );
  });

  it("the word Guardado is said aloud, and so is its undoing", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await finger.tapAll("home-new", "nationality-HTI", "count-man", "form-next", "needs-none", "form-save");
    await page.getByTestId("saved-title").waitFor();
    const region = page.getByTestId("spoken");
    expect(await region.innerText(), "with people and code").toMatch(
      /^Guardado en este teléfono\. 1 persona\. BCH-/,
    );
    expect(await region.getAttribute("aria-live"), "at once").toBe("assertive");
    await finger.tap("saved-undo");
    await page.getByText("Deshecho. El registro ya no cuenta.").first().waitFor();
    expect(await region.innerText(), "heard as well as seen").toContain("Deshecho");
  });

  it("undo takes the record out of the list", async () => {
    const page = await stage.open("scene=empty");
    const finger = new Finger(page);
    await finger.tapAll("home-new", "count-man", "form-next", "form-save", "saved-undo");
    expect(await words(page, "saved-undone"), "it says so").toContain("Deshecho");
    await finger.tap("saved-home");
    expect(await page.getByTestId("row").count(), "no longer in the list").toBe(0);
  });

  it("undo after a correction takes back the correction and not the record", async () => {
    const page = await stage.open("scene=empty");
    const finger = new Finger(page);
    await finger.tapAll("home-new", "nationality-HTI", "count-man", "form-next", "form-save", "saved-home");
    await finger.tapAll("row", "detail-edit", "count-man", "form-next", "form-save");
    expect(await words(page, "saved-people"), "corrected").toBe("2 personas");
    await finger.tap("saved-undo");
    expect(await words(page, "saved-undone"), "and only that is undone").toContain("Corrección deshecha");
    const [record] = await phone(page, ({ records }) => records);
    expect([record?.status, record?.capture.composition], "the record stands as it was").toEqual([
      "complete",
      { HTI: { "AA+M": 1 } },
    ]);
  });

  it("a part of a group with two totals is a part of both", async () => {
    const page = await stage.open("scene=leader");
    await phone(page, ({ records }) => {
      const record = records.find(({ others }) => others.length > 0);
      if (record) record.capture.assistance = { first_aid: 1 };
    });
    await new Finger(page).tapAll("home-two-values", "row");
    expect(await words(page, "detail-assistance"), "neither total is chosen for anybody").toMatch(
      /1 de \d+–\d+/,
    );
  });

  it("a sync counts records, says when it is done, and recording goes on meanwhile", async () => {
    const page = await stage.open("scene=day");
    await phone(page, ({ records }) => records.forEach((record) => (record.refused = null)));
    const finger = new Finger(page);
    await finger.tapAll("status-bar", "sync-now", "back", "home-new", "nationality-HTI", "count-man");
    await page.waitForFunction(() => window.phone.sync.phase === "idle" && window.phone.contacts.length > 0);
    expect(await words(page, "count-man-value"), "an open form is never reloaded").toBe("1");
    await finger.tapAll("form-leave", "status-bar");
    expect(await words(page, "sync-sentence"), "everything is at the post").toContain(
      "Listo. Todo lo de este teléfono está en el puesto",
    );
  });

  it("a record that the server did not accept is said at home and after the sync, and is led to", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await finger.tapAll("status-bar", "sync-now");
    await page.waitForFunction(() => window.phone.sync.phase === "idle" && window.phone.contacts.length > 0);
    expect(await words(page, "sync-sentence"), "not everything").toMatch(
      /^Lo demás de este teléfono está en el puesto/,
    );
    expect(await words(page, "status-bar"), "nor in the bar").toMatch(/^1\s+no aceptado · /);
    expect(await words(page, "sync-refused"), "where it is and what to do").toMatch(
      /no aceptó 1 registro.*qué hacer/,
    );
    await finger.tap("sync-refused-open");
    await page.getByText("1 registro", { exact: true }).waitFor();
    await finger.tap("row");
    expect(await words(page, "detail-refused"), "with its reason").toContain("No aceptado.");
    await finger.tapAll("back", "back", "back");
    expect(await words(page, "home-refused"), "at home too").toBe("1 no aceptado");
    await finger.tap("home-refused");
    expect(
      await page.getByTestId("filter-refused").getAttribute("aria-pressed"),
      "a filter of the list",
    ).toBe("true");
  });

  it("a sync without network says so, and that it tries again by itself", async () => {
    const page = await stage.open("scene=day");
    await phone(page, (memory) => void (memory.online = false));
    await new Finger(page).tapAll("status-bar", "sync-now");
    await page.getByTestId("sync-failure").waitFor();
    expect(await words(page, "sync-failure"), "the next act is nobody's").toMatch(
      /No hay red[\s\S]*otra vez solo a las/,
    );
    expect(await words(page, "status-unreceived"), "nothing was lost").toBe("3");
  });
});

describe("states", () => {
  it("260 records are a handful of rows in the page", async () => {
    const page = await stage.open("scene=day&records=260");
    await new Finger(page).tap("home-records");
    await page.getByTestId("row").first().waitFor();
    expect(await words(page, "records-count"), "all are counted").toBe("260 registros");
    expect(await page.getByTestId("row").count(), "few are drawn").toBeLessThan(40);
    await page.getByTestId("records-list").evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await page.waitForFunction(() => (window.phone.calls.get("rows") ?? 0) > 4);
    await page.getByText("BCH-0314").first().waitFor({ state: "attached" });
    expect(await page.getByTestId("row").count(), "few are drawn at the end too").toBeLessThan(40);
  });

  it("a slow phone is said after 300 ms, and a new form opens at once all the same", async () => {
    const page = await stage.open("scene=day&hold=rows");
    await page.getByTestId("load-slow").waitFor();
    await phone(page, ({ gate }) => gate.hold());
    await new Finger(page).tapAll("home-new", "count-man");
    expect(await words(page, "count-man-value"), "recording never waits").toBe("1");
  });

  it("a list that cannot be read says so and offers to try again", async () => {
    const page = await stage.open("scene=day");
    await phone(
      page,
      ({ failNext }) => void failNext.set("rows", { code: "internal", message: "x", field: null }),
    );
    await new Finger(page).tap("home-records");
    await page.getByTestId("load-failed").waitFor();
    expect(await page.getByTestId("records-count").count(), "nobody counted none").toBe(0);
    await new Finger(page).tap("load-retry");
    await page.getByTestId("row").first().waitFor();
  });

  it("a wrong PIN says how many tries are left, in words", async () => {
    const page = await stage.open("scene=locked");
    const finger = new Finger(page);
    await finger.tapAll("person", "pad-1", "pad-1", "pad-1", "pad-1", "pad-1", "pad-1", "pad-done");
    await page.getByText("Quedan 4 intentos").waitFor();
    expect(await words(page, "unlock-saved"), "and that nothing is lost").toBe("Guardado 11 veces, a salvo");
  });

  it.each(["es", "en"])("the pad and its three ways on fit without scrolling (%s)", async (language) => {
    const page = await stage.open(`scene=locked&language=${language}`);
    await new Finger(page).tap("person");
    expect(await scrollable(page), "a PIN is typed without looking for its keys").toEqual({
      down: 0,
      sideways: 0,
    });
  });

  it("a passphrase that was set opens the phone, and a new one is typed twice", async () => {
    const page = await stage.open("scene=locked");
    const finger = new Finger(page);
    await finger.tapAll("person", "unlock-forgot");
    const code = await phone(page, ({ people }) => people[0]?.recovery ?? "");
    await page.getByTestId("forgot-code").fill(code);
    await page.getByTestId("forgot-pin").fill("la lluvia de mayo");
    await page.getByTestId("forgot-pin-again").fill("la lluvia de marzo");
    expect(await words(page, "forgot-pin-problem"), "a slip locks nobody out").toContain("No son iguales");
    expect(await page.getByTestId("forgot-send").isDisabled(), "nor is it set").toBe(true);
    await page.getByTestId("forgot-pin-again").fill("la lluvia de mayo");
    await finger.tapAll("forgot-send", "forgot-close", "unlock-by-phrase");
    await page.getByTestId("unlock-phrase").fill("la lluvia de mayo");
    await page.keyboard.press("Enter");
    await page.getByTestId("home-new").waitFor();
  });

  it("theme and language are those of the settings before anything is painted", async () => {
    const page = await stage.open("scene=locked&theme=night&language=en");
    expect(await page.getAttribute("html", "data-theme"), "no flash").toBe("night");
    expect(await page.getByTestId("unlock").innerText(), "English from the start").toContain("Who is it?");
    expect(await page.getAttribute("html", "lang"), "readers speak English").toBe("en");
  });
});

describe("settings that could not be kept", () => {
  it("are said on the page where they were touched, until they are kept", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await phone(
      page,
      ({ failNext }) => void failNext.set("settings_write", { code: "disk_full", message: "", field: null }),
    );
    await finger.tap("theme");
    expect(await words(page, "settings-not-kept"), "the next start is as before, and why").toMatch(
      /no se guardaron.*Borre fotos/s,
    );
    await finger.tap("theme");
    await page.getByTestId("settings-not-kept").waitFor({ state: "detached" });
  });
});
