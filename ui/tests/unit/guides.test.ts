// @vitest-environment node
import { readFileSync } from "node:fs";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, it } from "vitest";
import en from "$lib/text/en.json";
import es from "$lib/text/es.json";

/** What stands between stars in a guide is what a person looks for on the screen. These are meant otherwise. */
const OTHERWISE: Record<string, string[]> = {
  "patrulla.md": ["sostenga", "código de rescate", "3"],
  "patrol.md": ["hold", "recovery code", "3"],
  // Keys of the keyboard, and what is typed to find by a nationality.
  "comandante.md": ["A", "R", "/", "haitiana", "nepal"],
  "commander.md": ["A", "R", "/", "haitiana", "nepal"],
  // Stressed, or said by the server.
  "operador.md": ["con el archivo de llave", "misma función y el mismo nombre", "QUARANTINE FULL"],
  "operator.md": ["with the key file", "same role and name", "QUARANTINE FULL"],
};

type Ast = ReturnType<IntlMessageFormat["getAst"]>;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

const anyOf = (patterns: string[]) => `(?:${patterns.join("|")})`;

/** What a message may read, as a pattern: of a choice each branch, the device by either word, any other value a number. */
function patternOf(ast: Ast, devices: string[]): string {
  return ast
    .map((part) => {
      if ("options" in part)
        return anyOf(Object.values(part.options).map(({ value }) => patternOf(value, devices)));
      if (part.type === 0) return escaped(part.value);
      return "value" in part && part.value === "device" ? anyOf(devices) : "\\d+";
    })
    .join("");
}

/** The words with which a message begins, up to its first value. */
const headOf = ([first]: Ast) => (first?.type === 0 ? first.value.replace(/[\s(:·]+$/, "") : "");

/** Whether a screen says it: whole, or without the value at its end, or, with … at its end, its beginning. */
function isSaid(messages: Record<string, string>): (name: string) => boolean {
  const devices = ["phone", "laptop"].map((device) => messages[`device.${device}`] ?? "");
  const known = Object.values(messages).map((message) => {
    const ast = new IntlMessageFormat(message, "es", undefined, { ignoreTag: true }).getAst();
    return { message, head: headOf(ast), pattern: new RegExp(`^${patternOf(ast, devices)}$`) };
  });
  const worded = known.filter(({ message }) => /\p{L}/u.test(message.replace(/\{[^}]*\}/g, "")));
  return (name) => {
    const begun = name.endsWith("…") ? name.slice(0, -1) : null;
    return worded.some(
      ({ head, message, pattern }) =>
        pattern.test(name) ||
        pattern.test(name.replace(/\.$/, "")) ||
        head === name ||
        (begun !== null && message.startsWith(begun)),
    );
  };
}

/** The names between stars, one or two of them, that are neither code nor a link. */
function starred(guide: string): string[] {
  const plain = guide.replace(/`[^`]*`/g, "").replace(/\[[^\]]*\]\([^)]*\)/g, "[]");
  const found = [...plain.matchAll(/(\*{1,2})([^*\n]+)\1/g)].map(([, , name]) => name ?? "");
  return [...new Set(found)].filter((name) => !name.includes("["));
}

describe("what the guides name", () => {
  it.each([
    ["patrulla.md", es],
    ["comandante.md", es],
    ["operador.md", es],
    ["patrol.md", en],
    ["commander.md", en],
    ["operator.md", en],
  ])("stands on a screen: %s", (file, messages) => {
    const guide = readFileSync(`${import.meta.dirname}/../../../docs/guide/${file}`, "utf8");
    const names = starred(guide).filter((name) => !OTHERWISE[file]?.includes(name));
    expect(names.length, "names were found").toBeGreaterThan(5);
    const said = isSaid(messages);
    expect(names.filter((name) => !said(name))).toEqual([]);
  });
});
