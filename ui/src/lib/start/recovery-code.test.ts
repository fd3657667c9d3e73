import { render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import RecoveryCode from "./RecoveryCode.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the recovery code, shown once", () => {
  it("does not go by a tap that was meant for the key before it", () => {
    const onnoted = vi.fn();
    render(RecoveryCode, { props: { code: "7QK3-M2XP-9TRA-4WEH", onnoted } });
    vi.advanceTimersByTime(999);
    screen.getByTestId("recovery-noted").click();
    expect(onnoted, "who waited seconds taps more than once").not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    screen.getByTestId("recovery-noted").click();
    expect(onnoted, "now it can have been seen").toHaveBeenCalledOnce();
  });
});
