import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, phone, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

describe("what a new server lacks of phones that are gone", () => {
  it("is handed in by the commander, who is told whose it is and for when that is", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await phone(page, (memory) => {
      memory.absent = { records: 2, others: 1, people: ["Cabo Membache", "Sgto. Caisamo"] };
    });
    await finger.tap("status-bar");
    expect(await words(page, "absent")).toContain(
      "2 registros y una salida o un deshecho de Cabo Membache, Sgto. Caisamo.",
    );
    await finger.tap("absent-hand-in");
    const question = await words(page, "absent-sheet");
    expect(question, "for when it is").toContain("ya no van a venir");
    expect(question, "what it cannot do").toContain("permisos de un miembro");
    expect(question, "and that there is no way back").toContain("No se puede deshacer");
    await finger.tap("absent-sheet-close");
    expect(await phone(page, ({ calls }) => calls.get("hand_in_for_absent") ?? 0), "asked only").toBe(0);
    await finger.tapAll("absent-hand-in", "absent-yes");
    expect(await words(page, "absent-handed-in"), "how many").toContain(
      "2 registros y una salida o un deshecho.",
    );
    await page.getByTestId("absent").waitFor({ state: "detached" });
  });

  it("is not spoken of where there is nothing, and stays if it could not be handed in", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tap("status-bar");
    await page.getByTestId("sync-contacts").waitFor();
    await page.waitForFunction(() => (window.phone.calls.get("absent") ?? 0) > 0);
    expect(await page.getByTestId("absent").count(), "nothing to do").toBe(0);
    // A contact has shown it; the page asks again after each.
    await phone(page, (memory) => {
      memory.absent = { records: 1, others: 0, people: [] };
      memory.failNext.set("hand_in_for_absent", { code: "disk_full", message: "", field: null });
      memory.acted();
    });
    expect(await words(page, "absent"), "of nobody who is known here").toContain(": 1 registro.");
    await finger.tapAll("absent-hand-in", "absent-yes");
    expect(await words(page, "sync-command-failure")).toContain("No queda espacio");
    expect(await page.getByTestId("absent").count(), "it is still to do").toBe(1);
    expect(await page.getByTestId("absent-handed-in").count()).toBe(0);
  });
});
