// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { IntlMessageFormat } from "intl-messageformat";
import { parse, type AST } from "svelte/compiler";
import { describe, expect, it } from "vitest";
import en from "$lib/text/en.json";
import es from "$lib/text/es.json";

const root = fileURLToPath(new URL("../../src", import.meta.url));
const sources = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
  /\.(svelte|ts)$/.test(file),
);
const components = sources.filter((file) => file.endsWith(".svelte"));
const languages = { es, en } as const;

/** Values that every message may take without being given them. */
const ALWAYS = new Set<string | undefined>(["vocab", "device"]);

/** Attributes whose value a person reads or hears. */
const SPOKEN = new Set(["title", "alt", "placeholder", "aria-label", "aria-description", "label"]);

type Elements = ReturnType<IntlMessageFormat["getAst"]>;

/** The names of all values that a message takes, also inside the branches of a plural or a select. */
function argumentsIn(elements: Elements): Set<string> {
  const names = new Set<string>();
  for (const element of elements) {
    // Words alone, and the number sign of a plural, take no value of their own.
    if ("value" in element && element.type !== 0) names.add(element.value);
    if ("options" in element)
      for (const { value } of Object.values(element.options))
        argumentsIn(value).forEach((name) => names.add(name));
  }
  return names;
}

function wordsIn(source: string): string[] {
  const found: string[] = [];
  const hasWords = (text: string) => /\p{L}{2,}/u.test(text);
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== "object" || node === null) return;
    const { type } = node as { type?: string };
    if (type === "Text" && hasWords((node as AST.Text).data)) found.push((node as AST.Text).data.trim());
    if (type === "Attribute") {
      const { name, value } = node as AST.Attribute;
      if (SPOKEN.has(name) && Array.isArray(value)) visit(value);
      return;
    }
    Object.entries(node).forEach(
      ([key, child]) => key !== "css" && key !== "instance" && key !== "module" && visit(child),
    );
  };
  visit(parse(source, { modern: true }).fragment);
  return found;
}

describe("texts", () => {
  it("have the same keys in both languages", () => {
    expect(Object.keys(en), "a key in one language only would show nothing in the other").toEqual(
      Object.keys(es),
    );
  });

  it("take the same values in both languages", () => {
    const valuesOf = (text: string) =>
      [...argumentsIn(new IntlMessageFormat(text, "es", undefined, { ignoreTag: true }).getAst())]
        .filter((name) => !ALWAYS.has(name))
        .sort()
        .join();
    const different = Object.keys(es).filter(
      (key) => valuesOf(es[key as keyof typeof es]) !== valuesOf(en[key as keyof typeof es]),
    );
    expect(different, "a value would be lost in translation").toEqual([]);
  });

  it("are compared down to the branches of a plural", () => {
    const message = "{count, plural, one {# of {total}} other {{why, select, a {x} other {{name}}}}}";
    expect(
      [...argumentsIn(new IntlMessageFormat(message, "es").getAst())].sort(),
      "no value hides in a branch",
    ).toEqual(["count", "name", "total", "why"]);
  });

  it("say in English the post, never the módulo", () => {
    const wrong = Object.entries(en).filter(
      ([key, message]) => !key.startsWith("settings.vocabulary") && /módulo/.test(message),
    );
    expect(wrong, "English has one word for it").toEqual([]);
  });

  it.each(Object.entries(languages))("are all well-formed messages in %s", (language, messages) => {
    for (const [key, message] of Object.entries(messages)) {
      expect(
        () => new IntlMessageFormat(message, language, undefined, { ignoreTag: true }),
        `${key} cannot be shown`,
      ).not.toThrow();
    }
  });

  it("never say that a record was sent", () => {
    const wrong = Object.entries(es).filter(([, message]) => /enviad[oa]s?\b/i.test(message));
    expect(wrong, "sent says nothing about where a record is; received does").toEqual([]);
    const english = Object.entries(en).filter(([, message]) =>
      /\bsent\b/i.test(message.replace(/\{sent\}/g, "")),
    );
    expect(english, "sent says nothing about where a record is; received does").toEqual([]);
  });

  it("blame nobody", () => {
    const wrong = Object.entries({ ...es }).filter(([, message]) =>
      /\b(culpa|su error|equivocó|usted se|mal hecho)\b/i.test(message),
    );
    expect(wrong, "two teams wrote differently; nobody is at fault").toEqual([]);
  });

  it("name a record's place by the four words", () => {
    expect([es["place.draft"], es["place.at_hq"]], "the four words are the same everywhere").toEqual([
      "Borrador",
      "Recibido en la sede",
    ]);
    const here = new IntlMessageFormat(es["place.on_phone"], "es");
    expect(here.format({ device: es["device.phone"] }), "in a hand").toBe("Guardado en este teléfono");
    expect(here.format({ device: es["device.laptop"] }), "on a table").toBe("Guardado en este equipo");
    const place = new IntlMessageFormat(es["place.at_post"], "es");
    expect(place.format({ vocab: "pa" }), "Panama's posts").toBe("Recibido en el puesto");
    expect(place.format({ vocab: "mx" }), "Mexico's modules").toBe("Recibido en el módulo");
  });

  it("call no record a draft: a draft is on the phone only", () => {
    const of = (messages: Record<string, string>) =>
      Object.entries(messages).filter(
        ([key, message]) => key.startsWith("records.status.") && message === messages["place.draft"],
      );
    expect([of(es), of(en)], "what a post has is a record to which something is missing").toEqual([[], []]);
  });

  it("are in the message files and in no component", () => {
    const words = components.flatMap((file) =>
      wordsIn(readFileSync(join(root, file), "utf8")).map((text) => `${file}: ${text}`),
    );
    expect(words, "a word in a component cannot be translated").toEqual([]);
    expect(
      wordsIn("<p title='Hola mundo'>Hola <b>mundo</b></p>").length,
      "the reader of components finds words",
    ).toBe(3);
  });

  it("are used: no message is left over", () => {
    const all = sources.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
    const built = [...all.matchAll(/`([a-z_0-9.]+\.)\$\{/g)].map(([, prefix = ""]) => prefix);
    const unused = Object.keys(es).filter(
      (key) => !all.includes(`"${key}"`) && !built.some((prefix) => key.startsWith(prefix)),
    );
    expect(unused, "a message that nothing shows is never checked by anyone").toEqual([]);
  });
});
