import { IntlMessageFormat } from "intl-messageformat";
import type { Language, Settings } from "$lib/backend/bindings";
import en from "./en.json";
import es from "./es.json";

export type TextKey = keyof typeof es;
type Values = Record<string, string | number>;

const messages: Record<Language, Record<TextKey, string>> = { es, en };

/** The language and the words of the post, for the whole window. */
class Texts {
  language = $state<Language>("es");
  vocabulary = $state<Settings["vocabulary"]>("pa");
  /** What a person calls what they hold or sit at. */
  device = $state<"phone" | "laptop">("phone");
  #formats = new Map<string, IntlMessageFormat>();

  /** The message of a key in the current language, with its values put in. */
  format(key: TextKey, values: Values = {}): string {
    const id = `${this.language}/${key}`;
    let format = this.#formats.get(id);
    if (!format) {
      format = new IntlMessageFormat(messages[this.language][key], this.language, undefined, {
        ignoreTag: true,
      });
      this.#formats.set(id, format);
    }
    const device = messages[this.language][`device.${this.device}`];
    return String(format.format({ vocab: this.vocabulary, device, ...values }));
  }

  /** Whether a key built from a code exists; unknown codes are shown as they are. */
  has(key: string): key is TextKey {
    return key in es;
  }
}

export const texts = new Texts();

/** The text of a key. Components hold keys, never words. */
export function t(key: TextKey, values?: Values): string {
  return texts.format(key, values);
}
