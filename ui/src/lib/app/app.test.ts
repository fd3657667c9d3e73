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

describe("the words and trails of the post", () => {
  it("come from the post once it has told them, also for the lock screen", async () => {
    const memory = new MemoryBackend({ people: [{ name: "Cabo 17", pin: "482913" }], enrolled: true });
    await memory.backend().unlock({ person_id: "p1", pin: "482913" });
    const app = new App(memory.backend(), DEFAULT_SETTINGS);
    await app.refresh();
    const known = app.lists?.trails.length ?? 0;
    expect(known, "before the post says anything, those that the product knows").toBeGreaterThan(0);

    const own = { code: "arriba", es: "Trocha de arriba", en: "Trocha de arriba", attributes: {} };
    memory.post = { ...memory.post, vocabulary: "mx", trails: [own] };
    await app.refresh();

    expect(app.lists?.trails, "the operator knows the place").toEqual([own]);
    expect(app.settings.vocabulary, "the words are the post's").toBe("mx");
    expect(memory.settings.vocabulary, "and are there before anybody unlocks").toBe("mx");
  });
});

describe("the name of the post", () => {
  it("is none until a post has taken the device in, whatever the shell puts in its place", async () => {
    const memory = new MemoryBackend({ people: [{ name: "Cabo 17", pin: "482913" }] });
    const app = new App(memory.backend(), DEFAULT_SETTINGS);
    await app.backend.unlock({ person_id: "p1", pin: "482913" });
    await app.refresh();
    expect([app.status?.post?.name, app.postName], "a provisional post is no post").toEqual(["XX-SIN", null]);
    await app.backend.enrol({ server: "10.20.0.5", code: "K7QH3MXP", qr: null });
    await app.refresh();
    expect(app.postName, "now there is one").toBe("Bajo Chiquito");
  });
});

describe("settings", () => {
  it("say that they were not kept, until they are", async () => {
    const memory = new MemoryBackend({});
    const app = new App(memory.backend(), DEFAULT_SETTINGS);
    memory.failNext.set("settings_write", { code: "disk_full", message: "", field: null });
    await app.change({ theme: "night" });
    expect([app.settings.theme, app.notKept?.code], "on screen, but not for long").toEqual([
      "night",
      "disk_full",
    ]);
    await app.change({ theme: "sun" });
    expect([memory.settings.theme, app.notKept], "now they are").toEqual(["sun", null]);
  });

  it("are written one after the other, so that the last touch is what is kept", async () => {
    const memory = new MemoryBackend({});
    let open = 0;
    let most = 0;
    const settings_write = async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve));
      open -= 1;
    };
    const app = new App({ ...memory.backend(), settings_write }, DEFAULT_SETTINGS);
    await Promise.all([app.change({ theme: "sun" }), app.change({ theme: "night" })]);
    expect(most, "at once").toBe(1);
  });
});
