import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { FormSession } from "./session.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function opened() {
  const memory = new MemoryBackend({
    people: [{ name: "Cabo Mosquera", pin: "241973" }],
    openAs: "Cabo Mosquera",
  });
  const session = new FormSession(memory.backend(), { page: "form", kind: "new" });
  const stop = session.watchPosition();
  const seen = () => [
    session.form.whereabouts.position.state,
    session.form.whereabouts.position.position?.fix_age_s,
  ];
  return { memory, session, stop, seen };
}

describe("the position line", () => {
  it("grows old while nothing newer is told, and ends by saying that there is none", async () => {
    const { memory, stop, seen } = opened();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen(), "as told").toEqual(["fix", 4]);
    memory.slowMs = 1_000_000;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen(), "a minute later it is a minute older").toEqual(["fix", 64]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen(), "too old to be recorded").toEqual(["none", undefined]);
    stop();
  });

  it("stays true in a form that lies open for long, and asks less often then", async () => {
    const { memory, stop, seen } = opened();
    await vi.advanceTimersByTimeAsync(150_000);
    const asked = memory.calls.get("position") ?? 0;
    await vi.advanceTimersByTimeAsync(150_000);
    expect((memory.calls.get("position") ?? 0) - asked, "every 15 s").toBeLessThanOrEqual(10);
    expect(Number(seen()[1]), "never frozen").toBeLessThan(4 + 16);
    expect(memory.touches, "and is no touch: the phone locks itself all the same").toBe(0);
    stop();
  });
});
