import { fileURLToPath } from "node:url";
import { preview } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the test page is. */
    address: string;
  }
}

/** Serves the built test page to all files of a run. */
export default async function serve(project: TestProject): Promise<() => Promise<void>> {
  const configFile = fileURLToPath(new URL("../page/vite.config.ts", import.meta.url));
  const server = await preview({ configFile, preview: { host: "127.0.0.1", port: 0 }, logLevel: "error" });
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error("the test page has no address");
  project.provide("address", address);
  return () => server.close();
}
