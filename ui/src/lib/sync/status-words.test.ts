import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { dayOfRecords } from "../../../tests/backend/seed";
import { statusWords, syncNumber } from "./status-words";

const NOW = Date.now();
const phone = (count: number, enrolled: boolean) =>
  new MemoryBackend({
    people: [{ name: "Cabo Mosquera", pin: "241973" }],
    openAs: "Cabo Mosquera",
    records: dayOfRecords(count, NOW),
    enrolled,
  });

describe("status bar", () => {
  it("says how many are not received and when the post last answered", () => {
    expect(
      statusWords(phone(20, true).status(), Date.now() + 1_000),
      "3 sin recibir · último contacto hace 2 h",
    ).toEqual({
      number: 3,
      what: "sin recibir",
      contact: "último contacto hace 2 h",
    });
  });

  it("never says that all is received before there is a post", () => {
    const { number, what, contact } = statusWords(phone(0, false).status(), NOW);
    expect([number, what, contact], "nothing to receive, nobody to receive it").toEqual([
      null,
      "Nada por entregar",
      "sin unir al puesto",
    ]);
  });

  it("never says that all is received while the server has not accepted something", () => {
    const memory = phone(20, true);
    for (const record of memory.records) record.place = "at_post";
    const { number, what } = statusWords(memory.status(), NOW);
    expect([number, what], "that record is nowhere but here").toEqual([1, "no aceptado"]);
    for (const record of memory.records) record.refused = null;
    expect(statusWords(memory.status(), NOW).what, "now it is").toBe("Todo recibido");
  });

  it("counts records while they are handed over", () => {
    const memory = phone(20, true);
    memory.sync = { ...memory.sync, phase: "sending", sent: 1, to_send: 3 };
    expect(statusWords(memory.status(), NOW).contact, "records, not bytes").toBe("entregando 1 de 3");
  });

  it("shows what is not received until something of it is handed over", () => {
    const memory = phone(20, true);
    const number = (sync: Partial<typeof memory.sync>) => {
      memory.sync = { ...memory.sync, ...sync };
      return syncNumber(memory.status());
    };
    expect(number({}), "before").toBe(3);
    expect(number({ phase: "connecting" }), "nothing is received by looking for the post").toBe(3);
    expect(number({ phase: "sending", sent: 0, to_send: 3 }), "nor yet").toBe(3);
    expect(number({ sent: 2 }), "two are").toBe(2);
    expect(number({ phase: "failed" }), "three are not, says the post").toBe(3);
  });
});
