import type { Missing } from "$lib/backend/bindings";
import { t, texts } from "$lib/text/text.svelte";
import type { TextKey } from "$lib/text/text.svelte";

/** What a record lacks to be complete, in lines: "Falta: qué se hizo, la posición", then what is wrong and what to do. */
export function missingLines(missing: Missing[], key: TextKey): string[] {
  const lacks = missing.filter(({ reason }) => reason === null);
  const wrong = missing.filter(({ reason }) => reason !== null);
  const lines = wrong.map((line) => words(`wrong.${line.rule}.${line.reason}`, line));
  if (lacks.length > 0) {
    const fields = lacks.map((line) => words(`missing.${line.rule}`, line));
    lines.unshift(t(key, { fields: [...new Set(fields)].join(", ") }));
  }
  return [...new Set(lines)];
}

/** What may be wrong with a record that is complete, a sentence each. */
export function warningLines(warnings: Missing[]): string[] {
  return warnings.map((line) => words(`check.${line.rule}.${line.reason}`, line));
}

/** The text of a key built from a rule; what this build has no words for is shown as it is. */
function words(key: string, { message }: Missing): string {
  return texts.has(key) ? t(key) : message;
}
