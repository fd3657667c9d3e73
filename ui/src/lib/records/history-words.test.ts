import { afterEach, describe, expect, it } from "vitest";
import { texts } from "$lib/text/text.svelte";
import type { HistoryLine } from "$lib/backend/bindings";
import { LISTS } from "../../../tests/backend/lists";
import { historyWords } from "./history-words";

const line = (changes: Partial<HistoryLine>): HistoryLine => ({
  at: "2025-03-14T12:40:00Z",
  author: "Cabo 17",
  device: "Teléfono 4",
  event: "changed",
  field: null,
  label: null,
  before: null,
  after: null,
  reason: null,
  ...changes,
});
const said = (...history: HistoryLine[]) => historyWords(history, LISTS).map(({ sentence }) => sentence);
const why = (...history: HistoryLine[]) => historyWords(history, LISTS).map(({ reason }) => reason);
const time = { field: "occurred_at", label: "Hora", before: "07:21, 14/03/2025", after: "06:50, 14/03/2025" };
const source = (after: string) => ({
  field: "clock_source",
  label: "Origen de la hora",
  before: "network",
  after,
});

afterEach(() => void (texts.vocabulary = "pa"));

describe("history", () => {
  it("names a patrol in the words of the post", () => {
    texts.vocabulary = "mx";
    const patrol = { field: "patrol_id", label: "Patrulla", before: "0198-…", after: "0199-…" };
    expect(said(line(patrol)), "whatever the shell calls it").toEqual(["Cabo 17 cambió Recorrido."]);
  });

  it("says from which strip of paper a record was typed, also after its folio was corrected", () => {
    const created = line({ event: "created" });
    const told = (folio: string | null, ...history: HistoryLine[]) =>
      historyWords(history, LISTS, folio).map(({ sentence }) => sentence);
    expect(told("A-18", created)).toEqual(["Cabo 17 lo guardó, folio A-18."]);
    expect(told(null, created), "no paper").toEqual(["Cabo 17 lo guardó."]);
    const folio = { field: "paper_ref", label: "Folio", before: "A-81", after: "A-18" };
    expect(told("A-18", created, line(folio)), "what it was then").toEqual([
      "Cabo 17 lo guardó, folio A-81.",
      "Cabo 17 cambió Folio: A-81 → A-18.",
    ]);
    expect(told("A-18", created, line({ ...folio, before: null }))[0], "it came later").toBe(
      "Cabo 17 lo guardó.",
    );
  });

  it("gives reasons by their names", () => {
    expect(
      why(
        line({ event: "voided", reason: "duplicate" }),
        line({ event: "reviewed", after: "returned", reason: "position" }),
        line({ event: "reviewed", after: "comment", reason: "Falta ver el folio" }),
      ),
      "codes of two lists, and somebody's own words",
    ).toEqual(["Duplicado", "Posición dudosa", "Falta ver el folio"]);
  });

  it("tells the end of a void from a record that was only taken up again", () => {
    const voided = line({ event: "voided", reason: "test" });
    const reopened = () => line({ event: "reviewed", after: "reopened" });
    expect(said(voided, reopened(), reopened()), "the first of them ended it").toEqual([
      "Cabo 17 lo anuló.",
      "Cabo 17 deshizo la anulación: vuelve a contar.",
      "Cabo 17 lo reabrió.",
    ]);
  });

  it("tells a person's correction of the time from that of a clock", () => {
    const both = (after: string, changes: Partial<HistoryLine> = {}) =>
      said(
        line({ event: "clock_corrected", ...time, ...changes }),
        line({ event: "clock_corrected", ...source(after), ...changes }),
      );
    expect(both("typed"), "who, and one line").toEqual([
      "Cabo 17 corrigió la hora: 07:21, 14/03/2025 → 06:50, 14/03/2025.",
    ]);
    expect(both("network"), "nobody wrote it").toEqual([
      "El reloj con que se anotó estaba mal. Hora corregida: 07:21, 14/03/2025 → 06:50, 14/03/2025.",
    ]);
    expect(both("device"), "and taken back").toEqual([
      "Cabo 17 dejó la hora como estaba: 07:21, 14/03/2025 → 06:50, 14/03/2025.",
    ]);
    expect(said(line({ event: "clock_checked", ...source("network") })), "found right").toEqual([
      "La hora se comprobó en un contacto o por satélite: era la correcta.",
    ]);
    expect(said(line({ event: "clock_checked", ...source("typed") })), "the same time, by hand").toEqual([
      "Cabo 17 escribió la misma hora: ya no depende del reloj.",
    ]);
  });

  it("tells what a contact found out about a time that was typed ahead of an unchecked clock", () => {
    const judged = { ...source("typed"), before: "typed_ahead" };
    expect(said(line({ event: "clock_checked", ...judged })), "in order").toEqual([
      "La hora escrita a mano se comprobó en un contacto o por satélite: no era futura.",
    ]);
    expect(said(line({ event: "time_ahead", ...judged })), "not in order").toEqual([
      "En un contacto o por satélite se vio que la hora escrita a mano era futura cuando se anotó.",
    ]);
    expect(said(line({ ...judged })), "a person states it again").toEqual([
      "Cabo 17 cambió Origen de la hora: a mano, sin comprobar → a mano.",
    ]);
    expect(said(line(time), line({ ...source("typed_ahead") })), "a person's correction").toEqual([
      "Cabo 17 cambió Hora: 07:21, 14/03/2025 → 06:50, 14/03/2025.",
    ]);
  });

  it("tells another time in place of two in one line", () => {
    const chosen = { ...time, before: "07:21, 14/03/2025 / 07:40, 14/03/2025" };
    expect(said(line({ event: "chosen", ...chosen }), line({ ...source("typed") })), "one act").toEqual([
      "Cabo 17 eligió 06:50, 14/03/2025 en Hora.",
    ]);
  });

  it("tells what was altered together with the time as what it is", () => {
    const men = { field: "composition/VEN/AA+M", label: "Hombres, Venezuela", before: "3", after: "4" };
    expect(
      said(
        line({ event: "clock_corrected", ...men }),
        line({ event: "clock_corrected", ...time }),
        line({ event: "clock_corrected", ...source("typed") }),
      ),
      "men are no hour",
    ).toEqual([
      "Cabo 17 cambió Hombres, Venezuela: 3 → 4.",
      "Cabo 17 corrigió la hora: 07:21, 14/03/2025 → 06:50, 14/03/2025.",
    ]);
  });

  it.each<[string, Partial<HistoryLine>, string | null]>([
    [
      "trail",
      { field: "trail_id", label: "Sendero", before: "tuquesa / canaan", after: "canaan" },
      "Cabo 17 cambió Sendero: Tuquesa / Canaán → Canaán.",
    ],
    [
      "precision",
      { field: "occurred_precision", label: "Precisión", before: "minute", after: "hour" },
      "Cabo 17 cambió Precisión: al minuto → a la hora.",
    ],
    [
      "mode",
      { field: "capture_mode", label: "Modo de registro", before: "quick", after: "paper" },
      "Cabo 17 cambió Modo de registro: rápido → en papel.",
    ],
    [
      "patrol",
      { field: "patrol_id", label: "Patrulla", before: "0198-…", after: "0199-…" },
      "Cabo 17 cambió Patrulla.",
    ],
    [
      "a fix that came later",
      { field: "position", label: "Posición", after: "8.45100, -77.64300" },
      "Cabo 17 cambió Posición: 8.45100, -77.64300.",
    ],
    [
      "what is gone",
      { field: "needs/pregnant", label: "Necesidad: Embarazada", before: "1" },
      "Cabo 17 quitó Necesidad: Embarazada: era 1.",
    ],
    [
      "needs asked",
      { field: "needs_answered", label: "needs_answered", after: "sí" },
      "Cabo 17 anotó la respuesta sobre las necesidades.",
    ],
    ["a check of the clock", { field: "clock_checked_at", label: "clock_checked_at", after: "07:21" }, null],
    [
      "written again",
      { event: "recovered", field: "recovered_from", label: "recovered_from" },
      "Se escribió otra vez, sin lo que el servidor no aceptó.",
    ],
    ["nobody known", { author: "", event: "created" }, "Alguien lo guardó."],
    [
      "chosen",
      {
        event: "chosen",
        field: "composition/VEN/AA+M",
        label: "Hombres, Venezuela",
        before: "8 / 9",
        after: "9",
      },
      "Cabo 17 eligió 9 en Hombres, Venezuela.",
    ],
    ["taken up again", { event: "reviewed", after: "reopened" }, "Cabo 17 lo reabrió."],
    ["merged", { event: "reviewed", after: "merged_duplicate" }, "Cabo 17 lo fusionó por duplicado."],
  ])("says in words: %s", (_what, changes, sentence) => {
    expect(said(line(changes)), "no code in it").toEqual(sentence === null ? [] : [sentence]);
  });
});
