import { describe, expect, it } from "vitest";
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

describe("history", () => {
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
      "El reloj del teléfono estaba mal. Hora corregida: 07:21, 14/03/2025 → 06:50, 14/03/2025.",
    ]);
    expect(both("device"), "and taken back").toEqual([
      "Cabo 17 dejó la hora como estaba: 07:21, 14/03/2025 → 06:50, 14/03/2025.",
    ]);
    expect(said(line({ event: "clock_checked", ...source("network") })), "found right").toEqual([
      "La hora se comprobó en un contacto: era la correcta.",
    ]);
    expect(said(line({ event: "clock_checked", ...source("typed") })), "the same time, by hand").toEqual([
      "Cabo 17 escribió la misma hora: ya no depende del reloj.",
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
    ["merged", { event: "reviewed", after: "merged_duplicate" }, "Cabo 17 lo fusionó por duplicado."],
  ])("says in words: %s", (_what, changes, sentence) => {
    expect(said(line(changes)), "no code in it").toEqual(sentence === null ? [] : [sentence]);
  });
});
