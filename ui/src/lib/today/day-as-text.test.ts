import { describe, expect, it } from "vitest";
import { scene } from "../../../tests/backend/scenes";
import { dayAsText } from "./today-words";

describe("the day as text", () => {
  it("says what it is of, who is missing and why, the attentions and what is not sure", async () => {
    const post = scene(new URLSearchParams("scene=post"));
    const first = post.records.find(({ status, capture }) => status === "complete" && capture.needs);
    if (first) first.capture = { ...first.capture, clock_source: "device" };
    const today = await post.backend().today(null, 1, false);
    const text = dayAsText(today, {
      head: "Bajo Chiquito · hoy",
      notes: ["Nota"],
      zone: "America/Panama",
      nameOf: (code) => code,
    });
    const lines = text.split("\n");
    expect(lines[0], "what it is of").toBe("Bajo Chiquito · hoy");
    expect(lines[1], "the sentence of the screen").toMatch(/encuentros · faltan 2 de 5 equipos$/);
    expect(text, "each nationality in a line of cells").toMatch(/^VEN\t\S+\t\S+\t\S+\t\S+\t\S+\t\S+$/m);
    expect(text, "who is missing, by name").toMatch(
      /^Faltan: Patrulla Canaán \(en patrulla .+\), Patrulla Tacartí \(sin contacto\)$/m,
    );
    expect(text, "attentions").toMatch(/^Orientación\t312$/m);
    expect(lines.at(-1), "and the notes").toBe("Nota");
    expect(today.clock_doubt, "one clock was not checked").toBe(1);
  });
});
