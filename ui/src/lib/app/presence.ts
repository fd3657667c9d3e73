import type { Backend } from "$lib/backend/backend";
import { touch } from "$lib/shared/touch.svelte";

/** The shell is told of a person at most this often; it locks itself after minutes, not seconds. */
export const TOLD_EVERY_MS = 5_000;

const PASSIVE = { capture: true, passive: true } as const;

/** Tells the shell that somebody is there, so that it does not lock itself. Returns how to stop. */
export function watchPresence(backend: Pick<Backend, "touched">): () => void {
  // The clock of the window stands still while the device sleeps, that of the day may be set: both must say "just now".
  let told = { window: -Infinity, day: -Infinity };
  const tell = () => {
    const now = { window: performance.now(), day: Date.now() };
    const since = Math.max(now.window - told.window, Math.abs(now.day - told.day));
    if (since < TOLD_EVERY_MS) return;
    told = now;
    // A phone that is locked by now says so itself.
    backend.touched().catch(() => undefined);
  };
  const stops = [...watchHands(tell), ...watchFingers(tell)];
  return () => stops.forEach((stop) => stop());
}

/** What only a person does to a window, whatever the weather. Nothing that a page does by itself is among it. */
function watchHands(tell: () => void): (() => void)[] {
  return [
    // A finger on the glass may be a drop: in the rain its touch says later whether it stayed.
    listen("pointerdown", ({ pointerType }) => {
      if (touch.shortestMs === 0 || pointerType === "mouse") tell();
    }),
    // A key that something lies on repeats itself; it was pressed once.
    listen("keydown", ({ repeat }) => {
      if (!repeat) tell();
    }),
    listen("wheel", tell),
  ];
}

/** Touches: in the rain only those that stay, as keys hear them. */
function watchFingers(tell: () => void): (() => void)[] {
  /** Since when each finger, or drop, is on the glass. */
  const downAt = new Map<number, number>();
  const begin = ({ changedTouches }: TouchEvent) => {
    for (const { identifier } of changedTouches) downAt.set(identifier, performance.now());
  };
  const tellIfStayed = ({ changedTouches }: TouchEvent) => {
    const stayedMs = [...changedTouches].map(({ identifier }) => {
      return performance.now() - (downAt.get(identifier) ?? Infinity);
    });
    if (touch.shortestMs === 0 || stayedMs.some((ms) => ms >= touch.shortestMs)) tell();
  };
  const end = (event: TouchEvent) => {
    tellIfStayed(event);
    for (const { identifier } of event.changedTouches) downAt.delete(identifier);
  };
  return [
    listen("touchstart", begin),
    listen("touchmove", tellIfStayed),
    listen("touchend", end),
    listen("touchcancel", end),
  ];
}

function listen<Name extends keyof WindowEventMap>(
  name: Name,
  hear: (event: WindowEventMap[Name]) => void,
): () => void {
  window.addEventListener(name, hear, PASSIVE);
  return () => window.removeEventListener(name, hear, PASSIVE);
}
