import { labelOf } from "$lib/app/words";
import type { CodeItem, HistoryLine, Lists } from "$lib/backend/bindings";
import { t, texts } from "$lib/text/text.svelte";

/** One thing that happened, as people read it. */
export interface HistoryWords {
  /** When. */
  at: string;
  /** What, with the person in it. */
  sentence: string;
  /** Why, if a reason was given. */
  reason: string | null;
}

/** Several values of a field stand in one line with this between them. */
const BETWEEN = " / ";
/** Where a time came from when a person wrote it: judged, or ahead of a clock that nobody had checked. */
const TYPED = "typed";
const TYPED_AHEAD = "typed_ahead";
/** Fields that say something about another one and are told with it. */
const TOLD_WITH_ANOTHER = new Set(["clock_checked_at"]);
/** What the clock of a device gave, and what a contact corrects. */
const OF_THE_CLOCK = new Set(["occurred_at", "clock_source"]);
/** What happens to a time because of a clock. */
const OF_CLOCKS = new Set<HistoryLine["event"]>(["clock_corrected", "clock_checked", "time_ahead"]);
/** Fields of codes of which the shell gives the code, and where their words are. */
const KEY_OF: Record<string, (code: string) => string> = {
  clock_source: (code) => `value.source.${code}`,
  occurred_precision: (code) => `value.precision.${code}`,
  capture_mode: (code) => `value.mode.${code}`,
};

/** What happened to a record in sentences, oldest first; `folio` is that of its strip of paper now. */
export function historyWords(
  history: HistoryLine[],
  lists: Lists | null,
  folio: string | null = null,
): HistoryWords[] {
  const firstFolio = folioAtFirst(history, folio);
  return history.flatMap((line) => {
    const act = history.filter((other) => isOneAct(line, other));
    const sentence = isVoidUndone(line, history)
      ? t("history.void_undone", { author: plain(line, lists).author })
      : line.event === "created" && firstFolio
        ? t("history.created_paper", { author: plain(line, lists).author, folio: firstFolio })
        : sentenceOf(plain(line, lists), act);
    const reason = line.reason === null ? null : reasonInWords(line, lists);
    return sentence === null ? [] : [{ at: line.at, sentence, reason }];
  });
}

/** The folio that a record was saved with: what its first correction replaced, or the one that it has. */
function folioAtFirst(history: HistoryLine[], folio: string | null): string | null {
  const corrected = history.find(({ event, field }) => event === "changed" && field === "paper_ref");
  return corrected ? corrected.before : folio;
}

/** Whether a record was opened again after it was void: that is more than taking it up again. */
function isVoidUndone(line: HistoryLine, history: HistoryLine[]): boolean {
  if (line.event !== "reviewed" || line.after !== "reopened") return false;
  const before = history.slice(0, history.indexOf(line));
  const isReopened = ({ event, after }: HistoryLine) => event === "reviewed" && after === "reopened";
  return before.findLast((other) => other.event === "voided" || isReopened(other))?.event === "voided";
}

/** Lines of one change: a person alters several fields at once. */
function isOneAct(line: HistoryLine, other: HistoryLine): boolean {
  return line.at === other.at && line.author === other.author && line.device === other.device;
}

/** The line with the words of this build for what the shell gives as a code. */
function plain(line: HistoryLine, lists: Lists | null): HistoryLine {
  const field = line.field ?? "";
  const word = (code: string) => {
    if (field === "trail_id") return labelOf(lists?.trails, code);
    const key = KEY_OF[field]?.(code) ?? "";
    return texts.has(key) ? t(key) : code;
  };
  const words = (codes: string | null) => codes && codes.split(BETWEEN).map(word).join(BETWEEN);
  return {
    ...line,
    author: line.author === "" ? t("history.somebody") : line.author,
    // The shell does not know by which words the post goes.
    ...(field === "patrol_id" ? { label: t("records.patrol") } : {}),
    ...(field === "trail_id" || field in KEY_OF
      ? { before: words(line.before), after: words(line.after) }
      : {}),
  };
}

function sentenceOf(line: HistoryLine, act: HistoryLine[]): string | null {
  if (line.field !== null && TOLD_WITH_ANOTHER.has(line.field)) return null;
  // Where the time came from is told with the time.
  if (line.field === "clock_source" && act.some(({ field }) => field === "occurred_at")) return null;
  if (OF_CLOCKS.has(line.event)) {
    // Whatever else a person altered together with the time is an edit like any other.
    return OF_THE_CLOCK.has(line.field ?? "") ? ofTheClock(line, act) : ofTheField(line);
  }
  if (line.event === "changed") return ofTheField(line);
  return t(`history.${line.event}`, { ...valuesOf(line), after: afterInWords(line) });
}

/** What happened to a time: by a person, or because a contact showed what the clock was worth. */
function ofTheClock(line: HistoryLine, act: HistoryLine[]): string | null {
  const { before = null, after: source = null } = act.find(({ field }) => field === "clock_source") ?? {};
  const time = act.find(({ field }) => field === "occurred_at");
  if (line.event === "time_ahead") return t("history.time_ahead");
  if (source === TYPED && before === TYPED_AHEAD && !time) return t("history.time_checked");
  if (source === TYPED) return t(time ? "history.time_typed" : "history.time_confirmed", valuesOf(line));
  if (source === "device" && time) return t("history.clock_restored", valuesOf(line));
  return t(`history.${line.event === "clock_checked" ? "clock_checked" : "clock_corrected"}`, valuesOf(line));
}

function ofTheField(line: HistoryLine): string {
  const values = valuesOf(line);
  if (line.field === "needs_answered") return t("history.needs_answered", values);
  // A name of a patrol says something to people; its number does not.
  if (line.field === "patrol_id") return t("history.changed_only", values);
  if (line.after === null) return t("history.changed_gone", values);
  return t(line.before === null ? "history.changed_plain" : "history.changed", values);
}

const valuesOf = (line: HistoryLine) => ({
  author: line.author,
  label: line.label ?? t("history.record"),
  before: line.before ?? "",
  after: line.after ?? "",
});

function afterInWords({ after }: HistoryLine): string {
  const key = `review.${after}`;
  return texts.has(key) ? t(key) : (after ?? "");
}

/** The reason by its name; words that somebody wrote are shown as they are. */
function reasonInWords({ event, reason }: HistoryLine, lists: Lists | null): string {
  const list: CodeItem[] | undefined = event === "voided" ? lists?.void_reason : lists?.flag_reason;
  return labelOf(list, reason ?? "");
}
