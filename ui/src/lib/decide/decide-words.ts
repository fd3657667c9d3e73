import type { Repeat, Repeats } from "$lib/backend/bindings";
import { t } from "$lib/text/text.svelte";

/** How two records lie to each other: "47 min después, a unos 2300 m, …". */
export function repeatInWords({
  minutes_apart,
  metres_apart,
  metres_an_hour,
  people_apart: people,
}: Repeat): string {
  const time =
    minutes_apart < 120
      ? t("decide.repeat.minutes", { minutes: minutes_apart })
      : t("decide.repeat.hours", { hours: Math.round(minutes_apart / 60) });
  const metres = metres_apart === null ? "none" : Math.round(metres_apart / 100) * 100;
  const pace = metres_an_hour === null ? "none" : Math.round(metres_an_hour / 100) / 10;
  return t("decide.repeat", { time, metres, pace, people });
}

/** How many others are as near, and what the two have in common. */
export function nearnessInWords(repeat: Repeat): string {
  return t("decide.repeat.near", { rivals: repeat.rivals, by: sharedBy(repeat) });
}

/** What two records share that are suggested for another reason than the direction in which people went. */
function sharedBy({ same_patrol, a }: Repeat): "patrol" | "device" | "direction" {
  if (!same_patrol) return "direction";
  return a.patrol_id === null ? "device" : "patrol";
}

/** How many pairs meet the rule, how many stand out, and what the rule is. */
export function ruleInWords({ meet_rule: all, standing_out: first }: Repeats): string {
  return t("decide.repeat.rule", { all, first });
}
