import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "../../src/style/themes.css";
import "../../src/style/base.css";
import { open } from "../../src/open";
import type { Language } from "../../src/lib/backend/bindings";
import { texts } from "../../src/lib/text/text.svelte";
import { scene } from "../backend/scenes";

declare global {
  interface Window {
    /** The phone behind the page, for the tests that drive it. */
    phone: ReturnType<typeof scene>;
    /** Says everything on screen in a language, as the settings do, and leaves the phone as it is. */
    speak: (language: Language) => void;
  }
}

// The scene is named in the address: `?scene=day&theme=sun&language=en`.
window.phone = scene(new URLSearchParams(location.search));
window.speak = (language) => {
  texts.language = language;
  document.documentElement.lang = language;
};
void open(window.phone.backend());
