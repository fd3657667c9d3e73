import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorCode } from "$lib/backend/bindings";
import { Finger, phone, Stage, words } from "./browser";
import { scrollable } from "./measure";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

const pin = async (finger: Finger, digits: string) => {
  for (const digit of digits) await finger.tap(`pad-${digit}`);
  await finger.tap("pad-done");
};

/** First start up to a step; the page speaks the language asked for. */
async function begun(language: string, until: "pin" | "code" | "join"): Promise<Finger> {
  const finger = new Finger(await stage.open("scene=first"));
  await finger.tapAll(`language-${language}`, "start-next");
  await finger.page.getByTestId("start-name").fill("Cabo Mosquera");
  await finger.tap("start-next");
  if (until === "pin") return finger;
  await pin(finger, "241973");
  await pin(finger, "241973");
  if (until === "code") return finger;
  await finger.tapAll("start-with-code", "recovery-noted");
  await finger.page.getByTestId("enrol").waitFor();
  return finger;
}

const fail = (page: Page, command: string, code: ErrorCode, field: string | null) =>
  page.evaluate(
    ([name, reason, where]) =>
      void window.phone.failNext.set(name, { code: reason, message: "shell log", field: where }),
    [command, code, field] as const,
  );

type Failure = readonly [code: ErrorCode, field: string | null, es: string, en: string];

/** What the making of the vault can answer. */
const OF_START: Failure[] = [
  ["disk_full", null, "No queda espacio", "The phone is full"],
  ["read_only", null, "No se puede escribir en la memoria", "storage cannot be written"],
  ["not_saved", null, "no pudo escribir", "could not write"],
  ["already_open", null, "ya está abierta", "already open"],
  ["not_a_vault", null, "hay otro archivo", "Another file"],
  ["vault_newer", null, "versión más nueva", "newer version"],
  ["invalid", "name", "Ese nombre no sirve", "That name cannot be used"],
  ["busy", null, "Hay otra tarea", "Another task"],
];

/** What joining can answer: the phone's own refusals, then the server's by their words. */
const OF_JOINING: Failure[] = [
  ["code_wrong", "code", "Un código tiene 8 letras", "A code has 8 letters"],
  ["code_wrong", null, "Ese código no es. Pida uno nuevo", "That is not the code"],
  ["invalid", "server", "Esa dirección no es válida", "That address is not valid"],
  ["invalid", "qr", "no es un QR de Bitácora", "not a QR of Bitácora"],
  ["no_network", null, "No hay red hasta el servidor", "The server cannot be reached"],
  ["server_unknown", null, "No se encuentra el servidor", "The server cannot be found"],
  ["server_key_changed", null, "otro servidor, no el del QR", "not the one of the QR"],
  ["code_wrong", "code_wrong", "Ese código no es, y ya no sirve", "cannot be used any more"],
  ["code_wrong", "code_foreign", "Este servidor no dio ese código", "did not issue"],
  ["code_used", "code_used", "Ese código ya se usó", "That code was used"],
  ["code_expired", "code_expired", "Ese código venció", "expired"],
  ["server_refused", "already_enrolled", "ya está unido a este servidor", "already"],
  ["server_refused", "not_started", "Tardó demasiado", "too long"],
  ["server_refused", "version", "versiones que no se entienden", "versions"],
  ["revoked", "revoked", "dado de baja", "revoked"],
  ["busy", "busy", "ocupado uniendo otros teléfonos", "busy"],
];

describe.each([
  ["es", 2],
  ["en", 3],
] as const)("first start in %s", (language, column) => {
  it("tells each failure of the vault apart, and the way goes on from there", async () => {
    const finger = await begun(language, "code");
    const seen: string[] = [];
    for (const failure of OF_START) {
      await fail(finger.page, "start", failure[0], failure[1]);
      await finger.tap("start-without-code");
      await finger.page.getByTestId("start-failure").getByText(failure[column]).waitFor();
      seen.push(await words(finger.page, "start-failure"));
    }
    expect(new Set(seen).size, "no two failures share a sentence").toBe(OF_START.length);
    expect(seen.join(" "), "nobody reads the shell's log").not.toContain("shell log");
    await finger.tap("start-without-code");
    expect(await finger.page.getByTestId("recovery-code").innerText(), "nothing typed was lost").toBeTruthy();
  });

  it("tells each failure of joining apart, and the way goes on from there", async () => {
    const finger = await begun(language, "join");
    const { page } = finger;
    await page.getByTestId("enrol-server").fill("10.20.0.5");
    await page.getByTestId("enrol-code").fill("k7qh3mxp");
    const seen: string[] = [];
    for (const failure of OF_JOINING) {
      await fail(page, "enrol", failure[0], failure[1]);
      await finger.tap("enrol-send");
      await page.getByTestId("enrol-failure").getByText(failure[column]).waitFor();
      seen.push(await words(page, "enrol-failure"));
    }
    expect(new Set(seen).size, "no two failures share a sentence").toBe(OF_JOINING.length);
    expect(seen.join(" "), "nobody reads the shell's log").not.toContain("shell log");
    await finger.tap("enrol-send");
    expect(await words(page, "enrol-digits"), "the code that was typed in small letters").toBe("482 615");
  });
});

describe("the PIN", () => {
  it("is asked for again when it is easy, when the two differ, and never with fewer than six digits", async () => {
    const finger = await begun("es", "pin");
    const { page } = finger;
    await finger.tapAll("pad-2", "pad-4", "pad-1", "pad-9", "pad-7");
    expect(await page.getByTestId("pad-done").isDisabled(), "five digits are too few").toBe(true);
    await finger.tapAll("pad-3", "pad-done");
    await pin(finger, "241974");
    expect(await page.getByTestId("start-step-pin").innerText(), "they differ").toContain("No son iguales");
    await pin(finger, "123456");
    await pin(finger, "123456");
    await finger.tap("start-without-code");
    await page.getByTestId("start-step-pin").waitFor();
    expect(await words(page, "start-failure"), "what makes a good one").toContain("fácil de adivinar");
    expect(await page.getByTestId("start-step-pin").innerText(), "chosen anew").toContain("Elija un PIN");
    expect(await scrollable(page), "its keys stay on the screen").toEqual({ down: 0, sideways: 0 });
  });
});

describe("a passphrase", () => {
  it.each(["es", "en"])("is offered beside a pad that stays on the screen (%s)", async (language) => {
    const { page } = await begun(language, "pin");
    await page.getByTestId("start-by-phrase").waitFor();
    expect(await scrollable(page), "a PIN is typed without looking for its keys").toEqual({
      down: 0,
      sideways: 0,
    });
  });

  it("may take the place of the PIN from the first start, by the rules of Ajustes", async () => {
    const finger = await begun("es", "pin");
    const { page } = finger;
    await finger.tapAll("pad-2", "pad-4", "start-by-phrase");
    const write = (testid: string, text: string) => page.getByTestId(testid).fill(text);
    await write("start-phrase", "lluvia");
    await write("start-phrase-again", "lluvia");
    expect(await words(page, "start-phrase-problem"), "six letters are too few").toContain("Es corto");
    await write("start-phrase", "la lluvia de mayo");
    await write("start-phrase-again", "la lluvia de marzo");
    expect(await words(page, "start-phrase-problem"), "a slip locks nobody out").toContain("No son iguales");
    expect(await page.getByTestId("start-phrase-next").isDisabled(), "nor is it taken").toBe(true);
    await write("start-phrase-again", "la lluvia de mayo");
    await finger.tapAll("start-phrase-next", "start-without-code", "recovery-noted", "start-skip", "lock");
    await finger.tap("unlock-by-phrase");
    await write("unlock-phrase", "la lluvia de mayo");
    await finger.tap("unlock-open");
    await page.getByTestId("home-new").waitFor();
  });

  it("gives way to digits again, from nothing", async () => {
    const finger = await begun("es", "pin");
    await finger.tap("start-by-phrase");
    await finger.page.getByTestId("start-phrase").fill("la lluvia de mayo");
    await finger.tap("start-by-digits");
    await pin(finger, "241973");
    await pin(finger, "241973");
    await finger.page.getByTestId("start-step-code").waitFor();
  });

  it("may be that of a person who is added", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await finger.tapAll("settings", "person-add");
    await page.getByTestId("person-name").fill("Agte. Bailarín");
    for (const testid of ["person-pin", "person-pin-again"])
      await page.getByTestId(testid).fill("la lluvia de mayo");
    await finger.tapAll("person-do", "recovery-noted");
    const kept = await phone(page, ({ people }) => people.at(-1)?.pin);
    expect(kept, "as it was typed").toBe("la lluvia de mayo");
  });
});

describe("a keyboard", () => {
  it("types the PIN of a laptop's first start", async () => {
    const { page } = await begun("es", "pin");
    for (const _turn of [1, 2]) {
      await page.keyboard.type("2419733");
      await page.keyboard.press("Backspace");
      await page.keyboard.press("Enter");
    }
    await page.getByTestId("start-step-code").waitFor();
  });
});

describe("six digits that differ", () => {
  it("are an answer of their own: what it may mean, what to do, and a new code", async () => {
    const finger = await begun("es", "join");
    const { page } = finger;
    await page.getByTestId("enrol-server").fill("10.20.0.5");
    await page.getByTestId("enrol-code").fill("K7QH3MXP");
    await finger.tapAll("enrol-send", "enrol-differ");
    const what = await words(page, "enrol-differ-what");
    expect(what, "who acts").toContain("dé de baja este teléfono en Equipos");
    expect(what, "and that nothing is lost").toContain("Lo anotado sigue aquí");
    await finger.tap("enrol-again");
    expect(await page.getByTestId("enrol-code").inputValue(), "that code is spent").toBe("");
    expect(await page.getByTestId("enrol-server").inputValue(), "the address is still right").toBe(
      "10.20.0.5",
    );
    await page.getByTestId("enrol-code").fill("K7QH3MXP");
    await finger.tapAll("enrol-send", "enrol-done");
    await page.getByTestId("start-step-practice").waitFor();
  });
});
