interface Pad {
  digit(digit: string): void;
  erase(): void;
}

/** A PIN by the keys of a keyboard, as on the pad: a laptop has no thumb. */
export function typeOnPad(event: KeyboardEvent, pad: Pad, ondone: () => void): void {
  if (/^\d$/.test(event.key)) pad.digit(event.key);
  else if (event.key === "Backspace") pad.erase();
  // A focused button keeps its own Enter.
  else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) ondone();
}
