import { describe, expect, it } from "vitest";
import { LISTS } from "../../../tests/backend/lists";
import { PaperLines, readPeople } from "./paper.svelte";
import { keptLines } from "./paper-line";

const strip = () => new PaperLines(LISTS.countries, "es");

describe("paper strip", () => {
  it("understands a nationality from its first letters, without accents", () => {
    const lines = strip();
    lines.name(0, "haiti");
    lines.count(0, "AA+M", 4);
    expect(lines.composition, "haiti is Haití").toEqual({ HTI: { "AA+M": 4 } });
  });

  it("goes on with the lines of an unfinished strip", () => {
    const composition = { HTI: { "AA+M": 4, "AC+F": 2 }, XXX: { "AU+U": 3 } };
    const lines = new PaperLines(LISTS.countries, "es", composition);
    expect(
      lines.lines.map(({ typed }) => typed),
      "as a person would have typed them",
    ).toEqual(["Haití", ""]);
    expect(lines.composition, "nobody is lost").toEqual(composition);
  });

  it("never moves the people of another line while a name is being typed", () => {
    const lines = strip();
    lines.name(0, "ven");
    lines.count(0, "AA+M", 3);
    lines.add();
    lines.count(1, "AA+F", 2);
    for (const typed of ["v", "ve", "", "c", "cu", "cuba"]) lines.name(1, typed);
    expect(lines.composition, "line 1 stays Venezuela").toEqual({ VEN: { "AA+M": 3 }, CUB: { "AA+F": 2 } });
  });

  it("adds two lines of one nationality, and counts the unnamed as unknown", () => {
    const lines = strip();
    lines.name(0, "VEN");
    lines.count(0, "AA+M", 3);
    lines.add();
    lines.name(1, "venezolana");
    lines.count(1, "AA+M", 1);
    lines.add();
    lines.count(2, "AU+U", 5);
    expect(lines.composition, "3 + 1, and 5 nobody named").toEqual({
      VEN: { "AA+M": 4 },
      XXX: { "AU+U": 5 },
    });
  });

  it.each([
    ["-3", 0, ""],
    ["abc", 0, ""],
    ["12", 12, "12"],
    ["12x", 12, "12"],
    ["007", 7, "7"],
    ["99999", 9_999, "9999"],
  ])("reads %s as %i and shows no other number than that", (typed, people, shown) => {
    expect(readPeople(typed), "what is on screen is what counts").toEqual({ people, shown });
  });

  it("says which name it does not understand, until it is chosen or left out", () => {
    const lines = strip();
    lines.name(0, "haiti");
    lines.add();
    lines.name(1, " Venezolna ");
    lines.count(1, "AA+M", 3);
    expect(lines.unclear, "nobody said that they are of no known nationality").toEqual({
      index: 1,
      word: "Venezolna",
    });
    lines.pick(1, "VEN");
    expect([lines.unclear, lines.lines[1]?.typed], "chosen from the list").toEqual([null, "Venezuela"]);
    expect(lines.composition.VEN, "with its people").toEqual({ "AA+M": 3 });
    lines.name(1, "");
    expect(lines.unclear, "no name is a statement").toBeNull();
  });

  it("comes back line by line as it was typed, also what was not understood", () => {
    const lines = strip();
    lines.name(0, "ven");
    lines.count(0, "AA+M", 3);
    lines.add();
    lines.name(1, "venezolna");
    lines.count(1, "AA+F", 2);
    lines.add();
    lines.count(2, "AU+U", 5);
    const again = new PaperLines(LISTS.countries, "es", lines.composition, keptLines(lines.asKept));
    expect(again.lines, "each with its own people").toEqual(lines.lines);
    expect(again.unclear, "still to be chosen").toEqual({ index: 1, word: "venezolna" });
  });

  it.each(["", "x", "{}", '[{"typed":1}]', '[{"typed":"a","code":3,"counts":{}}]', "[]"])(
    "takes %j for no lines",
    (text) => {
      expect(keptLines(text), "then the people of the draft stand").toBeNull();
    },
  );
});
