import type { AppStatus } from "$lib/backend/bindings";
import { agoInWords } from "$lib/app/words";
import { t } from "$lib/text/text.svelte";

/** The status bar in parts: a number that stands out, what it counts, and when the post last answered. */
export interface StatusWords {
  /** Set only when something is not received: not yet, or not accepted. */
  number: number | null;
  what: string;
  contact: string;
}

/** The sentence of the status bar for where the app stands. */
export function statusWords(status: AppStatus, now: number): StatusWords {
  return { ...received(status), contact: contact(status, now) };
}

function received(status: AppStatus): Pick<StatusWords, "number" | "what"> {
  if (status.unreceived > 0) return { number: status.unreceived, what: t("status.unreceived") };
  // What the server did not take is nowhere but here: then not all is received.
  if (status.refused > 0)
    return { number: status.refused, what: t("status.refused", { count: status.refused }) };
  const what = status.saved_total === 0 || !status.enrolled ? "status.nothing_yet" : "status.all_received";
  return { number: null, what: t(what) };
}

function contact(status: AppStatus, now: number): string {
  const { sync } = status;
  if (sync.phase === "connecting") return t("status.connecting");
  if (sync.phase === "sending") return t("status.syncing", { sent: sync.sent, total: sync.to_send });
  if (sync.phase === "receiving") return t("status.receiving", { count: sync.received });
  if (!status.enrolled) return t("status.not_enrolled");
  if (!status.last_contact_at) return t("status.no_contact");
  return t("status.contact", { ago: agoInWords(status.last_contact_at, now) });
}

/** The large number of the page: how many were handed over by this contact, before that how many are not received. */
export function syncNumber({ sync, unreceived }: AppStatus): number {
  const isRunning = sync.phase !== "idle" && sync.phase !== "failed";
  return isRunning && sync.sent > 0 ? sync.sent : unreceived;
}
