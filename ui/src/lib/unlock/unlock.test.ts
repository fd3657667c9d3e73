import { describe, expect, it } from "vitest";
import type { AppStatus } from "$lib/backend/bindings";
import { MemoryBackend } from "../../../tests/backend/memory";
import { Unlock } from "./unlock.svelte";

function phone(people = [{ name: "Cabo Mosquera", pin: "241973" }]) {
  const memory = new MemoryBackend({ people });
  const opened: AppStatus[] = [];
  const unlock = new Unlock(memory.backend(), memory.status().people, (status) => opened.push(status));
  const type = (pin: string) => [...pin].forEach((digit) => unlock.digit(digit));
  return { memory, unlock, opened, type };
}

describe("unlock", () => {
  it("goes straight to the pad when the phone has one person", () => {
    expect(phone().unlock.personId, "nobody to choose between").toBe("p1");
  });

  it("opens with the right PIN and forgets it at once", async () => {
    const { unlock, opened, type } = phone();
    type("241973");
    await unlock.open();
    expect([opened[0]?.me?.name, unlock.pin], "open, and no PIN in memory").toEqual(["Cabo Mosquera", ""]);
  });

  it("forgets a wrong PIN and says why", async () => {
    const { unlock, opened, type, memory } = phone();
    type("111111");
    await unlock.open();
    expect([unlock.failure?.code, unlock.pin, opened.length], "try again from nothing").toEqual([
      "wrong_pin",
      "",
      0,
    ]);
    expect(memory.status().people[0]?.attempts_left, "one try is gone").toBe(4);
  });

  it("takes as many digits as the device and can take one back", async () => {
    const { unlock, type, opened } = phone([{ name: "Cabo Mosquera", pin: "24197385061942" }]);
    type("241973850619427");
    unlock.erase();
    await unlock.open();
    expect(opened.length, "fourteen digits are a PIN as well").toBe(1);
    type("1".repeat(300));
    expect(unlock.pin.length, "more is not read").toBe(256);
  });

  it("opens with a passphrase, and half a PIN does not go along", async () => {
    const { unlock, type, opened } = phone([{ name: "Cabo Mosquera", pin: "la lluvia de mayo" }]);
    type("24");
    unlock.turn("phrase");
    expect(unlock.pin, "from nothing").toBe("");
    unlock.pin = "la lluvia de mayo";
    await unlock.open();
    expect(opened.length, "the device takes both").toBe(1);
  });

  it("starts from nothing for another person", () => {
    const { unlock, type } = phone([
      { name: "Cabo Mosquera", pin: "241973" },
      { name: "Sgto. Caisamo", pin: "380451" },
    ]);
    unlock.choose("p1");
    type("24");
    unlock.choose("p2");
    expect(unlock.pin, "half a PIN of someone else").toBe("");
  });
});
