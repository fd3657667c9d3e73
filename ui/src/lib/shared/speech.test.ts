import { describe, expect, it } from "vitest";
import { speech } from "./speech.svelte";

describe("speech", () => {
  it("says the same sentence twice", () => {
    speech.say("Guardado");
    const once = speech.said;
    speech.say("Guardado");
    expect(speech.said.trim(), "the same words").toBe(once);
    expect(speech.said, "a region that does not change is not read again").not.toBe(once);
  });
});
