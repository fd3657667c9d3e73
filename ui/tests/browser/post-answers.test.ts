import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, phone, Stage, tabTo, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

/** Each page of the post that reads something: how it is opened, what it asks, and what shows that it is there. */
const PAGES = [
  ["nav-today", "today", "today-table"],
  ["nav-records", "rows", "row"],
  ["nav-records", "detail", "detail-sentence"],
  ["nav-decide", "decide", "decide-two_values"],
  ["nav-teams", "teams", "teams-table"],
  ["nav-day", "today", "today-table"],
] as const;

describe.each(PAGES)("%s, which asks for %s", (nav, command, there) => {
  async function opened() {
    const page = await stage.open("scene=post", LAPTOP);
    const finger = new Finger(page);
    await finger.tap("nav-settings");
    await page.getByTestId("settings-page").waitFor();
    return { page, finger };
  }

  it("says that it is reading when the answer is late, and shows it when it comes", async () => {
    const { page, finger } = await opened();
    await page.evaluate((name) => window.phone.gate.hold(name), command);
    await finger.tap(nav);
    await page.getByTestId("load-slow").waitFor();
    expect(await words(page, "load-slow"), "nobody looks at an empty page").toBe("Un momento…");
    expect(await page.getByTestId("load-failed").count(), "nothing has failed").toBe(0);
    await phone(page, ({ gate }) => gate.letGo());
    await page.getByTestId(there).first().waitFor();
    await page.getByTestId("load-slow").waitFor({ state: "detached" });
  });

  it("says why it could not be read and what to do, by keyboard too", async () => {
    const { page, finger } = await opened();
    await page.evaluate(
      (name) => void window.phone.failNext.set(name, { code: "disk_full", message: "E17", field: null }),
      command,
    );
    await finger.tap(nav);
    await page.getByTestId("load-failed").waitFor();
    expect(await words(page, "load-failed"), "why, and what helps").toMatch(
      /No se pudo leer\. .*No queda espacio.*Borre fotos o videos/s,
    );
    // Beside the list Enter leads past its rows.
    if (command === "detail") for (const key of ["ArrowUp", "Enter"]) await page.keyboard.press(key);
    await tabTo(page, "load-retry");
    await page.keyboard.press("Enter");
    await page.getByTestId(there).first().waitFor();
    expect(await page.getByTestId("load-failed").count(), "that is over").toBe(0);
  });
});
