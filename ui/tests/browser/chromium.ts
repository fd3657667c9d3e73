import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** What a Chromium may be called; `cargo xtask` looks for the same. */
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Where the browser of the tests is: what `BITACORA_BROWSER` names, else the first in the search path. */
export function browserPath(): string {
  const named = process.env["BITACORA_BROWSER"];
  if (named) return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram);
  if (!found) throw new Error("no Chromium in the search path: install one, or name it in BITACORA_BROWSER");
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
