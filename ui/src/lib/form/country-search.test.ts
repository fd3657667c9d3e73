import { describe, expect, it } from "vitest";
import { LISTS } from "../../../tests/backend/lists";
import { findCountries } from "./country-search";

const find = (wanted: string, counted: string[] = []) =>
  findCountries(LISTS.countries, wanted, counted, "es").map(({ alpha3 }) => alpha3);

describe("search for a nationality", () => {
  it.each([
    ["nepali", "NPL"],
    ["NEPALÍ", "NPL"],
    ["haiti", "HTI"],
    ["venezolana", "VEN"],
    ["camerun", "CMR"],
    ["vnz", null],
    ["cmr", "CMR"],
    ["apatrida", "XXA"],
  ])("finds by %s", (wanted, alpha3) => {
    expect(find(wanted)[0] ?? null, "name, demonym or code, with or without accents").toBe(alpha3);
  });

  it("puts those already counted first while nothing is typed, and never offers unknown", () => {
    expect(find("", ["VEN"])[0], "one tap away").toBe("VEN");
    expect(find(""), "it has a key of its own").not.toContain("XXX");
  });
});
