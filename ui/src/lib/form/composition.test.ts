import { describe, expect, it } from "vitest";
import {
  detailedOf,
  countOf,
  known,
  onlyMinors,
  quickCellOf,
  tidy,
  withCount,
  withoutDetail,
} from "./composition";

describe("composition", () => {
  it.each([
    ["AA+M", "AA+M"],
    ["A60+F", "AA+F"],
    ["A6+M", "AC+M"],
    ["A12+F", "AC+F"],
    ["AU+U", "AU+U"],
    ["AA+X", "AU+U"],
    ["A99+M", "AU+U"],
  ])("shows %s under %s", (cell, quick) => {
    expect(quickCellOf(cell), "every cell has exactly one counter").toBe(quick);
  });

  it("keeps detailed ages when a counter is set", () => {
    const composition = { VEN: { "A6+M": 2, "AC+M": 1 } };
    const changed = withCount(composition, "VEN", "AC+M", 5);
    expect(changed.VEN, "two boys of 6 to 11 stay; the quick cell takes the rest").toEqual({
      "A6+M": 2,
      "AC+M": 3,
    });
    expect(
      countOf(withCount(composition, "VEN", "AC+M", 1), "VEN", "AC+M"),
      "never fewer than were detailed",
    ).toBe(2);
  });

  it("takes detailed ages away with a stated zero", () => {
    const composition = { VEN: { "A6+M": 2, "A12+M": 1, "A12+F": 4, "AC+M": 1 } };
    expect(detailedOf(composition, "VEN", "AC+M"), "three of four boys").toBe(3);
    expect(withoutDetail(composition, "VEN", "AC+M", 2).VEN, "the girls keep theirs").toEqual({
      "A6+M": 0,
      "A12+M": 0,
      "A12+F": 4,
      "AC+M": 2,
    });
  });

  it("knows the least that a total can be", () => {
    const composition = { VEN: { "AA+M": 3, "AC+F": 2, "AU+U": 4 }, HTI: { "AA+M": 1 } };
    expect(known(composition, "VEN"), "five are counted, four are only known to be there").toBe(5);
  });

  it("asks about minors only when all are minors", () => {
    expect(onlyMinors({ HTI: { "AC+F": 1 } }), "one girl").toBe(true);
    expect(onlyMinors({ HTI: { "AC+F": 1, "AU+U": 1 } }), "an unknown may be an adult").toBe(false);
    expect(onlyMinors({}), "nobody is not a minor").toBe(false);
  });

  it("drops cells that were only passed through, and keeps a zero that corrects a record", () => {
    expect(tidy({ VEN: { "AA+M": 0 }, HTI: { "AA+F": 2 } }), "a zero says nothing in a new record").toEqual({
      HTI: { "AA+F": 2 },
    });
    expect(tidy({ VEN: { "AA+M": 0 } }, { VEN: { "AA+M": 3 } }), "3 corrected to 0 must be said").toEqual({
      VEN: { "AA+M": 0 },
    });
  });
});
