import { render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { DOUBLE_TAP_MS } from "$lib/shared/press";
import DraftCard from "./DraftCard.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("an unfinished form", () => {
  it("is not thrown away by a double tap on Descartar, and is by two taps", async () => {
    const memory = new MemoryBackend({
      people: [{ name: "Cabo Mosquera", pin: "241973" }],
      openAs: "Cabo Mosquera",
    });
    const draft = await memory.backend().draft_start({ kind: "new", encounter_id: null });
    const ondiscard = vi.fn();
    const rest = { code: null, zone: "America/Panama", onresume: vi.fn(), onsave: vi.fn() };
    render(DraftCard, { props: { draft, ...rest, ondiscard } });
    screen.getByTestId("draft-discard").click();
    await tick();
    screen.getByTestId("draft-discard-yes").click();
    expect(ondiscard, "the second half of a double tap").not.toHaveBeenCalled();
    vi.advanceTimersByTime(DOUBLE_TAP_MS);
    screen.getByTestId("draft-discard-yes").click();
    expect(ondiscard, "a tap that was meant").toHaveBeenCalledOnce();
  });
});
