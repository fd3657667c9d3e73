import { describe, expect, it } from "vitest";
import type { Missing } from "$lib/backend/bindings";
import { LISTS } from "../../../tests/backend/lists";
import { missingLines, warningLines, type Lacking } from "./missing-words";

function rule(rule: string, reason: string | null = null): Missing {
  return { rule, field: "occurred_at", reason, message: `${rule}: occurred_at` };
}

const group: Lacking = { lists: LISTS, people: { min: 6, max: 6 } };
const of = (rule: string, field: string): Missing => ({
  rule,
  field,
  reason: null,
  message: "more people …",
});

describe("what a record lacks", () => {
  it("is one sentence, and one more for each thing that is wrong with what was stated", () => {
    const lines = missingLines(
      [rule("E03"), rule("E08"), rule("E09", "future"), rule("E09", "patrol")],
      "detail.missing",
      group,
    );
    expect(lines[0]).toBe("Falta: qué se hizo, el lugar o la posición");
    expect(lines[1], "what is wrong, and what to do").toMatch(/posterior.*Toque Corregir/);
    expect(lines[2]).toMatch(/fuera de la patrulla.*Toque Corregir/);
    expect(lines).toHaveLength(3);
  });

  it("does not say that a time is missing when one is there", () => {
    expect(missingLines([rule("E09", "early")], "detail.missing", group)).toEqual([
      expect.stringMatching(/anterior a 2020/),
    ]);
    expect(missingLines([rule("E09")], "detail.missing", group)).toEqual(["Falta: la hora"]);
  });

  it("says what is wrong with a part, with both figures, and what to do", () => {
    const capture = { assistance: { water: 7 }, needs: { injured: 7, pregnant: 5 } };
    expect(
      missingLines(
        [
          of("E04", "assistance/water"),
          of("E05", "needs/injured"),
          of("E05", "needs/pregnant"),
          of("E05", "needs"),
        ],
        "detail.missing",
        { ...group, capture },
      ),
      "what is there is not missing",
    ).toEqual([
      "Falta: las necesidades",
      "Agua (7): más gente que la del grupo (6). Toque Corregir y revise las dos cifras",
      "Lesión (7): más que las personas del grupo (6). Toque Corregir y revise las dos cifras",
      "Embarazada (5): más que las personas del grupo que pueden tener esta necesidad. Toque Corregir y revise",
    ]);
    expect(missingLines([of("E04", "assistance/water")], "decide.missing", group), "in a list").toEqual([
      "Agua: más gente que la del grupo (6). Toque Corregir y revise las dos cifras",
    ]);
    expect(missingLines([of("E05", "needs/uac")], "decide.missing", group), "children").toEqual([
      expect.stringMatching(/más niñas y niños no acompañados o separados que menores/),
    ]);
  });

  it("names a rule of a newer build as it came", () => {
    expect(missingLines([rule("E31", "odd")], "detail.missing", group)).toEqual(["E31: occurred_at"]);
  });

  it("is a question while it may still change", () => {
    expect(warningLines([rule("E09", "patrol")])[0]).toMatch(/anterior a la salida/);
  });
});
