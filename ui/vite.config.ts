import { defineConfig } from "vitest/config";
import { shared } from "./vite.shared";

export default defineConfig({
  ...shared,
  base: "./",
  build: { ...shared.build, outDir: "dist", emptyOutDir: true },
  server: { port: 5173, strictPort: true },
  resolve: { ...shared.resolve, conditions: process.env.VITEST ? ["browser"] : [] },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts", "tests/unit/**/*.test.ts"],
    setupFiles: ["tests/unit/setup.ts"],
  },
});
