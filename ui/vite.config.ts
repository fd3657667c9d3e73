import { defineConfig } from "vitest/config";
import { shared } from "./vite.shared.ts";

export default defineConfig({
  ...shared,
  base: "./",
  build: { ...shared.build, outDir: "dist", emptyOutDir: true },
  server: { port: 5173, strictPort: true },
  // Under vitest Svelte must be the browser's one too.
  ...(process.env.VITEST ? { resolve: { ...shared.resolve, conditions: ["browser"] } } : {}),
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts", "tests/unit/**/*.test.ts"],
    setupFiles: ["tests/unit/setup.ts"],
  },
});
