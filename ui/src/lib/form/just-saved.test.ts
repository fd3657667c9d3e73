import { describe, expect, it } from "vitest";
import type { Backend } from "$lib/backend/backend";
import type { Row, Saved } from "$lib/backend/bindings";
import { JustSaved } from "./just-saved.svelte";

const backend = {} as Backend;
const saved = (unchanged: boolean): Saved => ({
  row: {} as Row,
  undo_until: new Date(Date.now() + 10_000).toISOString(),
  unchanged,
  missing: [],
});

describe("a correction that altered nothing", () => {
  it("says so and offers no undo: what it would reach is the save before", () => {
    const just = new JustSaved(backend, saved(true), "correction");
    expect(just.title).toBe("Sin cambios. El registro queda como estaba.");
    expect(just.offersUndo, "there is nothing to take back").toBe(false);
  });

  it("is told from one that did", () => {
    const just = new JustSaved(backend, saved(false), "correction");
    expect(just.title).toContain("Guardado en este");
    expect(just.offersUndo).toBe(true);
  });
});
