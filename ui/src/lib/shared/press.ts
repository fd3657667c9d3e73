import type { Attachment } from "svelte/attachments";

/** A finger that stays this long is holding, not tapping, in milliseconds. */
export const HOLD_MS = 450;

/** A press so soon after a key appeared was the second of a double tap on the key before it, in milliseconds. */
export const DOUBLE_TAP_MS = 400;
/** For a key that comes seconds after the tap before it and agrees to what is on screen: long enough to see it. */
export const SEEN_MS = 1_000;

export interface PressOptions {
  /** Called for a tap, a click or Enter. */
  onpress: () => void;
  /**
   * Called once when the finger stays; the tap then does not count. By keyboard with Shift+Enter, or with the digit
   * that was typed on the key.
   */
  onhold?: ((digit?: string) => void) | undefined;
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
    const key = (event: KeyboardEvent) => {
      const { onhold } = read();
      const digit = /^\d$/.test(event.key) ? event.key : undefined;
      const isAsked = digit !== undefined || (event.key === "Enter" && event.shiftKey);
      if (!onhold || !isAsked || event.ctrlKey || event.altKey || event.metaKey) return;
      // The pad that opens hears the keys of the window: this one has done its work.
      event.preventDefault();
      event.stopPropagation();
      onhold(digit);
    };
    const menu = (event: Event) => {
      if (read().onhold) event.preventDefault();
    };

    element.addEventListener("pointerdown", down);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    element.addEventListener("pointerleave", up);
    element.addEventListener("click", click);
    element.addEventListener("keydown", key);
    element.addEventListener("contextmenu", menu);
    return () => {
      clearTimeout(timer);
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", up);
      element.removeEventListener("pointerleave", up);
      element.removeEventListener("click", click);
      element.removeEventListener("keydown", key);
      element.removeEventListener("contextmenu", menu);
    };
  };
}
