import { describe, expect, it } from "vitest";
import { fromLocalInput, toLocalInput } from "./local-time";

const PANAMA = "America/Panama";
const TAPACHULA = "America/Mexico_City";

describe("a typed time", () => {
  it.each([
    [PANAMA, "2026-03-14T07:21:00-05:00"],
    [TAPACHULA, "2026-03-14T07:21:00-06:00"],
    ["Asia/Kathmandu", "2026-03-14T07:21:00+05:45"],
    ["UTC", "2026-03-14T07:21:00+00:00"],
  ])("is that of the post's clock: %s", (zone, moment) => {
    expect(fromLocalInput("2026-03-14T07:21", zone), "whatever zone this machine is in").toBe(moment);
    expect(toLocalInput(moment, zone), "and is shown as it was typed").toBe("2026-03-14T07:21");
  });

  it("shows a moment of another zone by the post's clock", () => {
    expect(toLocalInput("2026-03-14T12:21:30Z", PANAMA), "the same moment").toBe("2026-03-14T07:21");
    expect(toLocalInput("2026-03-14T03:00:00Z", PANAMA), "the day before").toBe("2026-03-13T22:00");
  });

  it("finds the offset of that day, also where clocks change", () => {
    const zone = "America/New_York";
    expect(fromLocalInput("2026-03-08T01:30", zone), "an hour before").toBe("2026-03-08T01:30:00-05:00");
    expect(fromLocalInput("2026-03-08T03:30", zone), "an hour after").toBe("2026-03-08T03:30:00-04:00");
    expect(fromLocalInput("2026-07-01T12:00", zone), "summer").toBe("2026-07-01T12:00:00-04:00");
  });

  it("is none when it is empty or no time", () => {
    expect([fromLocalInput("", PANAMA), fromLocalInput("x", PANAMA)], "nothing to keep").toEqual([
      null,
      null,
    ]);
    expect([toLocalInput(null, PANAMA), toLocalInput("x", PANAMA)], "nothing to show").toEqual(["", ""]);
  });
});
