import { onMount, untrack } from "svelte";

/** Whether a key has appeared so short a time ago that presses of it do not count. To be asked for where it is made. */
export function deafFor(read: () => number): { readonly now: boolean } {
  const ms = untrack(read);
  let now = $state(ms > 0);
  onMount(() => {
    if (ms <= 0) return;
    const timer = setTimeout(() => (now = false), ms);
    return () => clearTimeout(timer);
  });
  return {
    get now() {
      return now;
    },
  };
}
