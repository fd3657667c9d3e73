import { describe, expect, it } from "vitest";
import { errorInWords } from "./error-words";

const said = (field: string | null, about?: string[]) =>
  errorInWords({ code: "not_allowed", message: "words for logs, in English", field, about });

describe("what is not allowed", () => {
  it("has the sentence of its reason", () => {
    expect(said(null), "who may").toContain("Eso lo decide el jefe");
    expect(said("role"), "who may, by its word").toContain("Eso lo decide el jefe");
    expect(said("ended"), "the record was voided while the form was open").toContain("fue anulado");
    expect(said("own_record"), "nobody's own").toContain("registro propio");
    expect(said("choice", ["Hombres, Venezuela"]), "which one waits for somebody").toBe(
      "El dato «Hombres, Venezuela» tiene dos valores, y cuál queda lo decide el jefe de patrulla o el comandante. " +
        "Déjelo como estaba y guarde lo demás.",
    );
    expect(said("choice", ["Hombres, Venezuela", "Familias"]), "each is named").toContain(
      "Los datos «Hombres, Venezuela», «Familias» tienen dos valores",
    );
    expect(said("former_post", ["3", "Bajo Chiquito"]), "how many, and of which post").toContain(
      "Hay 3 registros de Bajo Chiquito con cambios que Bajo Chiquito no ha recibido",
    );
    expect(said("too_late"), "ten seconds").toContain("no se puede deshacer");
  });
});
