/** From this width on the screen is a laptop's, in CSS pixels. */
export const WIDE_FROM = 900;

/** Whether the window is as wide as a laptop; follows when it changes. */
class Width {
  isWide = $state(false);

  /** Watches until the returned function is called. */
  start(): () => void {
    const query = window.matchMedia(`(min-width: ${WIDE_FROM}px)`);
    const read = () => (this.isWide = query.matches);
    read();
    query.addEventListener("change", read);
    return () => query.removeEventListener("change", read);
  }
}

export const width = new Width();
