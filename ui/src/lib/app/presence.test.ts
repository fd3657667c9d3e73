import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { RAIN_TOUCH_MS, touch } from "$lib/shared/touch.svelte";
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
  touch.shortestMs = 0;
  vi.useRealTimers();
});

/** What a finger or a drop does to the window, in the order of a browser. */
function contact(type: "start" | "move" | "end" | "cancel", identifier = 1): void {
  const pointer = { start: "pointerdown", end: "pointerup", cancel: "pointercancel", move: "pointermove" }[
    type
  ];
  window.dispatchEvent(Object.assign(new Event(pointer), { pointerId: identifier, pointerType: "touch" }));
  window.dispatchEvent(Object.assign(new Event(`touch${type}`), { changedTouches: [{ identifier }] }));
}

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

  it("is told by the first touch after sleep, for which the clock of the window stood still", () => {
    window.dispatchEvent(new Event("pointerdown"));
    vi.setSystemTime(Date.now() + 9 * 60_000);
    window.dispatchEvent(new Event("pointerdown"));
    expect(memory.touches, "the shell counted nine minutes").toBe(2);
    vi.setSystemTime(Date.now() - 60 * 60_000);
    window.dispatchEvent(new Event("pointerdown"));
    expect(memory.touches, "a clock that was set back hides nobody").toBe(3);
  });

  it("is not told by rain: in its mode only what stays as long as a finger is somebody", () => {
    touch.shortestMs = RAIN_TOUCH_MS;
    for (let drop = 0; drop < 50; drop += 1) {
      contact("start", drop);
      contact("move", drop);
      vi.advanceTimersByTime(RAIN_TOUCH_MS - 1);
      contact(drop % 2 ? "end" : "cancel", drop);
      vi.advanceTimersByTime(TOLD_EVERY_MS);
    }
    expect(memory.touches, "a lost phone in the rain locks itself").toBe(0);
    contact("start");
    vi.advanceTimersByTime(RAIN_TOUCH_MS);
    contact("end");
    expect(memory.touches, "a finger is still somebody").toBe(1);
  });

  it("is told in the rain while a finger moves the page, and by a mouse at once", () => {
    touch.shortestMs = RAIN_TOUCH_MS;
    contact("start");
    vi.advanceTimersByTime(RAIN_TOUCH_MS);
    contact("move");
    expect(memory.touches, "somebody reads").toBe(1);
    vi.advanceTimersByTime(TOLD_EVERY_MS);
    window.dispatchEvent(Object.assign(new Event("pointerdown"), { pointerType: "mouse" }));
    expect(memory.touches, "no drop has one").toBe(2);
  });

  it("is not told by a key that something lies on", () => {
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "a", repeat: true }));
    expect(memory.touches, "it was pressed once").toBe(0);
  });
});
