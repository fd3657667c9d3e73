import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, phone, settled, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

describe("Sacar mis registros", () => {
  it("says that it works, then where the file is and how many records are in it", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await finger.tap("status-bar");
    await phone(page, ({ gate }) => gate.hold("records_export"));
    await finger.tap("sync-export");
    const key = page.getByTestId("sync-export");
    expect(await key.innerText(), "nobody waits before a silent key").toContain("Sacando");
    expect(await key.isDisabled(), "one file at a time").toBe(true);
    await phone(page, ({ gate }) => gate.letGo());
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

  it("says of a file what was in it, also after the post has received that by another road", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await phone(page, (memory) => {
      memory.records.forEach((record) => (record.place = "at_post"));
      memory.othersUnreceived = 2;
      memory.changed();
    });
    await finger.tapAll("status-bar", "sync-export");
    const said = await words(page, "sync-exported");
    expect(said, "what it holds").toContain("2 salidas o deshechos");
    await phone(page, (memory) => {
      memory.othersUnreceived = 0;
      memory.contacts = [{ at: new Date().toISOString(), ok: true, sent: 2, received: 0, code: null }];
      memory.changed();
    });
    await settled(page);
    expect(await words(page, "sync-exported"), "it still does").toBe(said);
  });

  it("says on a copied phone what helps, and that the file lacks what is new", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await phone(page, (memory) => {
      memory.isCopied = true;
      memory.changed();
    });
    expect(await words(page, "status-bar"), "on every page").toContain("tiene un gemelo");
    await finger.tap("status-bar");
    expect(await words(page, "sync-copied"), "why and what to do").toMatch(
      /tiene un gemelo.*Pida un código/s,
    );
    await finger.tap("sync-export");
    expect(await words(page, "sync-left-out"), "nobody carries an empty file for three records").toContain(
      "3 registros no van",
    );
    expect(await words(page, "sync-exported"), "nothing is praised").toContain("Ningún registro va completo");
    await finger.tapAll("join-again", "join-again-go");
    await page.getByTestId("enrol-code").waitFor();
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

  it("never says so of an outing or something undone that the post has not received", async () => {
    const page = await stage.open("scene=day");
    const finger = new Finger(page);
    await phone(page, (memory) => {
      for (const record of memory.records) Object.assign(record, { place: "at_post", refused: null });
      memory.othersUnreceived = 1;
      memory.changed();
    });
    expect(await words(page, "status-bar"), "in the bar of every page").toMatch(
      /^1\s+salida o deshecho sin recibir · /,
    );
    await finger.tap("status-bar");
    expect(await page.getByTestId("sync").innerText(), "nor beside the tick").not.toMatch(/Listo|Todo /);
    expect(await page.locator(".progress svg").count(), "which is not there").toBe(0);
    expect(await words(page, "sync-others"), "in full").toContain("aún no recibe una salida o un registro");
    await finger.tap("sync-export");
    expect(await words(page, "sync-exported"), "the file holds it").toContain("una salida o un deshecho");
  });

  it("tells what a former post lacks, and where it goes", async () => {
    const page = await stage.open("scene=day");
    await new Finger(page).tap("status-bar");
    expect(await page.getByTestId("sync-former").count(), "this phone has left no post").toBe(0);
    await phone(page, (memory) => {
      memory.formerUnreceived = 1;
      memory.changed();
    });
    expect(await words(page, "sync-former"), "no other post is told").toContain("de un puesto anterior");
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
