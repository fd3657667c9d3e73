import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Team, Teams } from "$lib/backend/bindings";
import { scene } from "../../../tests/backend/scenes";
import { TeamsPage } from "./teams.svelte";

const post = () => {
  const memory = scene(new URLSearchParams("scene=post"));
  return { memory, page: new TeamsPage(memory.backend()) };
};

/** A phone that joins now. */
function joins({ teams }: { teams: Team[] }, device_id: string, name: string, digits: string): Team {
  const [like] = teams;
  if (!like) throw new Error("there are teams");
  return { ...like, device_id, name, digits, enrolled_at: new Date().toISOString(), this_device: false };
}

describe("a code for a further device", () => {
  it("waits for a device that was not there when it was made, also before the first list is on screen", async () => {
    const { memory, page } = post();
    await page.enrol("patrol_leader", " Patrulla Nueva ");
    await page.read();
    expect([page.code?.name, page.joined], "who was there has not joined now").toEqual([
      "Patrulla Nueva",
      [],
    ]);
    memory.teams = [joins(memory, "dev9", "Patrulla Nueva", "907 311"), ...memory.teams];
    await page.read();
    expect(
      page.joined.map(({ digits }) => digits),
      "the digits of the one that did",
    ).toEqual(["907 311"]);
    expect(page.isAwaited, "it is there").toBe(false);
  });

  it("finds a phone that joins once more, by its new digits: it keeps its id", async () => {
    const { memory, page } = post();
    await page.enrol("patrol_leader", "Patrulla Tacartí");
    await page.read();
    expect(page.joined, "digits that were there before are nobody's news").toEqual([]);
    memory.teams = memory.teams.map((team) =>
      team.device_id === "dev5" ? joins(memory, "dev5", team.name, "115 842") : team,
    );
    await page.read();
    expect(page.joined.map(({ name, digits }) => [name, digits])).toEqual([["Patrulla Tacartí", "115 842"]]);
    expect(page.isAwaited).toBe(false);
  });

  it("shows each that joined, the one it was made for first, and waits until that one did", async () => {
    const { memory, page } = post();
    await page.enrol("patrol_leader", "Patrulla Nueva");
    memory.teams = [joins(memory, "dev8", "Patrulla Otra", "220 118"), ...memory.teams];
    await page.read();
    expect(
      page.joined.map(({ name }) => name),
      "with another code",
    ).toEqual(["Patrulla Otra"]);
    expect(page.isAwaited, "this code is still open").toBe(true);
    memory.teams = [...memory.teams, joins(memory, "dev9", "Patrulla Nueva", "907 311")];
    await page.read();
    expect(page.joined.map(({ name }) => name)).toEqual(["Patrulla Nueva", "Patrulla Otra"]);
    expect(page.isAwaited).toBe(false);
  });

  it("that comes after its sheet was closed is not shown to the next team", async () => {
    const { memory, page } = post();
    memory.slowMs = 20;
    const late = page.enrol("patrol_leader", "Patrulla Uno");
    page.endEnrol();
    await page.enrol("medic", "Patrulla Dos");
    expect(memory.calls.get("enrol_code") ?? 0, "one at a time").toBeLessThanOrEqual(1);
    expect(page.status, "and it shows").toBe("working");
    await late;
    expect([page.code, page.status], "nobody is looking at that one").toEqual([null, "idle"]);
    await page.enrol("medic", "Patrulla Dos");
    expect([page.code?.name, page.code?.role]).toEqual(["Patrulla Dos", "medic"]);
  });

  it("is not made while nobody can say who is there", async () => {
    const { memory, page } = post();
    memory.failNext.set("teams", { code: "no_network", message: "", field: null });
    await page.enrol("patrol_leader", "Patrulla Nueva");
    expect([page.code, page.failure?.code], "it says why").toEqual([null, "no_network"]);
    await page.enrol("patrol_leader", "Patrulla Nueva");
    expect(page.code?.name, "and the next time").toBe("Patrulla Nueva");
  });
});

describe("the list of teams", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A post whose server answers when it is told to, and counts what it is asked. */
  const slow = () => {
    const { memory } = post();
    const open: ((list: Teams) => void)[] = [];
    const counted = { asked: 0, most: 0 };
    const teams = () => {
      counted.asked += 1;
      return new Promise<Teams>((resolve) => {
        open.push(resolve);
        counted.most = Math.max(counted.most, open.length);
      });
    };
    const answer = async () => {
      await vi.advanceTimersByTimeAsync(0);
      for (const resolve of open.splice(0)) resolve({ teams: memory.teams, as_of: null });
      await vi.advanceTimersByTimeAsync(0);
    };
    return { memory, page: new TeamsPage({ ...memory.backend(), teams }), counted, answer };
  };

  it("asks once, not at each message of an exchange, and once more when that is over", async () => {
    const { memory, page, counted, answer } = slow();
    const stop = page.start();
    for (let message = 0; message < 40; message += 1) memory.emit("status_changed", memory.status());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(counted.asked, "one question is open").toBe(1);
    await answer();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(counted.asked, "what happened meanwhile is asked for in one").toBe(2);
    await answer();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([counted.asked, counted.most], "then it is quiet").toEqual([2, 1]);
    stop();
  });

  it("has one question open at a time while a code waits for its phone", async () => {
    const { page, counted, answer } = slow();
    const stop = page.start();
    await answer();
    const enrolling = page.enrol("patrol_leader", "Patrulla Nueva");
    await answer();
    await enrolling;
    await vi.advanceTimersByTimeAsync(20_000);
    expect([counted.asked, counted.most], "the third has not answered yet").toEqual([3, 1]);
    await answer();
    await vi.advanceTimersByTimeAsync(4_500);
    expect(counted.asked, "and then again").toBe(4);
    stop();
  });
});
