import { afterEach, describe, expect, it } from "vitest";
import { asBackendError } from "$lib/backend/backend";
import type { BackendError, ErrorCode } from "$lib/backend/bindings";
import { texts } from "$lib/text/text.svelte";
import { codeInWords, errorInWords } from "./error-words";

afterEach(() => void (texts.language = "es"));

const error = (code: ErrorCode, field: string | null = null): BackendError => ({
  code,
  message: "as the shell logs it",
  field,
});

describe("a failure in words", () => {
  it.each([
    ["code_wrong", "code_foreign", "Este servidor no dio ese código."],
    ["code_wrong", "code_wrong", "Ese código no es, y ya no sirve."],
    ["code_used", "code_used", "Ese código ya se usó. Pida uno nuevo al comandante."],
    ["code_expired", "code_expired", "Ese código venció: dura 15 minutos. Pida uno nuevo al comandante."],
    ["busy", "busy", "El servidor está ocupado uniendo otros teléfonos."],
    ["not_enrolled", "unknown_device", "El servidor no conoce este teléfono."],
    ["revoked", "revoked", "Este teléfono fue dado de baja."],
    ["server_refused", "already_enrolled", "Este teléfono ya está unido a este servidor."],
    ["server_refused", "a_word_of_tomorrow", "El servidor no aceptó, y esta aplicación no conoce el motivo."],
  ] as const)("is the server's own where it said why: %s, %s", (code, word, sentence) => {
    expect(errorInWords(error(code, word)), "what the server knows is worth more than the code").toContain(
      sentence,
    );
  });

  it.each([
    ["code_wrong", "code", "8 letras y cifras"],
    ["invalid", "server", "Esa dirección no es válida"],
    ["invalid", "qr", "no es un QR de Bitácora"],
    ["invalid", "name", "Ese nombre no sirve"],
    ["invalid", "recovery_code", "letra por letra"],
    ["invalid", "capture", "Acorte la nota"],
    ["invalid", "draft_id", "ábralo otra vez"],
    ["invalid", "encounter_id", "ábralo otra vez"],
    ["invalid", "reason", "Elija uno de la lista"],
    ["invalid", "choice", "Elija uno de los valores"],
    ["invalid", "day", "Elija otro"],
    ["invalid", "lock_minutes", "de 1 a 60"],
    ["invalid", "zero_encounters", "Esta patrulla ya tiene registros"],
    ["wrong_pin", "recovery_code", "Ese código de rescate no es"],
  ] as const)("is that of the field which is wrong: %s, %s", (code, field, sentence) => {
    expect(errorInWords(error(code, field)), "it names what to look at").toContain(sentence);
  });

  it.each([
    ["choice", ["Hombres, Venezuela"], "«Hombres, Venezuela»"],
    ["former_post", ["4", "Lajas Blancas"], "4 registros de Lajas Blancas"],
  ])("names what it is about, as the shell rejects: %s", (field, about, named) => {
    const rejected = { ...error("not_allowed", field), about };
    expect(errorInWords(asBackendError(rejected)), "no gap where a name belongs").toContain(named);
    const bare = asBackendError({ ...rejected, about: "not a list" });
    expect(bare.about ?? null, "only what the contract allows").toBeNull();
  });

  it("says what to do where no sentence of its own fits", () => {
    expect(errorInWords(error("invalid", "a_field_of_tomorrow")), "what to look at").toContain(
      "Revise lo que escribió",
    );
    expect(codeInWords("internal", null), "no gap where a message was not").toBe(
      "Algo falló en la aplicación. Intente otra vez; si sigue igual, reiníciela y avise al puesto.",
    );
  });

  it("is never the shell's log line, in either language", () => {
    for (const language of ["es", "en"] as const) {
      texts.language = language;
      for (const [code, field] of [
        ["code_wrong", "code"],
        ["wrong_pin", "recovery_code"],
        ["busy", null],
        ["not_enrolled", "unknown_device"],
        ["invalid", "a_field_of_tomorrow"],
        ["internal", null],
        ["server_refused", "a_word_of_tomorrow"],
      ] as const)
        expect(errorInWords(error(code, field)), `${language}, ${code}`).not.toContain(
          "as the shell logs it",
        );
    }
  });
});
