import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { Beginning } from "./beginning.svelte";

describe("the first start", () => {
  const begun = () => {
    const beginning = new Beginning(new MemoryBackend({}).backend());
    beginning.sees("first_start");
    return beginning;
  };

  it("ends although it is told late that the phone is open", () => {
    const beginning = begun();
    beginning.end();
    beginning.sees("first_start");
    expect(beginning.start, "its first step would come again").toBeNull();
    beginning.sees("open");
    expect(beginning.start).toBeNull();
  });

  it("stays on screen when the phone is open and its last steps are not done", () => {
    const beginning = begun();
    const { start } = beginning;
    beginning.sees("open");
    expect(beginning.start).toBe(start);
  });

  it("is over when the phone is locked, but for a recovery code that is not on paper yet", () => {
    const beginning = begun();
    beginning.start?.go("recovery");
    beginning.sees("locked");
    expect(beginning.start).not.toBeNull();
    beginning.start?.go("practice");
    beginning.sees("locked");
    expect(beginning.start).toBeNull();
  });
});
