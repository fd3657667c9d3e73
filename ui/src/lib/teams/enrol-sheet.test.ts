import { render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import { scene } from "../../../tests/backend/scenes";
import EnrolSheet from "./EnrolSheet.svelte";
import { roleInWords } from "./team-words";
import { TeamsPage } from "./teams.svelte";

describe("the sheet that adds a team", () => {
  it("says whose its code is, and whose the digits are", async () => {
    const memory = scene(new URLSearchParams("scene=post"));
    const page = new TeamsPage(memory.backend());
    render(EnrolSheet, { props: { page, lists: null, zone: "America/Panama", onclose: () => undefined } });
    await page.enrol("medic", "Patrulla Nueva");
    await tick();
    expect(screen.getByTestId("enrol-code-of").textContent.trim(), "name and role").toBe(
      `Patrulla Nueva · ${roleInWords("medic", null)}`,
    );
    const [like] = memory.teams;
    if (!like) throw new Error("there are teams");
    const enrolled_at = new Date().toISOString();
    memory.teams = [
      ...memory.teams,
      { ...like, device_id: "dev8", name: "Patrulla Otra", digits: "220 118", enrolled_at },
    ];
    await page.read();
    await tick();
    const digits = () => screen.getAllByTestId("team-joined").map(({ textContent }) => textContent);
    expect(digits(), "another code was open").toEqual([expect.stringMatching(/Patrulla Otra.*220 118/s)]);
    expect(screen.queryByTestId("enrol-code-shown"), "and this one still is").not.toBeNull();
    expect(screen.queryByTestId("enrol-sheet-done"), "nothing throws it away").toBeNull();
    memory.teams = [
      ...memory.teams,
      { ...like, device_id: "dev9", name: "Patrulla Nueva", digits: "907 311", enrolled_at },
    ];
    await page.read();
    await tick();
    expect(digits(), "each with its name").toEqual([
      expect.stringMatching(/Patrulla Nueva.*907 311/s),
      expect.stringMatching(/Patrulla Otra.*220 118/s),
    ]);
    expect(screen.queryByTestId("enrol-code-shown"), "it is used").toBeNull();
    expect(screen.queryByTestId("enrol-sheet-done"), "compared and done").not.toBeNull();
  });
});
