import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { emptyInWords } from "./empty-words";
import { Records } from "./records.svelte";

const { filter: everything } = new Records(new MemoryBackend().backend(), {});

describe("an empty list", () => {
  it.each([
    ["post", {}, "", "Todavía no hay registros. Los equipos"],
    ["phone", {}, "", "Todavía no hay registros. El primero se anota con Nuevo."],
    ["post", { state: "incomplete" }, "", "Ningún registro con este filtro."],
    ["post", { state: "voided" }, "", "Ningún registro con este filtro."],
    ["phone", { patrol_id: "p1" }, "", "Ningún registro con este filtro."],
    ["post", { day: "2026-03-14", cell: "girls" }, "", "Ningún registro con este filtro."],
    ["post", { text: "7QK" }, "7QK", "Ningún registro con esa búsqueda."],
    ["post", { nationality: "NPL" }, "nepal", "Ningún registro con esa búsqueda."],
  ] as const)("says on the %s with %o, %s, what it is empty of", (at, changes, typed, sentence) => {
    expect(emptyInWords({ ...everything, ...changes }, typed, at), "no more than it knows").toContain(
      sentence,
    );
  });
});
