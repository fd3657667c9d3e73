import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "../../src/style/themes.css";
import "../../src/style/base.css";
import { open } from "../../src/open";
import { scene } from "../backend/scenes";

declare global {
  interface Window {
    /** The phone behind the page, for the tests that drive it. */
    phone: ReturnType<typeof scene>;
  }
}

// The scene is named in the address: `?scene=day&theme=sun&language=en`.
window.phone = scene(new URLSearchParams(location.search));
void open(window.phone.backend());
