import type { Absent } from "$lib/backend/bindings";
import { t } from "$lib/text/text.svelte";

/** How much it is: "2 registros", "2 registros y una salida o un deshecho". */
export function absentInWords({ records, others }: Absent): string {
  return t("sync.absent.count", { records, others });
}
