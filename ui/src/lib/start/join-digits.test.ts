import { render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SEEN_MS } from "$lib/shared/press";
import JoinDigits from "./JoinDigits.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the digits to compare", () => {
  it("are not said to be the same by a tap that was meant for the page before", () => {
    const acts = { onsame: vi.fn(), ondifferent: vi.fn(), onagain: vi.fn(), onlater: vi.fn() };
    const joined = { digits: "482 615", post: "Bajo Chiquito", server_name: "puesto" };
    render(JoinDigits, { props: { joined, different: false, working: false, failure: null, ...acts } });
    const press = () => ["enrol-done", "enrol-differ"].forEach((id) => screen.getByTestId(id).click());
    const taken = () => [acts.onsame.mock.calls.length, acts.ondifferent.mock.calls.length];
    press();
    expect(taken(), "nobody can have compared them").toEqual([0, 0]);
    vi.advanceTimersByTime(SEEN_MS);
    press();
    expect(taken(), "now somebody can").toEqual([1, 1]);
  });
});
