import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** What only a real browser can measure. Run after `npm run test:page`. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  resolve: { alias: { $lib: fileURLToPath(new URL("../../src/lib", import.meta.url)) } },
  test: {
    include: ["tests/browser/**/*.test.ts"],
    environment: "node",
    // Each file has a browser and a page of its own: two of them fill the two cores of the smallest machine.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
