import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Pictures for eyes; no part of the tests. Run by `npm run tour`. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  resolve: { alias: { $lib: fileURLToPath(new URL("../../src/lib", import.meta.url)) } },
  test: {
    include: ["tests/tour/**/*.test.ts"],
    environment: "node",
    globalSetup: fileURLToPath(new URL("../browser/serve.ts", import.meta.url)),
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
