import type { Capture, Lists } from "$lib/backend/bindings";
import { countryShort, labelOf } from "$lib/app/words";
import { t } from "$lib/text/text.svelte";
import { nationalityTotal, total, totalsByWho, type Composition } from "./composition";

/** How a suggested nationality is told: asked about while people are counted, stated once it is about to be kept. */
type Telling = "asked" | "stated";
const TELLING = { asked: "form.sentence.unconfirmed", stated: "form.sentence.stated" } as const;

/** The running sentence: "6: 3 H, 2 M, 1 niña · HTI". */
export function groupSentence(
  composition: Composition,
  unconfirmed: string | null = null,
  telling: Telling = "asked",
): string {
  return groupSentences(composition, unconfirmed, telling)[0] ?? "";
}

/**
 * The running sentence of a form, with the estimate. Where it has more than so many characters, the keys that it stands
 * over would move or leave the screen: it says how many nationalities, which have keys of their own, or none.
 */
export function sentenceWithin(
  most: number,
  { composition, capture }: { composition: Composition; capture: Capture },
  unconfirmed: string | null,
  telling: Telling,
): string {
  const sentences = groupSentences(composition, unconfirmed, telling).map((sentence) =>
    withEstimate(sentence, capture),
  );
  return sentences.find(({ length }) => length <= most) ?? sentences.at(-1) ?? "";
}

/** The sentence with its nationalities, with their number, and without. */
function groupSentences(composition: Composition, unconfirmed: string | null, telling: Telling): string[] {
  const people = total(composition);
  if (people === 0) return [t("form.sentence.nobody")];
  const { man, woman, boy, girl, unknown } = totalsByWho(composition);
  const parts = [
    man && t("form.sentence.men", { count: man }),
    woman && t("form.sentence.women", { count: woman }),
    boy && t("form.sentence.boys", { count: boy }),
    girl && t("form.sentence.girls", { count: girl }),
    unknown && t("form.sentence.unknown", { count: unknown }),
  ].filter((part): part is string => Boolean(part));
  const nationalities = Object.keys(composition)
    .filter((nationality) => nationalityTotal(composition, nationality) > 0)
    .map((nationality) =>
      nationality === unconfirmed
        ? t(TELLING[telling], { nationality: countryShort(nationality) })
        : countryShort(nationality),
    );
  const alone = t("form.sentence.people", { total: people, parts: parts.join(", ") });
  const told = [
    nationalities.join(", "),
    t("form.sentence.nationalities", { count: nationalities.length }),
  ].map((nationalities) => t("form.sentence.group", { people: alone, nationalities }));
  // What is only suggested is always asked.
  return unconfirmed === null ? [...told, alone] : told.slice(0, 1);
}

/** A sentence of a group with how many are estimated to be in it, where somebody has: "30: 30 H · VEN · se estiman 40". */
export function withEstimate(sentence: string, { group_estimate }: Capture): string {
  return group_estimate == null ? sentence : t("form.sentence.estimate", { sentence, count: group_estimate });
}

/** The words of an assistance set: "agua + primeros auxilios". */
export function assistanceSentence(capture: Capture, lists: Lists | null): string {
  return Object.keys(capture.assistance ?? {})
    .map((code) => labelOf(lists?.assistance, code).toLocaleLowerCase())
    .join(" + ");
}
