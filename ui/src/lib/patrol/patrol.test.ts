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

describe("coming back", () => {
  it("does not say that nobody was met while a form waits", async () => {
    const asked: boolean[] = [];
    const backend = new MemoryBackend({}).backend();
    const page = new PatrolPage({
      ...backend,
      patrol_return: ({ zero_encounters }) => {
        asked.push(zero_encounters);
        return zero_encounters
          ? Promise.reject(new Error("not reached"))
          : backend.patrol_return({ zero_encounters });
      },
    });
    page.unfinished = true;
    await page.comeBack(0);
    expect(asked).toEqual([false]);
  });

  it("learns from the refusal that a form waits, and shows no failure for it", async () => {
    const backend = new MemoryBackend({}).backend();
    const refusal = { code: "not_allowed", field: "unfinished", message: "" };
    const page = new PatrolPage({ ...backend, patrol_return: () => Promise.reject(refusal as never) });
    expect(await page.comeBack(0)).toBe(false);
    expect([page.unfinished, page.failure]).toEqual([true, null]);
  });
});
