import { describe, expect, it, vi } from "vitest";
import { scene } from "../../../tests/backend/scenes";
import { PatrolsOutPage } from "./patrols-out.svelte";

async function read() {
  const memory = scene(new URLSearchParams("scene=post"));
  const page = new PatrolsOutPage(memory.backend());
  await page.read();
  const [patrol] = page.patrols;
  if (!patrol) throw new Error("one is out");
  return { memory, page, patrol };
}

describe("the patrols that are out", () => {
  it("lose the one that is closed, once, by however many taps", async () => {
    const { memory, page, patrol } = await read();
    await Promise.all([page.close(patrol), page.close(patrol)]);
    expect([page.closed, page.failure, page.patrols]).toEqual([patrol.code, null, []]);
    expect(memory.calls.get("patrol_close")).toBe(1);
  });

  it("say why one was not closed, and nothing of one before", async () => {
    const { memory, page, patrol } = await read();
    memory.failNext.set("patrol_close", { code: "disk_full", message: "", field: null });
    await page.close(patrol);
    expect([page.closed, page.failure?.code, page.patrols.length]).toEqual([null, "disk_full", 1]);
    await page.close(patrol);
    expect([page.closed, page.failure]).toEqual([patrol.code, null]);
  });

  it("are read again when an exchange has brought something", async () => {
    const { memory, page } = await read();
    const stop = page.start();
    memory.othersOut = [];
    memory.changed();
    await vi.waitFor(() => expect(page.patrols).toEqual([]));
    stop();
  });
});
