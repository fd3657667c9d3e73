import type { Missing } from "$lib/backend/bindings";
import { t, texts } from "$lib/text/text.svelte";

/** What a record lacks to be complete, in words: "qué se hizo, el lugar o la posición". */
export function missingInWords(missing: Missing[]): string {
  const words = missing.map(({ rule, message }) => {
    const key = `missing.${rule}`;
    return texts.has(key) ? t(key) : message;
  });
  return [...new Set(words)].join(", ");
}
