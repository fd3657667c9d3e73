import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, meanwhile, phone, settled, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

/** The commander looks at a record that a team has handed in, in a window as narrow as a phone. */
async function opened(): Promise<{ page: Page; finger: Finger }> {
  const page = await stage.open("scene=post");
  const finger = new Finger(page);
  await phone(page, ({ records }) => {
    const [record] = records;
    if (record) Object.assign(record, { status: "submitted", author: "Cabo 17", others: [] });
  });
  await finger.tapAll("home-records", "row");
  await page.getByTestId("review-approve").waitFor();
  return { page, finger };
}

/** Somebody else's change comes, and at once a finger that was on its way. */
const changeUnder = (page: Page, testid: string) =>
  page.evaluate(async (name) => {
    const [stored] = window.phone.records;
    if (!stored) throw new Error("it is on screen");
    stored.version += 1;
    window.phone.changed(stored.id);
    while (!document.querySelector("[data-testid=review-changed]"))
      await new Promise((later) => setTimeout(later));
    document.querySelector<HTMLElement>(`[data-testid=${name}]`)?.click();
  }, testid);

describe("a record in a narrow window that another device changes", () => {
  it.each(["review-approve", "review-return", "detail-void"])(
    "is not judged by a tap that was meant for what stood there, and says that it changed (%s)",
    async (key) => {
      const { page, finger } = await opened();
      await changeUnder(page, key);
      expect(await words(page, "review-changed"), "why").toBe("Acaba de cambiar");
      expect(await phone(page, ({ calls }) => calls.get("review") ?? 0), "nobody has read it").toBe(0);
      expect(await page.getByTestId("void-sheet").count(), "nor is a reason asked").toBe(0);
      await meanwhile(page);
      await finger.tap("review-approve");
      await page.getByTestId("review-approve").waitFor({ state: "detached" });
      expect(await phone(page, ({ records }) => records[0]?.status), "a tap that was meant").toBe("reviewed");
    },
  );

  it("is not approved by the second tap of the one that opened it", async () => {
    const { page, finger } = await opened();
    await finger.tap("back");
    await page.evaluate(async () => {
      document.querySelector<HTMLElement>("[data-testid=row]")?.click();
      while (!document.querySelector("[data-testid=review-approve]"))
        await new Promise((later) => setTimeout(later));
      document.querySelector<HTMLElement>("[data-testid=review-approve]")?.click();
    });
    await settled(page);
    expect(await phone(page, ({ calls }) => calls.get("review") ?? 0), "nobody has read it").toBe(0);
  });

  it.each([
    ["detail-void", "void_record"],
    ["review-return", "review"],
  ])(
    "gets the reason of the one who read it, not of what came behind the sheet (%s)",
    async (key, command) => {
      const { page, finger } = await opened();
      await finger.tap(key);
      await phone(page, (memory) => {
        const [stored] = memory.records;
        if (!stored) throw new Error("it is on screen");
        stored.version += 1;
        memory.changed(stored.id);
      });
      await page.getByTestId("review-changed").waitFor({ state: "attached" });
      await page.locator("[data-testid=void-sheet] .key:not([aria-disabled])").first().click();
      // The phone in memory refuses an act at any other version than its own: so it was at the one that was read.
      expect(await words(page, "detail-failure"), "the older one").toContain("cambió mientras tanto");
      const [calls, status] = await phone(
        page,
        ({ calls, records }) => [[...calls], records[0]?.status] as const,
      );
      expect([new Map(calls).get(command), status], "asked once").toEqual([1, "submitted"]);
    },
  );
});
