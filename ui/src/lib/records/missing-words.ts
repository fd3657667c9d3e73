import { labelOf } from "$lib/app/words";
import type { Capture, Count, Lists, Missing } from "$lib/backend/bindings";
import { t, texts } from "$lib/text/text.svelte";
import type { TextKey } from "$lib/text/text.svelte";
import { countInWords } from "./row-words";

/** What is known of the record whose lack is told. */
export interface Lacking {
  /** Code lists, for the names of what was given and needed. */
  lists: Lists | null;
  /** People of the group. */
  people: Count;
  /** What was stated, where it is at hand. */
  capture?: Capture;
}

/** What a record lacks to be complete, in lines: "Falta: qué se hizo, la posición", then what is wrong and what to do. */
export function missingLines(missing: Missing[], key: TextKey, record: Lacking): string[] {
  const wrong = missing.map((line) => wrongWords(line, record));
  const lacks = missing.filter((_, index) => wrong[index] === null);
  const lines = wrong.filter((line) => line !== null);
  if (lacks.length > 0) {
    const fields = lacks.map((line) => words(`missing.${line.rule}`, line));
    lines.unshift(t(key, { fields: [...new Set(fields)].join(", ") }));
  }
  return [...new Set(lines)];
}

/** What is wrong with something that was stated, and what to do; null for what was not stated at all. */
function wrongWords(line: Missing, { lists, people, capture }: Lacking): string | null {
  if (line.reason !== null) return words(`wrong.${line.rule}.${line.reason}`, line);
  const [group, code] = line.field.split("/");
  const group_size = countInWords(people);
  if (line.rule === "E04" && code !== undefined) {
    const part = capture?.assistance?.[code];
    const values = {
      label: labelOf(lists?.assistance, code),
      part: typeof part === "number" ? part : "none",
    };
    return t("wrong.E04", { ...values, people: group_size });
  }
  if (line.rule === "E05" && group === "needs" && code !== undefined) {
    if (code === "uac") return t("wrong.E05.children");
    const part = capture?.needs?.[code];
    const values = { label: labelOf(lists?.need, code), part: part ?? "none" };
    const isMore = part === undefined || part > people.max;
    return t(isMore ? "wrong.E05.more" : "wrong.E05.fit", { ...values, people: group_size });
  }
  return null;
}

/** What may be wrong with a record that is complete, a sentence each. */
export function warningLines(warnings: Missing[]): string[] {
  return warnings.map((line) => words(`check.${line.rule}.${line.reason}`, line));
}

/** The text of a key built from a rule; what this build has no words for is shown as it is. */
function words(key: string, { message }: Missing): string {
  return texts.has(key) ? t(key) : message;
}
