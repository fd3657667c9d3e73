import { describe, expect, it } from "vitest";
import { newPinProblem } from "./new-pin";

describe("a new PIN", () => {
  it.each([
    ["241973", "241973", null],
    ["٢٤١٩٧٣", "٢٤١٩٧٣", null],
    ["12345", "12345", "short"],
    ["palabra", "palabra", "short"],
    ["la lluvia de mayo", "la lluvia de mayo", null],
    ["la lluvia de mayo", "la lluvia de marzo", "differs"],
    ["241973", "", "differs"],
    ["         a", "         a", "short"],
  ] as const)("typed %j and %j is %s", (pin, again, problem) => {
    expect(newPinProblem(pin, again), "as the device takes it").toBe(problem);
  });
});
