import { afterEach, describe, expect, it } from "vitest";
import type { MissingTeam, Today } from "$lib/backend/bindings";
import { texts } from "$lib/text/text.svelte";
import { tableOf } from "../../../tests/backend/table";
import { emptySentence, missingSentence, todaySentence } from "./today-words";

const ZONE = "America/Panama";
afterEach(() => {
  texts.language = "es";
  texts.vocabulary = "pa";
});

const missing = (changes: Partial<MissingTeam> = {}): MissingTeam => ({
  device_id: "dev1",
  name: "Patrulla Canaán",
  last_contact_at: "2026-11-23T04:45:00Z",
  why: "silent",
  patrol_code: null,
  ...changes,
});

/** The empty table of a day; today is 25 November. */
const of = (day: string, teams_expected: number, teams_missing: MissingTeam[]): Today => ({
  ...tableOf([], [], { day, today: "2026-11-25", onlyReviewed: false }),
  day_before: null,
  teams_expected,
  teams_missing,
});

describe("the teams in the sentence of a day", () => {
  it("are here or missing today", () => {
    expect(todaySentence(of("2026-11-25", 5, [])), "all").toContain("están los 5 equipos");
    expect(todaySentence(of("2026-11-25", 5, [missing()])), "one of them").toContain("falta 1 de 5 equipos");
    expect(todaySentence(of("2026-11-25", 1, [])), "the only one").toContain("está el único equipo");
  });

  it("have or have not handed over what an earlier day holds: nobody is here or away by then", () => {
    expect(todaySentence(of("2026-11-23", 5, [])), "all").toContain("entregaron los 5 equipos");
    expect(todaySentence(of("2026-11-23", 5, [missing(), missing()])), "two").toContain(
      "falta lo de 2 de 5 equipos",
    );
    expect(todaySentence(of("2026-11-23", 1, [])), "the only one").toContain("entregó el único equipo");
    texts.language = "en";
    expect(todaySentence(of("2026-11-23", 5, [missing()])), "in English").toContain(
      "1 of 5 teams has yet to hand over",
    );
  });
});

describe("who is missing, and why", () => {
  it("is said of today in the present, and of an earlier day as what is yet to come", () => {
    const out = missing({ why: "patrol_out", patrol_code: "BCH-1123-2" });
    expect(missingSentence(of("2026-11-25", 5, [out]), ZONE), "it is out there").toBe(
      "Faltan: Patrulla Canaán (en patrulla BCH-1123-2)",
    );
    expect(missingSentence(of("2026-11-23", 5, [out]), ZONE), "it never came back").toBe(
      "De ese día falta lo de: Patrulla Canaán (patrulla BCH-1123-2 sin volver)",
    );
    texts.vocabulary = "mx";
    expect(missingSentence(of("2026-11-23", 5, [out]), ZONE), "in the words of the post").toContain(
      "(recorrido BCH-1123-2 sin volver)",
    );
  });

  it("says since when a team is silent, with the year: paper outlives today", () => {
    expect(missingSentence(of("2026-11-23", 5, [missing()]), ZONE), "day and hour").toBe(
      "De ese día falta lo de: Patrulla Canaán (sin noticias desde el 22 nov 2026, 23:45)",
    );
  });

  it("is nobody where all are in", () => {
    expect(missingSentence(of("2026-11-25", 5, []), ZONE), "no line at all").toBeNull();
  });
});

describe("a day without records", () => {
  it("may still get those of the teams that are missing", () => {
    expect(emptySentence(of("2026-11-23", 5, [])), "all have handed over").toBe(
      "Ese día no tiene registros aquí.",
    );
    expect(emptySentence(of("2026-11-23", 5, [missing()])), "an empty day is not yet a quiet one").toContain(
      "Puede llegar lo de los equipos que faltan",
    );
  });
});
