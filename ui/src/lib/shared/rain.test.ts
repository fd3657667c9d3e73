import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ignoreDrops } from "./rain";
import { RAIN_TOUCH_MS, touch } from "./touch.svelte";

let key: HTMLButtonElement;
let taps: number;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  key = document.createElement("button");
  key.addEventListener("click", () => void (taps += 1));
  document.body.append(key);
  taps = 0;
  touch.shortestMs = RAIN_TOUCH_MS;
  stop = ignoreDrops();
});

afterEach(() => {
  stop();
  key.remove();
  touch.shortestMs = 0;
  vi.useRealTimers();
});

/** Something touches the key for so long. */
function touched(ms: number) {
  key.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  vi.advanceTimersByTime(ms);
  key.dispatchEvent(new Event("pointerup", { bubbles: true }));
  key.click();
}

describe("modo lluvia", () => {
  it("counts a touch from 80 ms on", () => {
    touched(79);
    expect(taps, "a drop").toBe(0);
    touched(80);
    expect(taps, "a finger").toBe(1);
  });

  it("is off unless asked for", () => {
    touch.shortestMs = 0;
    touched(5);
    expect(taps, "a quick finger on a dry day").toBe(1);
  });

  it("lets the keyboard and a screen reader press whenever they like", () => {
    key.click();
    touched(10);
    key.click();
    expect(taps, "a click without a touch is no drop, before a drop nor after it").toBe(2);
  });
});
