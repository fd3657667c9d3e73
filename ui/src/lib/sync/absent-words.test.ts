import { describe, expect, it } from "vitest";
import { absentInWords } from "./absent-words";

describe("how much is handed in for those who are not coming", () => {
  it.each([
    [1, 0, "1 registro"],
    [2, 1, "2 registros y una salida o un deshecho"],
    [1, 3, "1 registro y 3 salidas o deshechos"],
    [0, 1, "una salida o un deshecho"],
    [0, 2, "2 salidas o deshechos"],
  ])("is said in words: %i and %i", (records, others, words) => {
    expect(absentInWords({ records, others, people: [] })).toBe(words);
  });
});
