import type { Attachment } from "svelte/attachments";
import { touch } from "./touch.svelte";

/** A finger that stays this long is holding, not tapping, in milliseconds. */
export const HOLD_MS = 450;

export interface PressOptions {
  /** Called for a tap, a click or Enter. */
  onpress: () => void;
  /** Called once when the finger stays; the tap then does not count. */
  onhold?: (() => void) | undefined;
  /** Presses during the first so many milliseconds after the key appeared do not count. */
  deafMs?: number | undefined;
}

/** Turns an element into a key: one tap, one call, whatever the weather. */
export function press(read: () => PressOptions): Attachment<HTMLElement> {
  return (element) => {
    const shownAt = performance.now();
    let downAt: number | null = null;
    let touchMs: number | null = null;
    let held = false;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const down = () => {
      downAt = performance.now();
      touchMs = null;
      held = false;
      clearTimeout(timer);
      if (read().onhold) {
        timer = setTimeout(() => {
          held = true;
          read().onhold?.();
        }, HOLD_MS);
      }
    };
    const up = () => {
      clearTimeout(timer);
      if (downAt !== null) touchMs = performance.now() - downAt;
      downAt = null;
    };
    const click = () => {
      const tooShort = touchMs !== null && touchMs < touch.shortestMs;
      const tooSoon = performance.now() - shownAt < (read().deafMs ?? 0);
      touchMs = null;
      if (held || tooShort || tooSoon) {
        held = false;
        return;
      }
      read().onpress();
    };
    const menu = (event: Event) => {
      if (read().onhold) event.preventDefault();
    };

    element.addEventListener("pointerdown", down);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    element.addEventListener("pointerleave", up);
    element.addEventListener("click", click);
    element.addEventListener("contextmenu", menu);
    return () => {
      clearTimeout(timer);
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", up);
      element.removeEventListener("pointerleave", up);
      element.removeEventListener("click", click);
      element.removeEventListener("contextmenu", menu);
    };
  };
}
