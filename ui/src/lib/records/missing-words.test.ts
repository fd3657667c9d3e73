import { describe, expect, it } from "vitest";
import type { Missing } from "$lib/backend/bindings";
import { missingLines, warningLines } from "./missing-words";

function rule(rule: string, reason: string | null = null): Missing {
  return { rule, field: "occurred_at", reason, message: `${rule}: occurred_at` };
}

describe("what a record lacks", () => {
  it("is one sentence, and one more for each thing that is wrong with what was stated", () => {
    const lines = missingLines(
      [rule("E03"), rule("E08"), rule("E09", "future"), rule("E09", "patrol")],
      "detail.missing",
    );
    expect(lines[0]).toBe("Falta: qué se hizo, el lugar o la posición");
    expect(lines[1], "what is wrong, and what to do").toMatch(/posterior.*Toque Corregir/);
    expect(lines[2]).toMatch(/fuera de la patrulla.*Toque Corregir/);
    expect(lines).toHaveLength(3);
  });

  it("does not say that a time is missing when one is there", () => {
    expect(missingLines([rule("E09", "early")], "detail.missing")).toEqual([
      expect.stringMatching(/anterior a 2020/),
    ]);
    expect(missingLines([rule("E09")], "detail.missing")).toEqual(["Falta: la hora"]);
  });

  it("names a rule of a newer build as it came", () => {
    expect(missingLines([rule("E31", "odd")], "detail.missing")).toEqual(["E31: occurred_at"]);
  });

  it("is a question while it may still change", () => {
    expect(warningLines([rule("E09", "patrol")])[0]).toMatch(/anterior a la salida/);
  });
});
