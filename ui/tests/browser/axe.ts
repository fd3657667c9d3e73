import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Serious and critical faults of a page for people who use it by screen reader or keyboard, as axe finds them. */
export async function heardFaults(page: Page): Promise<string[]> {
  // Evaluated by the driver, not loaded by the page: its content policy stays as strict as it is.
  await page.evaluate(`${SOURCE};undefined`);
  const { violations } = (await page.evaluate("axe.run(document)")) as AxeResults;
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}
