import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { Start } from "./start.svelte";

function firstStart() {
  const memory = new MemoryBackend();
  const start = new Start(memory.backend());
  const type = (pin: string) => {
    [...pin].forEach((digit) => start.digit(digit));
    start.pinTyped();
  };
  return { memory, start, type };
}

describe("first start", () => {
  it("asks for the PIN twice, and again when they differ", () => {
    const { start, type } = firstStart();
    start.go("pin");
    type("241973");
    type("241974");
    expect([start.step, start.differs, start.pin], "from nothing").toEqual(["pin", true, ""]);
    type("241973");
    type("241973");
    expect(start.step, "the same twice").toBe("code");
  });

  it("goes back to the PIN when it is too weak, and to nowhere else", async () => {
    const { start, type } = firstStart();
    start.name = "Cabo";
    start.go("pin");
    type("111111");
    type("111111");
    await start.begin(false);
    expect([start.step, start.failure?.code, start.pin], "its own sentence, on its own page").toEqual([
      "pin",
      "pin_too_weak",
      "",
    ]);
  });

  it("takes a passphrase typed twice, and half a PIN does not go along", async () => {
    const { start, type, memory } = firstStart();
    start.name = "Cabo";
    start.go("pin");
    type("241973");
    start.turn("phrase");
    expect([start.pin, start.first], "from nothing").toEqual(["", null]);
    [start.pin, start.again] = ["la lluvia de mayo", "la lluvia de marzo"];
    start.phraseTyped();
    expect(start.step, "they differ").toBe("pin");
    start.again = "la lluvia de mayo";
    start.phraseTyped();
    await start.begin(false);
    expect([start.step, start.pin, start.again], "the phrase is gone").toEqual(["recovery", "", ""]);
    await memory.backend().lock();
    await memory.backend().unlock({ person_id: "p1", pin: "la lluvia de mayo" });
    expect(memory.me?.name, "it opens the phone").toBe("Cabo");
  });

  it("shows the recovery code once and keeps no PIN", async () => {
    const { start, type, memory } = firstStart();
    start.name = "  Cabo Mosquera ";
    start.go("pin");
    type("241973");
    type("241973");
    await start.begin(true);
    expect([start.step, start.pin, start.first], "the PIN is gone").toEqual(["recovery", "", null]);
    expect(start.recoveryCode, "something to write down").toBeTruthy();
    expect(memory.me?.name, "the phone is open, as that person").toBe("Cabo Mosquera");
  });
});
