import { render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { Form } from "./form.svelte";
import { isPlaceTaken, TAKEN_MS } from "./position-age";
import PositionLine from "./PositionLine.svelte";

const TAPPED = Date.parse("2025-03-14T12:00:00Z");
const FIX = {
  state: "fix",
  position: { lat: 8.1, lon: -77.4, accuracy_m: 6, fix_age_s: 3 },
} as never;
const said = () => screen.getByTestId("position").textContent?.trim();

describe("the position line", () => {
  it("never shows a position that the record will not have", () => {
    render(PositionLine, { props: { position: FIX, keeps: false, isTaken: false, isPlaced: false } });
    expect(said(), "and says what makes the record complete").toMatch(/10 min.*no toma.*sendero o entorno/);
  });

  it("asks for no trail where one is stated", () => {
    render(PositionLine, { props: { position: FIX, keeps: false, isTaken: false, isPlaced: true } });
    expect(said(), "nothing is left to do").toMatch(/10 min.*no toma/);
    expect(said()).not.toContain("sendero o entorno");
  });

  it("needs no second line where a row more needs the room", () => {
    const props = { position: FIX, keeps: false, isTaken: false, isPlaced: false, tight: true };
    render(PositionLine, { props });
    expect(said(), "what is missing and what to do").toBe("Sin posición: ponga sendero o entorno");
  });

  it("shows the receiver while the form is at the place, and of a correction what stays", () => {
    const { unmount } = render(PositionLine, {
      props: { position: FIX, keeps: false, isTaken: true, isPlaced: false },
    });
    expect(said()).toBe("±6 m, hace 3 s");
    unmount();
    render(PositionLine, { props: { position: FIX, keeps: true, isTaken: false, isPlaced: false } });
    expect(said(), "a correction takes none at any age").toBe("La posición sigue como estaba");
  });
});

describe("a form", () => {
  it.each([
    [null, 0, true],
    [TAPPED, 0, true],
    [TAPPED, TAKEN_MS, true],
    // The time shown moves every 15 seconds.
    [TAPPED, -15_000, true],
    [TAPPED, TAKEN_MS + 1, false],
    // The clock was set back since: the shell does not know either where it was.
    [TAPPED, -60_000, false],
  ])("first tapped at %s takes the place %i ms later: %s", (tapped, passed, taken) => {
    expect(isPlaceTaken(tapped, TAPPED + passed)).toBe(taken);
  });

  it("knows when it was first tapped, here or before the phone locked", async () => {
    const memory = new MemoryBackend({
      people: [{ name: "Cabo Mosquera", pin: "241973" }],
      openAs: "Cabo Mosquera",
    });
    const form = new Form(memory.backend(), { nationality: "HTI", assistance: null });
    await form.start({ kind: "new", encounter_id: null });
    expect(form.firstTapAt, "nothing was tapped").toBeNull();
    const before = Date.now();
    form.counting.tap("AA+M");
    expect(form.firstTapAt).toBeGreaterThanOrEqual(before);
    await form.settle();
    const [draft] = memory.drafts;
    if (!draft) throw new Error("it was kept");
    const again = new Form(memory.backend(), { nationality: null, assistance: null });
    await again.resume({ ...draft, first_tap_at: "2025-03-14T12:00:00Z" });
    again.counting.tap("AA+M");
    expect(again.firstTapAt, "not that of a tap after the break").toBe(TAPPED);
  });
});
