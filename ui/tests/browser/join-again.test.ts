import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, phone, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

describe("a phone that was put away before its six digits were compared", () => {
  it("says that nothing is handed in until then, and goes on where it was", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await page.evaluate(() => {
      window.phone.digits = "482 615";
      window.phone.changed();
    });
    await finger.tap("status-bar");
    const said = await page.getByTestId("sync-compare").innerText();
    expect(said, "what is missing").toContain("Falta comparar las seis cifras");
    expect(await page.getByTestId("sync-now").count(), "nothing else is offered").toBe(0);
    await finger.tap("sync-compare-open");
    expect(await words(page, "enrol-digits"), "the same six").toBe("482 615");
    await finger.tap("enrol-done");
    await page.getByTestId("sync-now").waitFor();
    expect(await phone(page, ({ digits, differ }) => [digits, differ]), "compared").toEqual([null, false]);
  });
});

describe("an answer about the six digits that could not be kept", () => {
  it.each(["enrol-done", "enrol-differ"])("is said, and can be given again (%s)", async (key) => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await page.evaluate(() => {
      window.phone.digits = "482 615";
      window.phone.changed();
    });
    await finger.tapAll("status-bar", "sync-compare-open");
    await phone(
      page,
      ({ failNext }) => void failNext.set("digits_compared", { code: "disk_full", message: "", field: null }),
    );
    await finger.tap(key);
    expect(await words(page, "enrol-answer-failure"), "what to do").toMatch(
      /no se guardó.+Borre fotos o videos/,
    );
    expect(await phone(page, ({ digits }) => digits), "they still wait").toBe("482 615");
    await finger.tap(key);
    await page.getByTestId(key === "enrol-done" ? "sync-now" : "enrol-differ-what").waitFor();
  });
});

describe("a phone whose server was replaced", () => {
  it("is joined again from Ajustes, after it said where it is joined and that nothing is lost", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    const before = await phone(page, ({ records }) => records.length);
    await finger.tapAll("settings", "join-again");
    const said = await page.getByTestId("join-again-sheet").innerText();
    expect(said, "where it is joined now").toContain("unido a Bajo Chiquito, en 10.20.0.5:8444");
    expect(said, "only if asked").toContain("sólo si el comandante se lo pide");
    expect(said, "what happens with the records").toMatch(/No se pierde nada.+se le entrega/);
    await finger.tap("join-again-cancel");
    expect(await phone(page, ({ asked }) => asked), "nothing was asked of any server").toBeNull();
    await finger.tapAll("join-again", "join-again-go");
    await page.getByTestId("enrol-server").fill("10.20.0.9");
    await page.getByTestId("enrol-code").fill("K7QH3MXP");
    await finger.tap("enrol-send");
    expect(await words(page, "enrol-digits"), "compared as at the first start").toBe("482 615");
    await finger.tap("enrol-done");
    await page.getByTestId("settings-page").waitFor();
    expect(await phone(page, ({ asked }) => asked?.server), "the new one").toBe("10.20.0.9");
    expect(await phone(page, ({ records }) => records.length), "nothing was lost").toBe(before);
  });

  it("is offered it where a sync says that the server is another one, and not for want of a network", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    const fail = (error: string, error_word: string | null) =>
      page.evaluate(
        ([code, word]) => {
          const { phone } = window;
          phone.sync = { ...phone.sync, phase: "failed", error: code as never, error_word: word ?? null };
          phone.changed();
        },
        [error, error_word],
      );
    await finger.tap("status-bar");
    await fail("no_network", null);
    await page.getByTestId("sync-failure").getByText("No hay red").waitFor();
    expect(await page.getByTestId("join-again").count(), "it comes by itself").toBe(0);
    await fail("not_enrolled", "unknown_device");
    await page.getByTestId("sync-failure").getByText("no conoce este teléfono").waitFor();
    await fail("server_key_changed", null);
    await page.getByTestId("sync-failure").getByText("no es el de siempre").waitFor();
    await finger.tapAll("join-again", "join-again-go");
    await page.getByTestId("enrol").waitFor();
    await finger.tap("enrol-later");
    await page.getByTestId("sync").waitFor();
  });

  it("is offered it at the post's laptop too", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    await new Finger(page).tapAll("nav-settings", "join-again", "join-again-go");
    await page.getByTestId("enrol").waitFor();
  });
});
