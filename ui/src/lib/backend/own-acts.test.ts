import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../tests/backend/memory";
import { dayOfRecords } from "../../../tests/backend/seed";
import type { RecordsChanged } from "./bindings";
import { tellingOwnActs } from "./own-acts";

const post = () =>
  new MemoryBackend({
    people: [{ name: "Cap. Rodríguez", pin: "571930", role: "post_commander" }],
    openAs: "Cap. Rodríguez",
    records: dayOfRecords(30, Date.now()),
    enrolled: true,
  });
const approval = { encounter_id: "seed-0", version: "1", event: "approved" as const, reason: null };

describe("what the window itself does to records", () => {
  it("is told to its pages, of whom the shell tells nothing", async () => {
    const memory = post();
    const [shell, told]: RecordsChanged[][] = [[], []];
    memory.backend().on("records_changed", (news) => shell?.push(news));
    const backend = tellingOwnActs(memory.backend());
    const stop = backend.on("records_changed", (news) => told?.push(news));
    await backend.review(approval);
    await backend.tell_apart({ first: "seed-1", second: "seed-2" });
    await backend.clock_repair();
    expect(shell, "the shell tells what changed underneath the window").toEqual([]);
    expect(told, "each act with its records").toEqual([
      { encounter_ids: ["seed-0"], all: false },
      { encounter_ids: ["seed-1", "seed-2"], all: false },
      { encounter_ids: [], all: true },
    ]);
    memory.changed("seed-3");
    stop();
    memory.changed("seed-4");
    await backend.undo("seed-5");
    expect(told?.slice(3), "what the shell tells comes as before, until nobody listens").toEqual([
      { encounter_ids: ["seed-3"], all: false },
    ]);
  });

  it("is not told when it did not happen", async () => {
    const backend = tellingOwnActs(post().backend());
    const told: RecordsChanged[] = [];
    backend.on("records_changed", (news) => told.push(news));
    await backend.review({ ...approval, version: "0" }).catch(() => undefined);
    expect(told, "nothing changed").toEqual([]);
  });
});
