import { afterEach, describe, expect, it } from "vitest";
import type { BackendError, ErrorCode } from "$lib/backend/bindings";
import { texts } from "$lib/text/text.svelte";
import { errorInWords } from "./error-words";

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
    ["server_refused", "a_word_of_tomorrow", "El servidor no aceptó: as the shell logs it."],
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
    ["wrong_pin", "recovery_code", "Ese código de rescate no es"],
  ] as const)("is that of the field which is wrong: %s, %s", (code, field, sentence) => {
    expect(errorInWords(error(code, field)), "it names what to look at").toContain(sentence);
  });

  it("is never the shell's log line where a sentence fits, in either language", () => {
    for (const language of ["es", "en"] as const) {
      texts.language = language;
      for (const [code, field] of [
        ["code_wrong", "code"],
        ["wrong_pin", "recovery_code"],
        ["busy", null],
        ["not_enrolled", "unknown_device"],
      ] as const)
        expect(errorInWords(error(code, field)), `${language}, ${code}`).not.toContain(
          "as the shell logs it",
        );
    }
  });
});
