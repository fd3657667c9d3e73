import { describe, expect, it } from "vitest";
import type { FieldKind, StatedValue, TwoValues } from "$lib/backend/bindings";
import { otherKind } from "./other-kind";

const field = (kind: FieldKind, ...values: unknown[]): TwoValues => ({
  field: "field",
  label: "Dato",
  kind,
  values: values.map((value): StatedValue => ({ value, text: "", author: "", at: "", choice: "" })),
  may_choose: true,
});

describe("a value that is neither of two", () => {
  it.each<[string, TwoValues, ReturnType<typeof otherKind>]>([
    ["a count", field("count", 8, 9), "count"],
    ["two parts of the group", field("reach", 3, 4), "reach"],
    ["all of the group and a part of it", field("reach", "all", 4), "count"],
    ["a time", field("time", "2025-03-14T07:21:00-05:00", "2025-03-14T07:40:00-05:00"), "time"],
    ["words", field("words", "junto al río", "en la playa"), "words"],
    ["two fixes", field("position", { lat: 8.4 }, { lat: 8.5 }), "position"],
    ["a fix and none", field("position", { lat: 8.4 }, "no_fix"), null],
    ["what no form states", field("stated", 1, 2), null],
  ])("of %s", (_of, two, kind) => {
    expect(otherKind(two), "how it is stated").toBe(kind);
  });
});
