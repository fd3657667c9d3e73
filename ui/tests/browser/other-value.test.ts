import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, LAPTOP, phone, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

/** How often anybody has chosen between two values. */
const chosen = (page: Page) => phone(page, ({ calls }) => calls.get("choose") ?? 0);

/** The pad of *Otro*, where two values wait: on the leader's phone and at the post. */
const pads: [where: string, open: () => Promise<Finger>][] = [
  [
    "the leader's phone",
    async () => {
      const finger = new Finger(await stage.open("scene=leader"));
      await finger.tapAll("home-two-values", "row", "detail-choose", "keep-other");
      return finger;
    },
  ],
  [
    "the post",
    async () => {
      const finger = new Finger(await stage.open("scene=post", LAPTOP));
      await finger.tapAll("nav-decide", "keep-other");
      return finger;
    },
  ],
];

describe.each(pads)("a value that is neither, on %s", (_where, open) => {
  it("is decided by Listo, after it was typed", async () => {
    const finger = await open();
    expect(await words(finger.page, "pad-value"), "neither of the two is put there beforehand").toBe("–");
    expect(await finger.page.getByTestId("pad-done").isDisabled(), "nothing is typed yet").toBe(true);
    await finger.tapAll("pad-1", "pad-7", "pad-done");
    await finger.page.getByTestId("pad").waitFor({ state: "detached" });
    const stated = await phone(finger.page, ({ records }) =>
      records
        .flatMap(({ history }) => history.filter(({ event }) => event === "chosen"))
        .map(({ after }) => after),
    );
    expect(stated, "what was typed, for everybody").toEqual(["17"]);
  });

  it("is not decided by the cross or by Esc, typed or not", async () => {
    const finger = await open();
    await finger.tap("pad-close");
    await finger.page.getByTestId("pad").waitFor({ state: "detached" });
    await finger.tapAll("keep-other", "pad-7", "pad-close", "keep-other");
    await finger.page.keyboard.press("7");
    await finger.page.keyboard.press("Escape");
    await finger.page.getByTestId("pad").waitFor({ state: "detached" });
    expect(await chosen(finger.page), "who changes his mind has decided nothing").toBe(0);
    expect(await finger.page.getByTestId("two-values-question").count(), "it still waits").toBeGreaterThan(0);
  });

  it("is typed and decided by keyboard", async () => {
    const { page } = await open();
    await page.keyboard.press("Enter");
    expect(await page.getByTestId("pad").count(), "Enter alone is no answer").toBe(1);
    await page.keyboard.type("12");
    await page.keyboard.press("Enter");
    await page.getByTestId("pad").waitFor({ state: "detached" });
    expect(await chosen(page), "Enter is Listo").toBe(1);
  });
});
