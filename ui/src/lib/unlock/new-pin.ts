/** The shortest PIN, in digits. */
export const PIN_MIN = 6;
/** The shortest passphrase, in characters. */
export const PHRASE_MIN = 10;
/** The most that the device reads of either, in bytes. */
export const PIN_BYTES_MAX = 256;

/** Whether the device would still read it. */
export function isReadable(pin: string): boolean {
  return new TextEncoder().encode(pin).length <= PIN_BYTES_MAX;
}

/** What is wrong with a new PIN typed twice, as far as the interface can tell; what is easy to guess the device knows. */
export function newPinProblem(pin: string, again: string): "short" | "differs" | null {
  const typed = pin.trim();
  const least = /^\p{Nd}+$/u.test(typed) ? PIN_MIN : PHRASE_MIN;
  if ([...typed].length < least) return "short";
  return pin === again ? null : "differs";
}
