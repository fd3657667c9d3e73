import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ignoreDrops } from "./rain";
import { RAIN_TOUCH_MS, touch } from "./touch.svelte";

let now = 0;
let clicks = 0;
let stop = () => {};
const count = () => void (clicks += 1);

beforeEach(() => {
  [now, clicks] = [1_000, 0];
  vi.spyOn(performance, "now").mockImplementation(() => now);
  touch.shortestMs = RAIN_TOUCH_MS;
  stop = ignoreDrops();
  document.body.addEventListener("click", count);
});
afterEach(() => {
  stop();
  document.body.removeEventListener("click", count);
  touch.shortestMs = 0;
  vi.restoreAllMocks();
});

function at(ms: number, type: string, pointerId?: number, pointerType = "touch"): void {
  now = 1_000 + ms;
  const event = new MouseEvent(type, { bubbles: true, cancelable: true, detail: 1 });
  if (pointerId !== undefined) Object.defineProperty(event, "pointerId", { value: pointerId });
  if (pointerId !== undefined) Object.defineProperty(event, "pointerType", { value: pointerType });
  document.body.dispatchEvent(event);
}

describe("in the rain", () => {
  it("a finger counts and a drop does not", () => {
    at(0, "pointerdown", 1);
    at(120, "pointerup", 1);
    at(121, "click", 1);
    expect(clicks, "120 ms is a finger").toBe(1);
    at(500, "pointerdown", 2);
    at(510, "pointerup", 2);
    at(511, "click", 2);
    expect(clicks, "10 ms is a drop").toBe(1);
  });

  it.each([1, undefined])(
    "a drop beside the finger takes nothing from its tap (click of pointer %s)",
    (id) => {
      at(0, "pointerdown", 1);
      at(100, "pointerdown", 2);
      at(110, "pointerup", 2);
      at(150, "pointerup", 1);
      at(151, "click", id);
      expect(clicks, "the finger stayed 150 ms").toBe(1);
    },
  );

  it("a drop that is still there when the finger has gone takes nothing either", () => {
    at(0, "pointerdown", 1);
    at(140, "pointerdown", 2);
    at(150, "pointerup", 1);
    at(151, "click");
    at(160, "pointerup", 2);
    at(161, "click", 2);
    expect(clicks, "the finger's tap and no other").toBe(1);
  });

  it.each(["mouse", "pen"])("a %s always counts: it is no drop, however short its click", (pointerType) => {
    at(0, "pointerdown", 1, pointerType);
    at(10, "pointerup", 1, pointerType);
    at(11, "click", 1, pointerType);
    expect(clicks, "10 ms").toBe(1);
    at(20, "pointerdown", 2);
    at(30, "pointerup", 2);
    at(31, "pointerdown", 1, pointerType);
    at(41, "pointerup", 1, pointerType);
    at(42, "click", 1, pointerType);
    expect(clicks, "a drop before it takes nothing from it").toBe(2);
  });

  it("a key of the keyboard always counts", () => {
    at(0, "pointerdown", 1);
    at(10, "pointercancel", 1);
    document.body.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 0 }));
    expect(clicks, "Enter is no drop").toBe(1);
  });
});
