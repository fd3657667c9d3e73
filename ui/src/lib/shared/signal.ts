import { touch } from "./touch.svelte";

const BUZZ_MS = 60;
const TONE_HZ = 880;
const TONE_S = 0.12;

/** Tells hand and ear that the record is kept: vibration where there is one, a short tone otherwise; nothing at night. */
export function signalSaved(): void {
  if (touch.silent) return;
  try {
    if (navigator.vibrate?.(BUZZ_MS)) return;
    tone();
  } catch {
    // The word on the screen is the message; a device without sound says it as well.
  }
}

function tone(): void {
  if (typeof AudioContext === "undefined") return;
  const audio = new AudioContext();
  const source = audio.createOscillator();
  const volume = audio.createGain();
  source.frequency.value = TONE_HZ;
  volume.gain.setValueAtTime(0.15, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + TONE_S);
  source.connect(volume).connect(audio.destination);
  source.onended = () => void audio.close();
  source.start();
  source.stop(audio.currentTime + TONE_S);
}
