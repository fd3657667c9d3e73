import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Finger, phone, Stage, words } from "./browser";

let stage: Stage;
beforeAll(async () => void (stage = await Stage.set()));
afterAll(() => stage.strike());

describe("two values, before a leader", () => {
  let finger: Finger;
  let id: string;

  /** The record on screen said 8; another team said 9. */
  beforeEach(async () => {
    finger = new Finger(await stage.open("scene=leader"));
    id = await phone(finger.page, (memory) => {
      const [record] = memory.records.filter(({ others }) => others.length > 0);
      const [other] = record?.others ?? [];
      if (!record || !other) throw new Error("no record with two values");
      record.capture.composition = { VEN: { "AA+M": 8 } };
      record.author = "Cabo 17";
      Object.assign(other, { nationality: "VEN", count: 9 });
      for (const rest of memory.records) if (rest !== record) rest.others = [];
      memory.changed();
      return record.id;
    });
    await finger.tapAll("home-two-values", "row", "detail-choose");
    await finger.page.getByTestId("two-values").waitFor();
  });

  const men = () =>
    finger.page.evaluate((wanted) => {
      const record = window.phone.records.find((one) => one.id === wanted);
      return [record?.capture.composition?.["VEN"]?.["AA+M"], record?.others.length];
    }, id);

  it("are asked about without blame", async () => {
    expect(await words(finger.page, "two-values-question"), "who, what and when").toMatch(
      /^Dos equipos anotaron distinto\. Hombres, Venezuela: Cabo 17 puso 8 \(\d\d:\d\d(, ayer)?\), Sgto\. 04 puso 9 \(\d\d:\d\d(, ayer)?\)\. ¿Cuál queda\?$/,
    );
  });

  it.each([8, 9])("%i is kept, and it is said that both stay in the history", async (value) => {
    await finger.tap(`keep-${value}`);
    expect(await words(finger.page, "conflict-done"), "decided, nothing lost").toContain("historial");
    expect(await men(), "the one chosen, and no other left").toEqual([value, 0]);
  });

  it("a third number is kept when both were wrong", async () => {
    await finger.tap("keep-other");
    expect(await words(finger.page, "pad-value"), "nothing is proposed").toBe("–");
    await finger.tapAll("pad-1", "pad-1", "pad-done");
    await finger.page.getByTestId("conflict-done").waitFor();
    expect(await men(), "eleven").toEqual([11, 0]);
  });

  it("leaving the pad by its cross chooses nothing", async () => {
    await finger.tap("keep-other");
    await finger.tapAll("pad-1", "pad-close");
    await finger.page.getByTestId("two-values").waitFor();
    expect(await men(), "both are still there").toEqual([8, 1]);
  });

  it("later decides nothing, and they are asked about again", async () => {
    await finger.tap("keep-later");
    await finger.page.getByTestId("conflict-back").waitFor();
    expect(await finger.page.getByTestId("conflict-done").count(), "nothing was decided").toBe(0);
    expect(await men(), "both are still there").toEqual([8, 1]);
    await finger.tapAll("conflict-back", "detail-choose");
    await finger.page.getByTestId("two-values").waitFor();
  });

  it("a choice that does not arrive says so and can be made again", async () => {
    await phone(
      finger.page,
      ({ failNext }) => void failNext.set("choose", { code: "disk_full", message: "", field: null }),
    );
    await finger.tap("keep-9");
    expect(await words(finger.page, "conflict-failure"), "with what to do").toContain("espacio");
    await finger.tap("keep-9");
    await finger.page.getByTestId("conflict-done").waitFor();
    expect(await men(), "the second time").toEqual([9, 0]);
  });
});

describe("two values, before a member", () => {
  it("are seen, both, and not chosen: it says who decides", async () => {
    const finger = new Finger(await stage.open("scene=day"));
    await finger.tapAll("home-two-values", "row", "detail-choose");
    const card = finger.page.getByTestId("two-values");
    await card.waitFor();
    expect(await card.getByRole("listitem").count(), "both are there").toBe(2);
    expect(await finger.page.locator("[data-testid^=keep-]").count(), "no key chooses").toBe(0);
    expect(await card.innerText(), "who does").toContain("Lo decide el jefe de patrulla");
  });
});

describe("two values that are not there at once", () => {
  it("are said to be read, and can be read again where that failed", async () => {
    const page = await stage.open("scene=leader");
    const finger = new Finger(page);
    await finger.tapAll("home-two-values", "row");
    await page.getByTestId("detail-choose").waitFor();
    await phone(page, ({ gate }) => gate.hold("detail"));
    await finger.tap("detail-choose");
    await page.getByTestId("load-slow").waitFor();
    await phone(page, ({ gate }) => gate.letGo());
    await page.getByTestId("two-values").waitFor();
    await finger.tap("back");
    await page.getByTestId("detail-choose").waitFor();
    await phone(
      page,
      ({ failNext }) => void failNext.set("detail", { code: "internal", message: "E17", field: null }),
    );
    await finger.tap("detail-choose");
    await page.getByTestId("load-failed").waitFor();
    await finger.tap("load-retry");
    await page.getByTestId("two-values").waitFor();
  });
});

describe("two values of what only describes", () => {
  const open = async (scene: string) => {
    const finger = new Finger(await stage.open(`scene=${scene}`));
    await phone(finger.page, (memory) => {
      const [record] = memory.records;
      if (!record) throw new Error("there are records");
      for (const one of memory.records) Object.assign(one, { others: [], refused: null });
      record.stated = [
        {
          field: "place_id",
          label: "Lugar",
          kind: "descriptive",
          values: ["Bajo Chiquito", "loma"].map((text, index) => ({
            value: text,
            text,
            author: `Cabo ${index}`,
            at: record.savedAt,
            choice: String(index),
          })),
          may_choose: true,
        },
      ];
      memory.changed();
    });
    return finger;
  };

  it("the other is told in the record, and a leader may choose it; nobody must", async () => {
    const finger = await open("leader");
    const { page } = finger;
    expect(await page.getByTestId("home-two-values").count(), "nothing waits for anybody").toBe(0);
    await finger.tap("row");
    expect(await words(page, "detail-also-place_id"), "the other stays visible").toContain(
      "Lugar: dos equipos anotaron distinto, también «loma».",
    );
    expect(await page.getByTestId("detail-two-values").count(), "no question").toBe(0);
    await finger.tap("detail-also-open-place_id");
    expect(await words(page, "two-values-question"), "who and when").toContain("Cabo 1 puso loma");
    await finger.tap("keep-later");
    await finger.tapAll("detail-also-open-place_id", "keep-loma");
    expect(await words(page, "conflict-done"), "both stay in the history").toContain("historial");
    await finger.tap("conflict-back");
    await page.getByTestId("detail").waitFor();
    expect(await page.getByTestId("detail-also-place_id").count(), "one value is left").toBe(0);
  });

  it("a member sees both, one tap away", async () => {
    const finger = await open("day");
    await finger.tapAll("row", "detail-also-open-place_id");
    expect(await words(finger.page, "two-values"), "who stated what").toMatch(/Bajo Chiquito[^]+loma/);
    expect(await finger.page.getByTestId("keep-loma").count(), "a leader's").toBe(0);
  });

  it("the post reads it beside the list", async () => {
    const page = await stage.open("scene=post", { width: 1280, height: 800 });
    await phone(page, (memory) => {
      const [record] = memory.records;
      const values = ["uno", "loma"].map((text, index) => ({
        value: text,
        text,
        author: `Cabo ${index}`,
        at: record?.savedAt ?? "",
        choice: String(index),
      }));
      if (record)
        record.stated = [
          { field: "setting", label: "Entorno", kind: "descriptive", values, may_choose: true },
        ];
      memory.changed();
    });
    const finger = new Finger(page);
    await finger.tapAll("nav-records", "detail-also-open-setting", "keep-loma");
    await page.getByTestId("conflict-done").waitFor();
  });
});
