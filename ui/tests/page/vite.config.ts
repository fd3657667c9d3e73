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
  preview: {
    // As strict as the window's own policy: the browser tests fail where the interface would be refused there.
    headers: {
      "Content-Security-Policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'",
    },
  },
});
