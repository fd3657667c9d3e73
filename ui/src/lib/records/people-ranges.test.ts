import { describe, expect, it } from "vitest";
import type { TwoValues } from "$lib/backend/bindings";
import { peopleRanges } from "./people-ranges";

const two = (field: string, ...stated: unknown[]): TwoValues => ({
  field,
  label: field,
  kind: "count",
  may_choose: false,
  values: stated.map((value, index) => ({
    value,
    text: String(value),
    author: "",
    at: "",
    choice: String(index),
  })),
});

describe("the people of a record", () => {
  it("are a range in the cell, its row and the total where two teams counted differently", () => {
    const { byNationality, all } = peopleRanges({ HTI: { "AA+M": 9, "AC+F": 2 }, VEN: { "AA+F": 1 } }, [
      two("composition/HTI/AA+M", 9, 8),
    ]);
    const [[, haiti] = [], [, venezuela] = []] = byNationality;
    expect(haiti?.cells["AA+M"], "neither number is left out").toEqual({ min: 8, max: 9 });
    expect([haiti?.total, venezuela?.total, all.total], "and none is chosen in a sum").toEqual([
      { min: 10, max: 11 },
      { min: 1, max: 1 },
      { min: 11, max: 12 },
    ]);
  });

  it("count detailed ages under their column, and somebody who is there for one team only", () => {
    const { byNationality } = peopleRanges({ HTI: { "A6+M": 1, "A60+F": 2 } }, [
      two("composition/CMR/AA+M", 3, null),
      two("assistance/water", "all", 3),
    ]);
    expect(
      byNationality.map(([code]) => code),
      "a nationality that one team saw",
    ).toEqual(["HTI", "CMR"]);
    expect(byNationality[0]?.[1].cells["AC+M"], "a boy of six to eleven").toEqual({ min: 1, max: 1 });
    expect(byNationality[1]?.[1].total, "nobody, or three").toEqual({ min: 0, max: 3 });
  });
});
