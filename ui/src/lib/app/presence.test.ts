import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { TOLD_EVERY_MS, watchPresence } from "./presence";

let memory: MemoryBackend;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  memory = new MemoryBackend({});
  stop = watchPresence(memory.backend());
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe("presence", () => {
  it("is told by a finger or a key, not by what a page reads", async () => {
    await memory.backend().status();
    expect(memory.touches, "a page that refreshes itself is nobody").toBe(0);
    window.dispatchEvent(new Event("pointerdown"));
    expect(memory.touches, "a finger is").toBe(1);
    vi.advanceTimersByTime(TOLD_EVERY_MS);
    window.dispatchEvent(new Event("keydown"));
    expect(memory.touches, "so is a key").toBe(2);
  });

  it("is told once for many taps, and no more when nobody listens", () => {
    for (let tap = 0; tap < 20; tap += 1) window.dispatchEvent(new Event("pointerdown"));
    expect(memory.touches, "the shell is not called at every tap").toBe(1);
    stop();
    vi.advanceTimersByTime(TOLD_EVERY_MS);
    window.dispatchEvent(new Event("pointerdown"));
    expect(memory.touches, "after the page is gone nothing is told").toBe(1);
  });
});
