import { describe, expect, it } from "vitest";
import { errorInWords } from "./error-words";

const said = (field: string | null) =>
  errorInWords({ code: "not_allowed", message: "words for logs, in English", field });

describe("what is not allowed", () => {
  it("has the sentence of its reason", () => {
    expect(said(null), "who may").toContain("Eso lo decide el jefe");
    expect(said("role"), "who may, by its word").toContain("Eso lo decide el jefe");
    expect(said("ended"), "the record was voided while the form was open").toContain("fue anulado");
    expect(said("own_record"), "nobody's own").toContain("registro propio");
    expect(said("too_late"), "ten seconds").toContain("no se puede deshacer");
  });
});
