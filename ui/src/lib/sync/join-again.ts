import type { AppStatus, ErrorCode } from "$lib/backend/bindings";

/** Failures after which only a new code helps: the server is another one, or it does not know this phone. */
const CODES: ErrorCode[] = ["server_key_changed", "not_enrolled"];
const WORDS = ["unknown_device", "organisation", "clone", "scope", "digits"];

/** Whether the last exchange failed for a reason that joining again mends. */
export function needsJoining({ enrolled, sync }: Pick<AppStatus, "enrolled" | "sync">): boolean {
  if (!enrolled || sync.phase !== "failed" || sync.error === null) return false;
  return CODES.includes(sync.error) || WORDS.includes(sync.error_word ?? "");
}
