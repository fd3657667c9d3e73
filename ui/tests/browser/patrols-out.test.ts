import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, phone, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

/** Another team's patrol that is out. */
const letOut = (page: Parameters<typeof phone>[0]) =>
  phone(page, (memory) => {
    memory.othersOut = [
      {
        patrol_id: "pat7",
        code: "BCH-0313-1",
        departed_at: new Date(Date.now() - 26 * 3_600_000).toISOString(),
        people: ["Cabo Membache"],
        device_name: "Patrulla Canaán",
        encounters: 3,
        this_device: false,
      },
    ];
  });

describe("a patrol that its team does not close", () => {
  it("is closed by the commander, who is told whose it is, since when, and what happens", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tap("nav-teams");
    expect(await words(page, "patrol-out"), "whose and since when").toMatch(
      /^Patrulla BCH-0313-1\s+Patrulla Canaán: Cabo Membache, Sgto\. Caisamo\s+Fuera desde las \d\d:\d\d, .+ · 3 encuentros aquí\s+Cerrar la patrulla$/s,
    );
    await finger.tap("patrol-close");
    const question = await words(page, "patrol-close-sheet");
    expect(question).toMatch(/¿Cerrar la patrulla BCH-0313-1\?/);
    expect(question, "whose").toMatch(/Patrulla Canaán: Cabo Membache, Sgto\. Caisamo\. Fuera desde las/);
    expect(question, "that there is no way back").toContain("No se puede deshacer");
    await finger.tap("patrol-close-sheet-close");
    expect(await page.getByTestId("patrol-out").count(), "asked, and not done").toBe(1);
    await finger.tapAll("patrol-close", "patrol-close-yes");
    await page.getByTestId("patrol-out").waitFor({ state: "detached" });
    expect(await words(page, "patrols-closed")).toContain("Patrulla BCH-0313-1: ya no está fuera");
    expect(await words(page, "patrols-out")).toContain("Ninguna patrulla está fuera");
    expect(await phone(page, ({ othersOut }) => othersOut.length)).toBe(0);
  });

  it("stays in the list if it could not be closed, and goes from it if its team has closed it", async () => {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tap("nav-teams");
    await phone(
      page,
      ({ failNext }) => void failNext.set("patrol_close", { code: "disk_full", message: "", field: null }),
    );
    await finger.tapAll("patrol-close", "patrol-close-yes");
    expect(await words(page, "patrols-failure"), "why").toContain("No queda espacio");
    expect(await page.getByTestId("patrol-out").count(), "it is out").toBe(1);
    await finger.tap("patrol-close");
    await phone(page, (memory) => void (memory.othersOut = []));
    await finger.tap("patrol-close-yes");
    await page.getByTestId("patrol-out").waitFor({ state: "detached" });
    expect(await words(page, "patrols-failure")).toBe("Esa patrulla ya había vuelto.");
  });

  it("is closed by a leader on the phone, and a member does not see it", async () => {
    for (const [scene, sees] of [
      ["leader", 1],
      ["day", 0],
    ] as const) {
      const page = await stage.open(`scene=${scene}`);
      const finger = new Finger(page);
      await letOut(page);
      await finger.tapAll("patrol-leave", "leave-go", "patrol-return");
      await page.getByTestId("return-go").waitFor();
      if (sees === 0) {
        // What a leader would be shown has been asked for by now, or never is.
        expect(await phone(page, ({ calls }) => calls.get("patrols_out") ?? 0), "nobody asks").toBe(0);
        expect(await page.getByTestId("patrols-out").count(), scene).toBe(0);
        continue;
      }
      await page.getByTestId("patrol-out").waitFor();
      expect(await page.getByTestId("patrol-out").count(), "the own one is closed by Volver").toBe(1);
      await finger.tapAll("patrol-close", "patrol-close-yes");
      await page.getByTestId("patrol-out").waitFor({ state: "detached" });
      expect(await phone(page, ({ patrol }) => patrol?.code), "the own one stays out").toBe("BCH-0314-2");
    }
  });
});
