import { describe, expect, it } from "vitest";
import type { Repeat } from "$lib/backend/bindings";
import { scene } from "../../../tests/backend/scenes";
import { nearnessInWords } from "./decide-words";

async function pair(changes: Partial<Repeat>, patrol: string | null = "patrol"): Promise<Repeat> {
  const { possible_repeats } = await scene(new URLSearchParams("scene=post")).backend().decide(1);
  const [repeat] = possible_repeats.pairs;
  if (!repeat) throw new Error("there is a pair");
  return { ...repeat, a: { ...repeat.a, patrol_id: patrol }, ...changes };
}

describe("why two records may be one group", () => {
  it("names what they share: a direction between patrols, or one patrol that wrote twice", async () => {
    expect(nearnessInWords(await pair({})), "two patrols").toContain(". Misma dirección y nacionalidades.");
    const same = { same_patrol: true };
    expect(nearnessInWords(await pair(same)), "nobody compared a direction").toContain(
      ". Dos personas de la misma patrulla, mismas",
    );
    expect(nearnessInWords(await pair(same, null)), "no patrol was out").toContain(
      ". Dos personas con el mismo equipo",
    );
  });
});
