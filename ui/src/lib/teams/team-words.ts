import { labelOf } from "$lib/app/words";
import type { Lists, Role, Team } from "$lib/backend/bindings";
import { t, texts } from "$lib/text/text.svelte";

/** A clock that is off by more than this is doubted, in seconds. */
const CLOCK_DOUBT_S = 300;

/** What a device may do, in the words of the post where the code list has those of another country. */
export function roleInWords(role: Role, lists: Lists | null): string {
  const key = `role.${role}`;
  return texts.has(key) ? t(key) : labelOf(lists?.role, role);
}

/** What is known of a team's clock, and whether it needs a look. */
export function clockInWords({ clock_offset_seconds: offset }: Team): { words: string; doubtful: boolean } {
  if (offset === null) return { words: t("teams.clock.unknown"), doubtful: false };
  if (Math.abs(offset) <= CLOCK_DOUBT_S) return { words: t("teams.clock.ok"), doubtful: false };
  const minutes = Math.round(Math.abs(offset) / 60);
  return { words: t(offset > 0 ? "teams.clock.ahead" : "teams.clock.behind", { minutes }), doubtful: true };
}
