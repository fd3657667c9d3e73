import { touch } from "./touch.svelte";

/** Rain touches the glass as fingers do. No mouse and no pen is a drop. */
const mayBeDrop = (pointerType: unknown) => pointerType !== "mouse" && pointerType !== "pen";

/**
 * Keeps taps that are too short from reaching anything in the window: keys, rows, lists, boxes.
 * Listens before everything else until the returned function is called.
 */
export function ignoreDrops(): () => void {
  /** Since when each finger, or drop, is on the glass: a drop beside a finger must not take the finger's tap. */
  const downAt = new Map<number, number>();
  /** How long those that have left it were there, the last one last, until a click is theirs. */
  const stayedMs = new Map<number, number>();

  const down = ({ pointerId, pointerType }: PointerEvent) => {
    if (!mayBeDrop(pointerType)) return;
    downAt.set(pointerId, performance.now());
    stayedMs.delete(pointerId);
  };
  const up = ({ pointerId }: PointerEvent) => {
    const since = downAt.get(pointerId);
    if (since === undefined) return;
    downAt.delete(pointerId);
    stayedMs.delete(pointerId);
    stayedMs.set(pointerId, performance.now() - since);
  };
  const click = (event: MouseEvent) => {
    // Enter and Space click without a touch: they always count.
    if (event.detail === 0 || ("pointerType" in event && !mayBeDrop(event.pointerType))) return;
    // Where a click does not say whose it is, it is that of the last one that left.
    const own = "pointerId" in event ? stayedMs.get(Number(event.pointerId)) : undefined;
    const ms = own ?? [...stayedMs.values()].at(-1);
    stayedMs.clear();
    if (ms === undefined || ms >= touch.shortestMs) return;
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
