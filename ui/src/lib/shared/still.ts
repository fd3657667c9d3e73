import type { Attachment } from "svelte/attachments";

/**
 * Keeps everything in an element from hearing taps and keys while `isStill`. The keyboard goes back to where it was, if
 * the element is still there and nothing else has it.
 */
export function still(isStill: () => boolean): Attachment<HTMLElement> {
  return (element) => {
    if (!isStill()) return;
    const before = document.activeElement;
    element.inert = true;
    return () => {
      element.inert = false;
      const isFree = document.activeElement === null || document.activeElement === document.body;
      if (isFree && before instanceof HTMLElement && element.contains(before))
        before.focus({ preventScroll: true });
    };
  };
}
