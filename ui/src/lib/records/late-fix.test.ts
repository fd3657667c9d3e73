import { describe, expect, it } from "vitest";
import type { HistoryLine } from "$lib/backend/bindings";
import { lateFixSeconds } from "./late-fix";

const line = (seconds: number, changes: Partial<HistoryLine>): HistoryLine => ({
  at: new Date(Date.UTC(2025, 2, 14, 12, 0, seconds)).toISOString(),
  author: "Cabo 17",
  device: "Teléfono 4",
  event: "changed",
  field: "position",
  label: "Posición",
  before: null,
  after: "8.45100, -77.64300",
  reason: null,
  ...changes,
});
const saved = line(0, { event: "created", field: null });

describe("a fix after Guardar", () => {
  it("is said to have come later, and by how much", () => {
    expect(lateFixSeconds([saved, line(41, {})]), "within two minutes, by itself").toBe(41);
  });

  it.each([
    ["came with the record", [saved]],
    ["was corrected the next hour", [saved, line(3600, {})]],
    ["was corrected by somebody else", [saved, line(30, { author: "Sgto. 04" })]],
    ["is another field", [saved, line(30, { field: "note" })]],
  ])("is not what %s", (_why, history) => {
    expect(lateFixSeconds(history), "an ordinary position").toBeNull();
  });
});
