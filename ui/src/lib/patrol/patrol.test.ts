import { describe, expect, it } from "vitest";
import type { LeaveRequest } from "$lib/backend/bindings";
import { MemoryBackend } from "../../../tests/backend/memory";
import { PatrolPage } from "./patrol.svelte";

describe("leaving", () => {
  it("names who goes along by their ids, as the shell knows people", async () => {
    const asked: LeaveRequest[] = [];
    const backend = new MemoryBackend({}).backend();
    const page = new PatrolPage({
      ...backend,
      patrol_leave: (request) => {
        asked.push(request);
        return backend.patrol_leave(request);
      },
    });
    page.toggle("p2");
    page.toggle("p3");
    page.toggle("p2");
    await page.leave();
    expect(asked[0]?.people, "touched once goes, touched twice stays").toEqual(["p3"]);
  });
});
