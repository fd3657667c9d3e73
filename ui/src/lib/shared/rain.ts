import { touch } from "./touch.svelte";

/**
 * Keeps taps that are too short from reaching anything in the window: keys, rows, lists, boxes.
 * Listens before everything else until the returned function is called.
 */
export function ignoreDrops(): () => void {
  let downAt: number | null = null;
  let touchMs: number | null = null;

  const down = () => {
    downAt = performance.now();
    touchMs = null;
  };
  const up = () => {
    if (downAt !== null) touchMs = performance.now() - downAt;
    downAt = null;
  };
  const click = (event: MouseEvent) => {
    // Enter and Space click without a touch: they always count.
    const isDrop = touchMs !== null && touchMs < touch.shortestMs;
    touchMs = null;
    if (!isDrop) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  window.addEventListener("pointerdown", down, true);
  window.addEventListener("pointerup", up, true);
  window.addEventListener("pointercancel", up, true);
  window.addEventListener("click", click, true);
  return () => {
    window.removeEventListener("pointerdown", down, true);
    window.removeEventListener("pointerup", up, true);
    window.removeEventListener("pointercancel", up, true);
    window.removeEventListener("click", click, true);
  };
}
