import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that look at every screen take longest. They begin, so that no worker waits for the other one's at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const looks = ({ moduleId }: TestSpecification) => Number(/\/look-[^/]+$/.test(moduleId));
    return sorted.toSorted((a, b) => looks(b) - looks(a));
  }
}

/** What only a real browser can measure. Run after `npm run test:page`. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  resolve: { alias: { $lib: fileURLToPath(new URL("../../src/lib", import.meta.url)) } },
  test: {
    include: ["tests/browser/**/*.test.ts"],
    environment: "node",
    globalSetup: fileURLToPath(new URL("serve.ts", import.meta.url)),
    sequence: { sequencer: LongestFirst },
    // Two browsers fill the two cores of the smallest machine. Each serves all files of its worker: every scene is a
    // page that was loaded anew.
    maxWorkers: 2,
    isolate: false,
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
