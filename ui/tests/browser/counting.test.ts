import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Finger, phone, settled, Stage, words } from "./browser";
import { cutOff, overlapping } from "./measure";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

const lastCapture = (finger: Finger) => phone(finger.page, ({ records }) => records[0]?.capture);

describe("a tap on a counter", () => {
  it("is undone one by one, also behind a change of nationality, and what is left is saved", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    const { page } = finger;
    await finger.tapAll("home-new", "nationality-HTI", "count-man", "count-man", "nationality-VEN");
    await finger.tapAll("count-woman", "count-girl", "form-undo-tap");
    expect(await words(page, "count-girl-value"), "the girl was a slip").toBe("0");
    expect(await words(page, "form-sentence"), "the sentence follows").toBe("3: 2 H, 1 M · HTI, VEN");
    await finger.tapAll("form-undo-tap", "form-undo-tap");
    expect(await words(page, "count-man-value"), "Haiti's counters again, with its two men").toBe("2");
    expect(await page.getByTestId("nationality-HTI").getAttribute("aria-pressed"), "and its tab").toBe(
      "true",
    );
    await finger.tapAll("form-next", "form-save");
    await page.getByTestId("saved-title").waitFor();
    expect((await lastCapture(finger))?.composition, "nothing undone is in the record").toEqual({
      HTI: { "AA+M": 2 },
    });
  });

  it("leaves nothing to undo at the beginning, and the key shows it", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    await finger.tap("home-new");
    const undo = finger.page.getByTestId("form-undo-tap");
    expect(await undo.isDisabled(), "nothing was tapped").toBe(true);
    await finger.tapAll("count-man", "count-minus", "count-man", "form-undo-tap");
    expect(await words(finger.page, "count-man-value"), "taking one away is a tap too").toBe("1");
    await finger.tap("form-undo-tap");
    expect(await undo.isDisabled(), "back at the beginning").toBe(true);
  });

  it("that stays opens the number pad and does not count as a tap; a short one does", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    const { page } = finger;
    await finger.tap("home-new");
    await finger.tap("count-woman");
    expect(await page.getByTestId("pad").count(), "a tap").toBe(0);
    await finger.hold("count-woman");
    expect(await words(page, "pad-value"), "the pad begins with what was tapped, not one more").toBe("1");
    await finger.tapAll("pad-1", "pad-2", "pad-erase", "pad-4");
    expect(await words(page, "pad-value"), "the first digit replaces, the next ones follow").toBe("14");
    await finger.tapAll("pad-next", "pad-3", "pad-previous");
    expect(await words(page, "pad-value"), "what was typed stays when going on").toBe("14");
    await finger.tap("pad-done");
    expect(await words(page, "count-woman-value"), "the women").toBe("14");
    expect(await words(page, "count-boy-value"), "and the boys beside them").toBe("3");
  });
});

describe("the number pad at 200 % text", () => {
  it.each([
    ["es", "count-man"],
    ["es", "count-total"],
    ["en", "count-total"],
  ])(
    "shows every key whole on the smallest phone, Listo too, without scrolling (%s, %s)",
    async (language, key) => {
      const finger = new Finger(await stage.open(`scene=day&language=${language}`));
      const { page } = finger;
      await finger.tapAll("home-new", "nationality-VEN", "count-woman");
      await (key === "count-total" ? finger.tap(key) : finger.hold(key));
      await page.getByTestId("pad").waitFor();
      await page.evaluate(() => void (document.documentElement.style.fontSize = "200%"));
      await settled(page);
      const beyond = await page
        .getByTestId("pad")
        .locator("button")
        .evaluateAll((keys) =>
          keys
            .map((one) => ({ name: one.dataset["testid"], box: one.getBoundingClientRect() }))
            .filter(({ box }) => box.top < 0 || box.bottom > window.innerHeight || box.height < 56)
            .map(({ name, box }) => `${name}: ${Math.round(box.top)} to ${Math.round(box.bottom)}`),
        );
      expect(beyond, "nobody looks for the key that ends it").toEqual([]);
      expect(await cutOff(page), "no word is cut off").toEqual([]);
      expect(await overlapping(page), "no word lies on another").toEqual([]);
    },
  );
});

describe("only the total", () => {
  it("counts who is not counted otherwise as without data, and never loses who is", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    const { page } = finger;
    await finger.tapAll("home-new", "nationality-HTI", "count-man", "count-man", "count-man", "count-total");
    expect(await page.getByTestId("pad").innerText(), "whose total").toContain("Total de Haití");
    await finger.tapAll("pad-1", "pad-2", "pad-done");
    expect(await words(page, "form-sentence"), "12, of whom 9 are not known").toBe(
      "12: 3 H, 9 sin dato · HTI",
    );
    await finger.tapAll("count-total", "pad-2");
    expect(await words(page, "pad-least"), "said at once").toBe("Ya hay 3 contados");
    const before = await page.getByTestId("pad-5").boundingBox();
    await finger.tap("pad-done");
    expect([await words(page, "pad-value"), await words(page, "pad-least")], "seen before leaving").toEqual([
      "3",
      "Ya hay 3 contados",
    ]);
    expect(await page.getByTestId("pad-5").boundingBox(), "and no key moved").toEqual(before);
    await finger.tap("pad-done");
    expect(await words(page, "form-sentence"), "three men stay three men").toBe("3: 3 H · HTI");
    await finger.tap("form-undo-tap");
    await finger.tapAll("form-next", "needs-none", "form-save");
    await page.getByTestId("saved-title").waitFor();
    expect((await lastCapture(finger))?.composition, "as it was said").toEqual({
      HTI: { "AA+M": 3, "AU+U": 9 },
    });
  });
});

describe("detailed ages", () => {
  it("go only if the person says so, from the minus key and from the pad, and come back", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    const { page } = finger;
    await phone(page, (memory) => {
      const mine = memory.records.find(
        (one) => one.author === memory.mine().name && one.status === "complete",
      );
      if (!mine) throw new Error("there is one");
      mine.capture = { ...mine.capture, composition: { VEN: { "A12+M": 3, "AA+F": 2 } } };
      mine.others = [];
      memory.records = [mine];
      memory.changed();
    });
    await finger.tapAll("home-records", "row", "detail-edit", "count-minus", "count-boy");
    expect(await words(page, "detailed-ages"), "what it costs").toContain("las edades detalladas (3)");
    await finger.tap("detailed-keep");
    expect(await words(page, "count-boy-value"), "they stay").toBe("3");
    await finger.hold("count-boy");
    await finger.tap("pad-1");
    expect(await words(page, "pad-least"), "said at the number").toContain("3 con edad detallada");
    await finger.tapAll("pad-done", "detailed-drop");
    expect(await words(page, "count-boy-value"), "one boy").toBe("1");
    await finger.tap("form-undo-tap");
    expect(await words(page, "count-boy-value"), "taken back").toBe("3");
    await finger.tapAll("count-minus", "count-boy", "detailed-drop", "form-next", "form-save");
    await page.getByTestId("saved-title").waitFor();
    expect((await lastCapture(finger))?.composition, "corrected downwards").toEqual({
      VEN: { "A12+M": 0, "AA+F": 2, "AC+M": 2 },
    });
  });
});
