// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../src", import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.(ts|svelte)$/.test(file) && !/\.test\.ts$/.test(file))
  .map((file) => join(root, file));

/** The file that an import names, or null for packages. */
function resolved(from: string, specifier: string): string | null {
  const path = specifier
    .replace(/^\$lib\//, `${root}/lib/`)
    .replace(/^\$pages\//, `${root}/pages/`)
    .replace(/^\.\.?\//, (dots) => `${join(dirname(from), dots)}/`);
  return [path, `${path}.ts`].find((candidate) => files.includes(candidate)) ?? null;
}

const importsOf = new Map(
  files.map((file) => {
    const text = readFileSync(file, "utf8");
    const specifiers = [...text.matchAll(/^\s*(?:import|export)\s(?!type\s)[^;]*?from\s+"([^"]+)"/gm)];
    const found = specifiers.map(([, specifier = ""]) => resolved(file, specifier));
    return [file, found.filter((path): path is string => path !== null)];
  }),
);

function cycleFrom(file: string, path: string[], done: Set<string>): string[] | null {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
  if (done.has(file)) return null;
  for (const next of importsOf.get(file) ?? []) {
    const cycle = cycleFrom(next, [...path, file], done);
    if (cycle) return cycle;
  }
  done.add(file);
  return null;
}

describe("imports", () => {
  it("are found at all", () => {
    const count = [...importsOf.values()].reduce((sum, list) => sum + list.length, 0);
    expect(count, "the reader of import lines finds none, so it would find no cycle").toBeGreaterThan(100);
  });

  it("have no cycle, through components either", () => {
    const done = new Set<string>();
    const cycles = files.map((file) => cycleFrom(file, [], done)).filter((cycle) => cycle !== null);
    expect(
      cycles.map((cycle) => cycle.map((file) => relative(root, file)).join(" → ")),
      "each file can be read without another that needs it",
    ).toEqual([]);
  });

  it("of shared/ know no domain", () => {
    const wrong = [...importsOf].filter(
      ([file, list]) =>
        file.startsWith(`${root}/lib/shared/`) &&
        list.some((path) => !path.startsWith(`${root}/lib/shared/`)),
    );
    expect(
      wrong.map(([file]) => relative(root, file)),
      "shared/ would grow into a domain",
    ).toEqual([]);
  });

  it("reach the shell from one file only", () => {
    const shell = files.filter((file) => /from "@tauri-apps/.test(readFileSync(file, "utf8")));
    expect(
      shell.map((file) => relative(root, file)),
      "components use the backend object",
    ).toEqual(["lib/backend/tauri.ts"]);
  });

  it("never reach the test backend", () => {
    const wrong = files.filter((file) => /from "[^"]*tests\//.test(readFileSync(file, "utf8")));
    expect(wrong, "nothing of tests/ may be in the product").toEqual([]);
  });

  it("of a component stay under 150 lines of component", () => {
    const long = files
      .filter((file) => file.includes("/lib/") && file.endsWith(".svelte"))
      .filter(
        (file) =>
          readFileSync(file, "utf8")
            .replace(/<style>[\s\S]*<\/style>/, "")
            .split("\n").length > 150,
      );
    expect(
      long.map((file) => relative(root, file)),
      "a long component hides a second one",
    ).toEqual([]);
  });
});
