import { describe, expect, it } from "vitest";
import type { AppStatus } from "$lib/backend/bindings";
import { MemoryBackend } from "../../../tests/backend/memory";
import { App, DEFAULT_SETTINGS } from "./app.svelte";

describe("the app's status", () => {
  it("is what the shell said last, also when an older answer comes late", async () => {
    const memory = new MemoryBackend({});
    const backend = memory.backend();
    let answer: (status: AppStatus) => void = () => undefined;
    const asked = new Promise<AppStatus>((resolve) => (answer = resolve));
    const app = new App({ ...backend, status: () => asked }, DEFAULT_SETTINGS);
    const stop = app.start();
    const before = memory.status();
    const connecting = { ...before, sync: { ...before.sync, phase: "connecting" as const } };

    memory.emit("status_changed", before);
    answer(connecting);
    await new Promise((resolve) => setTimeout(resolve));
    stop();

    expect(app.status?.sync.phase, "a sync that has ended must not look as if it went on for ever").toBe(
      "idle",
    );
  });
});
