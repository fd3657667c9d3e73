import type { Repeat } from "$lib/backend/bindings";
import { t } from "$lib/text/text.svelte";

/** Why two records may be the same group: "47 min después, a 2300 m, …". */
export function repeatInWords({ minutes_apart: minutes, metres_apart }: Repeat): string {
  return t("decide.repeat", { minutes, metres: metres_apart === null ? "none" : Math.round(metres_apart) });
}
