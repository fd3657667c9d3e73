import { describe, expect, it } from "vitest";
import type { Today } from "$lib/backend/bindings";
import { categoryFilter, figureFilter, leftOutFilter } from "./figure";

const table = { day: "2026-03-14", days: 7, only_reviewed: true } as Today;
const all = { day: "2026-03-14", days: 7, nationality: null, cell: null, counted: "only_reviewed" };

describe("a figure of a table", () => {
  it("opens as the list of exactly what it counts, of the same days and with the same mark", () => {
    expect(figureFilter(table, "VEN", "men")).toEqual({ ...all, nationality: "VEN", cell: "men" });
    expect(categoryFilter(table, "ASO")).toEqual({ ...all, category: "ASO" });
  });

  it("that says what is left out opens as the list of that, for each reason", () => {
    for (const reason of ["void", "incomplete", "refused", "not_reviewed"] as const)
      expect(leftOutFilter(table, reason)).toEqual({ ...all, left_out: reason });
  });
});
