import { describe, expect, it } from "vitest";
import { ago, clock, dayBeside, dayOf, daysAgo, weekdayInWords } from "./time";

const PANAMA = "America/Panama";

describe("time", () => {
  it("is that of the post, not of the machine", () => {
    expect(clock("2025-03-14T02:30:00Z", PANAMA), "five hours behind").toBe("21:30");
    expect(dayOf("2025-03-14T02:30:00Z", PANAMA), "the day of the post").toBe("2025-03-13");
  });

  it("counts calendar days, not 24 hours", () => {
    const now = Date.parse("2025-03-14T06:00:00Z");
    expect(daysAgo("2025-03-14T04:59:00Z", PANAMA, now), "23:59 is yesterday at 01:00").toBe(1);
    expect(daysAgo("2025-03-14T05:01:00Z", PANAMA, now), "00:01 is today").toBe(0);
  });

  it.each([
    ["2026-11-23", "es", "2026-11-24", "lunes 23 nov"],
    ["2026-11-23", "en", "2026-01-02", "Monday 23 Nov"],
    ["2025-12-31", "es", "2026-01-01", "miércoles 31 dic 2025"],
    ["2026-11-23", "es", null, "lunes 23 nov 2026"],
  ] as const)("says the day %s as people write it (%s, near %s)", (day, language, near, words) => {
    expect(weekdayInWords(day, language, near), "never as a machine does").toBe(words);
  });

  it("steps over the end of a month and of a year", () => {
    expect([dayBeside("2026-12-31", 1), dayBeside("2024-03-01", -1)], "calendar days").toEqual([
      "2027-01-01",
      "2024-02-29",
    ]);
  });

  it.each([
    [30, null],
    [61, "hace 1 min"],
    [2 * 3600 + 5, "hace 2 h"],
    [49 * 3600, "hace 2 d"],
    [-100, null],
  ])("says %i seconds in one unit", (seconds, words) => {
    const now = Date.parse("2025-03-14T12:00:00Z");
    const said = ago(now - seconds * 1000, "es", now);
    expect(said?.replace("días", "d") ?? null, "a clock a little behind says no future").toBe(words);
  });
});
