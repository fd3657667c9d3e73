import type { TwoValues } from "$lib/backend/bindings";

/** How a value that is neither of the two is stated. */
export type OtherKind = "count" | "reach" | "time" | "position" | "words";

/** How a value that is none of those stated can be stated here, or null where none makes sense. */
export function otherKind({ kind, values }: TwoValues): OtherKind | null {
  switch (kind) {
    case "reach":
      // All of the group was stated already: what is neither is a part of it.
      return values.some(({ value }) => value === "all") ? "count" : "reach";
    case "position":
      // Nobody types a fix. That both are wrong leaves none.
      return values.some(({ value }) => value === "no_fix") ? null : "position";
    case "count":
    case "time":
    case "words":
      return kind;
    case "stated":
    case "descriptive":
      return null;
  }
}

/** A time that was stated: another one is most often of its day. */
export function nearOf({ kind, values }: TwoValues): string | null {
  const [first] = values;
  return kind === "time" && typeof first?.value === "string" ? first.value : null;
}
