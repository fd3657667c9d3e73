import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { shared } from "../../vite.shared.ts";

/** The interface with the in-memory backend, for tests and for trying it by hand in a browser. Never shipped. */
export default defineConfig({
  ...shared,
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  build: {
    ...shared.build,
    outDir: fileURLToPath(new URL("../../test-dist", import.meta.url)),
    emptyOutDir: true,
  },
  server: { port: 5199 },
});
