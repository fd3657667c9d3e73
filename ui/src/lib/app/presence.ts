import type { Backend } from "$lib/backend/backend";

/** The shell is told of a person at most this often; it locks itself after minutes, not seconds. */
export const TOLD_EVERY_MS = 5_000;

/** What only a person does to a window. Nothing that a page does by itself is among it. */
const TOUCHES = ["pointerdown", "keydown", "wheel", "touchmove"] as const;

/** Tells the shell that somebody is there, so that it does not lock itself. Returns how to stop. */
export function watchPresence(backend: Pick<Backend, "touched">): () => void {
  let toldAt = -Infinity;
  const tell = () => {
    const now = performance.now();
    if (now - toldAt < TOLD_EVERY_MS) return;
    toldAt = now;
    // A phone that is locked by now says so itself.
    backend.touched().catch(() => undefined);
  };
  for (const name of TOUCHES) window.addEventListener(name, tell, { capture: true, passive: true });
  return () => TOUCHES.forEach((name) => window.removeEventListener(name, tell, { capture: true }));
}
