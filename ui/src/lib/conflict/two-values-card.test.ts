import { render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TwoValues } from "$lib/backend/bindings";
import { DOUBLE_TAP_MS } from "$lib/shared/press";
import TwoValuesCard from "./TwoValuesCard.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const field: TwoValues = {
  field: "total_people",
  label: "Total",
  kind: "count",
  values: [8, 9].map((value) => ({
    value,
    text: String(value),
    author: "Cabo 17",
    at: "2025-03-14T12:00:00Z",
    choice: String(value),
  })),
  may_choose: true,
};

/** A question that has just taken the place of another one. */
function card() {
  const acts = { onkeep: vi.fn(), onother: vi.fn(), onlater: vi.fn() };
  render(TwoValuesCard, { props: { field, zone: "America/Panama", ...acts } });
  const press = () => ["keep-8", "keep-other", "keep-later"].forEach((id) => screen.getByTestId(id).click());
  const taken = () => Object.values(acts).map((act) => act.mock.calls.length);
  return { press, taken };
}

describe("the question which of two values stays", () => {
  it("is not answered by the second half of the double tap that answered the one before", () => {
    const { press, taken } = card();
    press();
    expect(taken(), "nothing was read yet").toEqual([0, 0, 0]);
    vi.advanceTimersByTime(DOUBLE_TAP_MS);
    press();
    expect(taken(), "now it was").toEqual([1, 1, 1]);
  });
});
