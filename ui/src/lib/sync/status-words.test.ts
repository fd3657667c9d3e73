import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { dayOfRecords } from "../../../tests/backend/seed";
import { isAllReceived, restSentence, statusWords, syncNumber, syncSentence } from "./status-words";

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

  it("says of a contact ahead of this clock when it was, and that the clock is in doubt", () => {
    const memory = phone(20, true);
    const now = Date.parse("2025-03-14T12:00:00Z");
    const contact = (at: string) => {
      memory.lastContact = at;
      return statusWords(memory.status(), now).contact;
    };
    expect(contact("2025-03-16T12:30:00Z"), "the clock was set back by two days").toBe(
      "último contacto 07:30, 16 mar (hora del equipo en duda)",
    );
    expect(contact("2025-03-14T13:00:00Z"), "by an hour").toBe(
      "último contacto 08:00, hoy (hora del equipo en duda)",
    );
    expect(contact("2025-03-14T12:03:00Z"), "two clocks never agree to the minute").toBe(
      "último contacto ahora",
    );
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

  it("never says that all is received while an outing or something undone is not", () => {
    const memory = phone(20, true);
    for (const record of memory.records) Object.assign(record, { place: "at_post", refused: null });
    memory.othersUnreceived = 1;
    const words = () => {
      const { number, what } = statusWords(memory.status(), NOW);
      return `${number} ${what}`;
    };
    expect(words(), "the post would count what was undone").toBe("1 salida o deshecho sin recibir");
    memory.othersUnreceived = 3;
    expect(words(), "several").toBe("3 salidas o deshechos sin recibir");
    expect(restSentence(memory.status()), "on the page in full").toBe(
      "El puesto aún no recibe 3, entre salidas y registros deshechos. Se entregan solos.",
    );
    expect(syncSentence(memory.status(), "America/Panama", NOW), "and never as done").toMatch(
      /^Lo demás de este/,
    );
    expect(isAllReceived(memory.status()), "nor with the tick").toBe(false);
    memory.othersUnreceived = 0;
    expect(restSentence(memory.status()), "now nothing is missing").toBeNull();
    expect(syncSentence(memory.status(), "America/Panama", NOW), "it is done").toMatch(/^Listo\. Todo/);
    expect(isAllReceived(memory.status()), "with the tick").toBe(true);
  });

  it("never says that there is nothing to hand in while an outing waits for the first contact", () => {
    const memory = phone(0, false);
    memory.othersUnreceived = 1;
    expect(syncSentence(memory.status(), undefined, NOW), "it waits").toBe(
      "El puesto aún no recibe una salida o un registro deshecho. Se entrega solo.",
    );
    expect(restSentence(memory.status()), "said once").toBeNull();
  });

  it("says that the phone was copied, whatever an exchange does: it hands nothing over", () => {
    const memory = phone(20, true);
    memory.isCopied = true;
    memory.sync = { ...memory.sync, phase: "connecting" };
    const { number, contact } = statusWords(memory.status(), NOW);
    expect([number, contact], "what waits, and what helps").toEqual([3, "tiene un gemelo: únalo otra vez"]);
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
