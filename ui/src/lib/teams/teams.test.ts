import { describe, expect, it } from "vitest";
import { scene } from "../../../tests/backend/scenes";
import { TeamsPage } from "./teams.svelte";

const post = () => {
  const memory = scene(new URLSearchParams("scene=post"));
  return { memory, page: new TeamsPage(memory.backend()) };
};

describe("a code for a further device", () => {
  it("waits for a device that was not there when it was made, also before the first list is on screen", async () => {
    const { memory, page } = post();
    await page.enrol("patrol_leader", " Patrulla Nueva ");
    await page.read();
    expect([page.code?.name, page.joined], "who was there has not joined now").toEqual([
      "Patrulla Nueva",
      null,
    ]);
    const [first] = memory.teams;
    if (first) memory.teams = [{ ...first, device_id: "dev9", digits: "907 311" }, ...memory.teams];
    await page.read();
    expect(page.joined?.digits, "the digits of the one that did").toBe("907 311");
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
