import type { Attachment } from "svelte/attachments";

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

/** Turns an element into a key: one tap, one call. */
export function press(read: () => PressOptions): Attachment<HTMLElement> {
  return (element) => {
    const shownAt = performance.now();
    let held = false;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const down = () => {
      held = false;
      clearTimeout(timer);
      if (read().onhold) {
        timer = setTimeout(() => {
          held = true;
          read().onhold?.();
        }, HOLD_MS);
      }
    };
    const up = () => clearTimeout(timer);
    const click = () => {
      const tooSoon = performance.now() - shownAt < (read().deafMs ?? 0);
      if (held || tooSoon) {
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
