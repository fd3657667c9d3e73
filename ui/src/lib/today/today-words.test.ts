import { afterEach, describe, expect, it } from "vitest";
import type { MissingTeam, Today } from "$lib/backend/bindings";
import { texts } from "$lib/text/text.svelte";
import { tableOf } from "../../../tests/backend/table";
import {
  asApprovedSentence,
  emptySentence,
  missingSentence,
  otherDaySentence,
  receivedFromSentence,
  spanInWords,
  todaySentence,
} from "./today-words";

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
  ...tableOf([], [], { from: day, day, days: 1, today: "2026-11-25", onlyReviewed: false }),
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

describe("what a device has received since a moment only", () => {
  const since = (received_from: string | null) => ({ ...of("2026-11-20", 5, []), received_from });

  it("is said where the days begin before it, at the time of the post", () => {
    expect(receivedFromSentence(since(null), ZONE), "all of it is here").toBeNull();
    expect(receivedFromSentence(since("2026-11-22T19:10:00Z"), ZONE)).toBe(
      "Recibido aquí desde el 22 nov 2026, 14:10: lo anterior no está completo en este equipo.",
    );
    texts.language = "en";
    expect(receivedFromSentence(since("2026-11-22T19:10:00Z"), ZONE)).toContain(
      "what is older is not complete",
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

describe("a table of several days", () => {
  const week = (changes: Partial<Today> = {}): Today => ({
    ...of("2026-11-25", 5, []),
    from: "2026-11-19",
    days: 7,
    ...changes,
  });

  it("is named by its first and last day", () => {
    expect(spanInWords(week(), "2026-11-25"), "this year").toBe("19–25 nov");
    expect(spanInWords(week(), null), "on paper").toBe("19–25 nov 2026");
    expect(spanInWords(of("2026-11-25", 5, []), "2026-11-25"), "a single one").toBe("miércoles 25 nov");
  });

  it("is empty as such, and lacks what is of those days", () => {
    expect(emptySentence(week()), "also with today").toBe("Esos días no tienen registros aquí.");
    const past = week({ day: "2026-11-24", teams_missing: [missing()] });
    expect(missingSentence(past, ZONE), "whose").toMatch(/^De esos días falta lo de: /);
  });

  it("says how many of its records may be of a day outside", () => {
    expect(otherDaySentence(week()), "none").toBeNull();
    expect(otherDaySentence(week({ undecided_day: 2 })), "two").toBe(
      "2 son quizá de otro día: tienen dos horas por decidir",
    );
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

describe("what is counted as it was approved", () => {
  it("is said, with the change that waits, in either language and in singular and plural", () => {
    const sentence = (as_approved: number) =>
      asApprovedSentence({ ...of("2026-11-23", 5, []), only_reviewed: true, as_approved });
    expect(sentence(0), "no line where there is none").toBeNull();
    expect(sentence(1)).toBe("1 se cuenta como se aprobó: un cambio espera aprobación");
    expect(sentence(2)).toBe("2 se cuentan como se aprobaron: un cambio de cada uno espera aprobación");
    texts.language = "en";
    expect(sentence(1)).toBe("1 is counted as it was approved: a change waits for approval");
    expect(sentence(2)).toContain("2 are counted as they were approved");
  });
});
