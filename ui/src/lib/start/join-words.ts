import type { BackendError, ErrorCode } from "$lib/backend/bindings";
import { errorInWords } from "$lib/app/error-words";
import { t, type TextKey } from "$lib/text/text.svelte";

/** What means something else while a phone joins than on a day of patrol. */
const whileJoining: Partial<Record<ErrorCode, TextKey>> = {
  no_network: "enrol.failed.no_network",
  server_key_changed: "enrol.failed.foreign_server",
};

/** Why the phone was not joined, and what to do. */
export function joinFailureInWords(failure: BackendError): string {
  const own = whileJoining[failure.code];
  return own ? t(own) : errorInWords(failure);
}
