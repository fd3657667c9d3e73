import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HOLD_MS, press, type PressOptions } from "./press";

let key: HTMLButtonElement;
let taps: number;
let holds: number;
let stop: (() => void) | void;

/** A key under a finger, whose clock stands still until it is moved. */
function keyWith(options: Partial<PressOptions> = {}) {
  stop = press(() => ({ onpress: () => void (taps += 1), ...options }))(key);
}

const down = () => key.dispatchEvent(new Event("pointerdown"));
const up = () => {
  key.dispatchEvent(new Event("pointerup"));
  key.click();
};
const onhold = () => void (holds += 1);

beforeEach(() => {
  vi.useFakeTimers();
  key = document.createElement("button");
  document.body.append(key);
  [taps, holds] = [0, 0];
});

afterEach(() => {
  stop?.();
  key.remove();
  vi.useRealTimers();
});

describe("a key", () => {
  it("that opened under a finger is deaf for its first 400 ms, and not one longer", () => {
    keyWith({ deafMs: 400 });
    vi.advanceTimersByTime(399);
    key.click();
    expect(taps, "the second half of a double tap saves nothing").toBe(0);
    vi.advanceTimersByTime(1);
    key.click();
    expect(taps, "then it hears").toBe(1);
  });

  it("counts a finger that stays as one hold and no tap, and the next tap again", () => {
    keyWith({ onhold });
    down();
    vi.advanceTimersByTime(HOLD_MS);
    expect(holds, "while the finger is still there").toBe(1);
    up();
    expect([taps, holds], "letting go is no tap").toEqual([0, 1]);
    down();
    vi.advanceTimersByTime(HOLD_MS - 1);
    up();
    expect([taps, holds], "a slow tap is a tap").toEqual([1, 1]);
  });

  it("does not hold under a finger that has slipped away", () => {
    keyWith({ onhold });
    down();
    key.dispatchEvent(new Event("pointerleave"));
    vi.advanceTimersByTime(HOLD_MS);
    expect([taps, holds], "nothing was meant").toEqual([0, 0]);
  });

  it("shows no menu of the system under a finger that stays", () => {
    keyWith({ onhold });
    const menu = new Event("contextmenu", { cancelable: true });
    key.dispatchEvent(menu);
    expect(menu.defaultPrevented, "the number pad is what comes").toBe(true);
  });

  it("is held by keyboard with Shift+Enter or a digit, which nobody else hears", () => {
    const digits: (string | undefined)[] = [];
    let heard = 0;
    const hear = () => void (heard += 1);
    document.body.addEventListener("keydown", hear);
    keyWith({ onhold: (digit) => void digits.push(digit) });
    const type = (init: KeyboardEventInit) => {
      const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });
      key.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(type({ key: "Enter" }), "Enter is a tap").toBe(false);
    expect(type({ key: "7", ctrlKey: true }), "a command of the window").toBe(false);
    expect([type({ key: "7" }), type({ key: "Enter", shiftKey: true })]).toEqual([true, true]);
    expect([digits, heard], "the pad begins with it, once").toEqual([["7", undefined], 2]);
    document.body.removeEventListener("keydown", hear);
  });
});
