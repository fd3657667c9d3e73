import { afterEach, describe, expect, it } from "vitest";
import { LISTS } from "../../../tests/backend/lists";
import { t, texts } from "$lib/text/text.svelte";
import { roleInWords } from "./team-words";

afterEach(() => void (texts.vocabulary = "pa"));

describe("what a device may do", () => {
  it("is said in the words of the post, and by the code list where those are everybody's", () => {
    const said = () =>
      (["patrol_leader", "post_commander", "medic"] as const).map((role) => roleInWords(role, LISTS));
    expect(said(), "Panama").toEqual(["Jefe de patrulla", "Comandante de puesto", "Paramédico"]);
    texts.vocabulary = "mx";
    expect(said(), "Mexico").toEqual(["Jefe de recorrido", "Coordinador de módulo", "Paramédico"]);
  });

  it("goes on foot along the same word as everywhere", () => {
    const said = t("decide.repeat", { time: "20 min", metres: 900, pace: 2.7, people: 1 });
    expect(said, "a trail is a sendero").toContain("km/h por el sendero");
  });
});
