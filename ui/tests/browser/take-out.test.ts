import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, phone, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

describe("Sacar mis registros", () => {
  it("says that it works, then where the file is and how many records are in it", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await finger.tap("status-bar");
    await phone(page, (memory) => void (memory.slowMs = 800));
    await finger.tap("sync-export");
    const key = page.getByTestId("sync-export");
    expect(await key.innerText(), "nobody waits before a silent key").toContain("Sacando");
    expect(await key.isDisabled(), "one file at a time").toBe(true);
    expect(await words(page, "sync-exported"), "those that nobody has received yet").toMatch(
      /^3 registros en Documentos\/\S+\.sobre$/,
    );
    expect(await key.innerText(), "and once more, if one likes").toContain("Sacar mis registros");
  });

  it("says why it failed and leaves no word of an earlier file beside it; the next try is fresh", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await finger.tapAll("status-bar", "sync-export");
    await page.getByTestId("sync-exported").waitFor();
    await phone(
      page,
      ({ failNext }) => void failNext.set("records_export", { code: "disk_full", message: "", field: null }),
    );
    await finger.tap("sync-export");
    expect(await words(page, "sync-command-failure"), "with what to do").toContain("Borre fotos o videos");
    expect(await page.getByTestId("sync-exported").count(), "this file was not written").toBe(0);
    await finger.tap("sync-export");
    await page.getByTestId("sync-exported").waitFor();
    expect(await page.getByTestId("sync-command-failure").count(), "space was made").toBe(0);
  });

  it("says that there is nothing to take out where everything was received", async () => {
    const page = await stage.open("scene=day");
    await phone(page, (memory) => {
      for (const record of memory.records) record.place = "at_post";
      memory.changed();
    });
    await new Finger(page).tapAll("status-bar", "sync-export");
    expect(await words(page, "sync-exported"), "no file of nothing is praised").toContain(
      "Todo está recibido",
    );
  });

  it("says that only a post can open it while the phone has none", async () => {
    const page = await stage.open("scene=one");
    await new Finger(page).tap("status-bar");
    expect(await page.getByTestId("sync-export").isDisabled(), "for whom would it be sealed").toBe(true);
    expect(await page.getByTestId("sync-export-hint").innerText(), "the next act").toContain(
      "primero hay que unir",
    );
  });
});
