import type { AppStatus } from "$lib/backend/bindings";
import { agoInWords, momentInWords } from "$lib/app/words";
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
  if (status.others_unreceived > 0)
    return {
      number: status.others_unreceived,
      what: t("status.others_unreceived", { count: status.others_unreceived }),
    };
  const what = status.saved_total === 0 || !status.enrolled ? "status.nothing_yet" : "status.all_received";
  return { number: null, what: t(what) };
}

function contact(status: AppStatus, now: number): string {
  const { sync } = status;
  // No contact hands over what is new: the bar leads to what helps.
  if (status.is_copied) return t("status.copied");
  if (sync.phase === "connecting") return t("status.connecting");
  if (sync.phase === "sending") return t("status.syncing", { sent: sync.sent, total: sync.to_send });
  if (sync.phase === "receiving") return t("status.receiving", { count: sync.received });
  if (!status.enrolled) return t("status.not_enrolled");
  if (!status.last_contact_at) return t("status.no_contact");
  return t("status.contact", { ago: agoInWords(status.last_contact_at, status.post?.tz, now) });
}

/** The large number of the page: how many were handed over by this contact, before that how many are not received. */
export function syncNumber(status: AppStatus): number {
  const { sync, unreceived } = status;
  return isSyncing(status) && sync.sent > 0 ? sync.sent : unreceived;
}

/** Whether an exchange is under way. */
export function isSyncing({ sync }: AppStatus): boolean {
  return sync.phase !== "idle" && sync.phase !== "failed";
}

/** Whether the post has all that this device holds, also what is in no list: outings, and what was undone. */
export function isAllReceived(status: AppStatus): boolean {
  const { unreceived, others_unreceived, refused, last_contact_at } = status;
  return !isSyncing(status) && last_contact_at !== null && unreceived + others_unreceived + refused === 0;
}

/** The sentence of the page: what an exchange is doing, or how much of this device the post has. */
export function syncSentence(status: AppStatus, zone: string | undefined, now: number): string {
  const { sync, unreceived, last_contact_at } = status;
  switch (sync.phase) {
    case "connecting":
      return t("sync.connecting");
    case "sending":
      return t("sync.sending", { sent: sync.sent, total: sync.to_send });
    case "receiving":
      return t("sync.receiving", { count: sync.received });
    case "failed":
    case "idle":
      if (unreceived > 0) return t("sync.idle.unreceived", { count: unreceived });
      if (!last_contact_at) return othersSentence(status) ?? t("sync.idle.nothing");
      return t(isAllReceived(status) ? "sync.idle.done" : "sync.idle.done_but", {
        time: momentInWords(last_contact_at, zone, now),
      });
  }
}

/** What the post lacks besides records, below the sentence of the page; null if nothing, or if that says it. */
export function restSentence(status: AppStatus): string | null {
  const others = isSyncing(status) ? null : othersSentence(status);
  return status.unreceived === 0 && !status.last_contact_at ? null : others;
}

function othersSentence({ others_unreceived: count }: AppStatus): string | null {
  return count > 0 ? t("sync.idle.others", { count }) : null;
}
