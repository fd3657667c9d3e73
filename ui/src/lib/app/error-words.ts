import type { BackendError, ErrorCode, NotAccepted } from "$lib/backend/bindings";
import { t, texts, type TextKey } from "$lib/text/text.svelte";

/** Each failure has its own sentence, with what to do. The shell's message is for its log: it is in English. */
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

/** Failures that concern one field and have a sentence of their own for it, by code and field. */
const ofField: Record<string, TextKey> = {
  "invalid/server": "error.invalid_server",
  "invalid/qr": "error.invalid_qr",
  "invalid/name": "error.invalid_name",
  "invalid/capture": "error.invalid_capture",
  "invalid/encounter_id": "error.invalid_record",
  "invalid/draft_id": "error.invalid_record",
  "invalid/reason": "error.invalid_reason",
  "invalid/choice": "error.invalid_choice",
  "invalid/day": "error.invalid_day",
  "invalid/lock_minutes": "error.invalid_minutes",
  "invalid/zero_encounters": "error.invalid_zero",
  "invalid/recovery_code": "error.mistyped_recovery_code",
  "wrong_pin/recovery_code": "error.wrong_recovery_code",
  "code_wrong/code": "error.invalid_code",
};

/** Codes by which a server's refusal may come; its own word, which says more, then stands in the field. */
const ofServer = new Set<ErrorCode>([
  "server_refused",
  "revoked",
  "not_enrolled",
  "code_used",
  "code_expired",
  "code_wrong",
  "busy",
]);

/** What the sentences name that say more than their reason. */
const named: Partial<Record<TextKey, (about: string[]) => Record<string, string | number>>> = {
  "not_allowed.choice": (fields) => ({
    count: fields.length,
    fields: fields.map((field) => `«${field}»`).join(", "),
  }),
  "not_allowed.former_post": ([count, post]) => ({ count: Number(count), post: post ?? "" }),
};

/** The sentence for a failure that a person can act on. */
export function errorInWords(error: BackendError): string {
  const { code, field } = error;
  const known = ofField[`${code}/${field}`];
  if (known) return t(known);
  // Who may do something is one reason of several; each has a word.
  const refusal = `not_allowed.${field}`;
  if (code === "not_allowed" && texts.has(refusal)) return t(refusal, named[refusal]?.(error.about ?? []));
  if (field !== null && ofServer.has(code) && (code === "server_refused" || texts.has(`refusal.${field}`)))
    return refusalInWords({ code: field });
  return t(sentences[code] ?? "error.internal");
}

/** The sentence for a bare code, such as that of a failed contact. */
export function codeInWords(code: ErrorCode, message: string | null, word: string | null = null): string {
  return errorInWords({ code, message: message ?? "", field: word });
}

/** Why the server did not take something, and what to do: a sentence for each of its words. */
export function refusalInWords({ code }: Pick<NotAccepted, "code">): string {
  const key = `refusal.${code}`;
  return t(texts.has(key) ? key : "refusal.other");
}
