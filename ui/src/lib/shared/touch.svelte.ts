/** How touches are read, for the whole window. Set once from the settings. */
class Touch {
  /** Touches shorter than this do not count, in milliseconds. Raindrops on glass are shorter than fingers. */
  shortestMs = $state(0);
  /** Sound and vibration are off, as at night. */
  silent = $state(false);
}

export const touch = new Touch();

/** The shortest touch that counts in rain mode, in milliseconds. */
export const RAIN_TOUCH_MS = 80;
