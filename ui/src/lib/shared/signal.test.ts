import { afterEach, describe, expect, it, vi } from "vitest";
import { signalSaved } from "./signal";
import { touch } from "./touch.svelte";

/** A phone that says what its hand and ear would have noticed. */
function phone({ vibrates }: { vibrates: boolean }) {
  const noticed: string[] = [];
  const part = { setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined, value: 0 };
  class Audio {
    currentTime = 0;
    destination = {};
    createOscillator() {
      return {
        frequency: { value: 0 },
        connect: (to: unknown) => to,
        start: () => noticed.push("sound"),
        stop: () => undefined,
      };
    }
    createGain() {
      return { gain: part, connect: (to: unknown) => to };
    }
    close() {
      return Promise.resolve();
    }
  }
  vi.stubGlobal("AudioContext", Audio);
  vi.stubGlobal("navigator", {
    ...(vibrates ? { vibrate: () => (noticed.push("vibration"), true) } : {}),
  });
  return noticed;
}

afterEach(() => {
  vi.unstubAllGlobals();
  touch.silent = false;
});

describe("the sign of a saved record", () => {
  it("is felt where the phone can shake", () => {
    const noticed = phone({ vibrates: true });
    signalSaved();
    expect(noticed, "one of the two is enough").toEqual(["vibration"]);
  });

  it("is heard where it cannot", () => {
    const noticed = phone({ vibrates: false });
    signalSaved();
    expect(noticed, "a short tone").toEqual(["sound"]);
  });

  it.each([true, false])("is neither at night (a phone that can shake: %s)", (vibrates) => {
    const noticed = phone({ vibrates });
    touch.silent = true;
    signalSaved();
    expect(noticed, "nobody is given away in the dark").toEqual([]);
  });
});
