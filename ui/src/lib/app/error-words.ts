import type { BackendError, ErrorCode, NotAccepted } from "$lib/backend/bindings";
import { t, texts, type TextKey } from "$lib/text/text.svelte";

/** Each failure has its own sentence, with what to do. The shell's message is shown only where none fits. */
const sentences: Record<ErrorCode, TextKey> = {
  locked: "error.locked",
  wrong_pin: "error.wrong_pin",
  too_many_tries: "error.too_many_tries",
  pin_too_weak: "error.pin_too_weak",
  already_open: "error.already_open",
  vault_newer: "error.vault_newer",
  vault_too_old: "error.vault_too_old",
  vault_damaged: "error.vault_damaged",
  not_a_vault: "error.not_a_vault",
  disk_full: "error.disk_full",
  read_only: "error.read_only",
  tail_missing: "error.tail_missing",
  not_saved: "error.not_saved",
  not_found: "error.not_found",
  invalid: "error.invalid",
  not_allowed: "error.not_allowed",
  stale_version: "error.stale_version",
  no_network: "error.no_network",
  server_unknown: "error.server_unknown",
  server_key_changed: "error.server_key_changed",
  server_refused: "error.server_refused",
  revoked: "error.revoked",
  code_wrong: "error.code_wrong",
  code_used: "error.code_used",
  code_expired: "error.code_expired",
  not_enrolled: "error.not_enrolled",
  busy: "error.busy",
  internal: "error.internal",
};

/** Fields whose wrong value has a sentence of its own. */
const byField: Record<string, TextKey> = { server: "error.invalid_server", qr: "error.invalid_qr" };

/** The sentence for a failure that a person can act on. */
export function errorInWords(error: BackendError): string {
  const ofField = error.code === "invalid" && error.field !== null ? byField[error.field] : undefined;
  if (ofField) return t(ofField);
  if (error.code === "server_refused" && error.field !== null)
    return refusalInWords({ code: error.field, message: error.message });
  return t(sentences[error.code] ?? "error.internal", { message: error.message, field: error.field ?? "" });
}

/** The sentence for a bare code, such as that of a failed contact. */
export function codeInWords(code: ErrorCode, message: string | null, word: string | null = null): string {
  return errorInWords({ code, message: message ?? "", field: word });
}

/** Why the server did not take something, and what to do: a sentence for each of its words. */
export function refusalInWords({ code, message }: NotAccepted): string {
  const key = `refusal.${code}`;
  return texts.has(key) ? t(key) : t("refusal.other", { message });
}
