import type { Repeat } from "$lib/backend/bindings";
import { t } from "$lib/text/text.svelte";

/** Why two records may be the same group: "47 min después, a 2300 m, …". */
export function repeatInWords({ minutes_apart, metres_apart, people_apart: people }: Repeat): string {
  const time =
    minutes_apart < 120
      ? t("decide.repeat.minutes", { minutes: minutes_apart })
      : t("decide.repeat.hours", { hours: Math.round(minutes_apart / 60) });
  const metres = metres_apart === null ? "none" : Math.round(metres_apart / 100) * 100;
  return t("decide.repeat", { time, metres, people });
}
