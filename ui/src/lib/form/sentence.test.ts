import { describe, expect, it } from "vitest";
import { texts } from "$lib/text/text.svelte";
import { groupSentence, sentenceWithin } from "./sentence";

const plain = (sentence: string) => sentence.replaceAll("\u00a0", " ");

describe("the sentence of a form", () => {
  const many = { "AA+M": 123, "AA+F": 123, "AC+M": 123, "AC+F": 123, "AU+U": 123 };
  const composition = { HTI: many, VEN: many, CIV: many };
  const within = (most: number, unconfirmed: string | null = null) =>
    plain(sentenceWithin(most, { composition, capture: {} }, unconfirmed, "asked"));

  it("says its nationalities, how many there are, or none, as there is room", () => {
    texts.language = "es";
    const people = "1845: 369 H, 369 M, 369 niños, 369 niñas, 369 sin dato";
    expect(within(100)).toBe(`${people} · HTI, VEN, CIV`);
    expect(plain(groupSentence(composition)), "as everywhere else").toBe(within(100));
    expect(within(64)).toBe(`${people} · 3 nac.`);
    expect(within(56)).toBe(people);
    expect(within(10), "people are never left out").toBe(people);
  });

  it("always asks about a nationality that nobody has confirmed", () => {
    expect(within(56, "HTI")).toContain("¿HTI?");
  });

  it("says a small group as it is", () => {
    const small = { composition: { HTI: { "AA+M": 3, "AA+F": 2, "AC+F": 1 } }, capture: {} };
    expect(plain(sentenceWithin(30, small, null, "stated"))).toBe("6: 3 H, 2 M, 1 niña · HTI");
  });
});
