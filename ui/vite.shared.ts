import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { UserConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What the shipped build, the test page and the unit tests have in common. */
export const shared = {
  plugins: [svelte({ configFile: here("./svelte.config.js") })],
  resolve: { alias: { $lib: here("./src/lib"), $pages: here("./src/pages") } },
  // Fonts and pictures stay files: the window's policy allows no data: addresses for fonts.
  build: { assetsInlineLimit: 0, target: "es2022", modulePreload: { polyfill: false } },
} satisfies UserConfig;
