import type { Language, Team, Theme } from "$lib/backend/bindings";
import { MemoryBackend } from "./memory";
import { dayOfRecords } from "./seed";

const MEMBER = { name: "Cabo Mosquera", pin: "241973", role: "patrol_member" as const };
const LEADER = { name: "Sgto. Caisamo", pin: "380451", role: "patrol_leader" as const };
const COMMANDER = { name: "Cap. Rodríguez", pin: "571930", role: "post_commander" as const };

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

const team = (number: number, name: string, contact: string | null, changes: Partial<Team> = {}): Team => ({
  device_id: `dev${number}`,
  name,
  people: [name],
  role: "patrol_member",
  enrolled_at: hoursAgo(200),
  last_contact_at: contact,
  received: number * 23,
  clock_offset_seconds: 2,
  revoked_at: null,
  digits: null,
  this_device: false,
  ...changes,
});

/** A phone in a state worth looking at, named in the page's address; with `hold=rows,today` those never answer. */
export function scene(query: URLSearchParams): MemoryBackend {
  const memory = named(query);
  const held = query.get("hold");
  if (held) memory.gate.hold(...held.split(","));
  return memory;
}

function named(query: URLSearchParams): MemoryBackend {
  const name = query.get("scene") ?? "first";
  const settings = {
    theme: (query.get("theme") ?? "standard") as Theme,
    language: (query.get("language") ?? "es") as Language,
    rain_mode: query.get("rain") === "1",
    vocabulary: query.get("vocabulary") === "mx" ? ("mx" as const) : ("pa" as const),
  };
  const now = Date.now();
  switch (name) {
    case "first":
      return new MemoryBackend({ settings });
    case "locked":
      return new MemoryBackend({
        settings,
        people: [MEMBER, LEADER],
        records: dayOfRecords(11, now),
        enrolled: true,
      });
    case "empty":
      return new MemoryBackend({ settings, people: [MEMBER], openAs: MEMBER.name });
    case "one":
      return new MemoryBackend({
        settings,
        people: [MEMBER],
        openAs: MEMBER.name,
        records: dayOfRecords(1, now),
      });
    case "leader":
      return new MemoryBackend({
        settings,
        people: [MEMBER, LEADER],
        openAs: LEADER.name,
        records: dayOfRecords(40, now),
        enrolled: true,
      });
    case "post": {
      const post = new MemoryBackend({
        settings,
        people: [COMMANDER],
        openAs: COMMANDER.name,
        records: dayOfRecords(Number(query.get("records") ?? 74), now),
        enrolled: true,
      });
      const at = post.lastContact ?? hoursAgo(2);
      post.contacts = [{ at, ok: true, sent: 4, received: 31, code: null }];
      post.teams = [
        team(1, "Patrulla Tuquesa", hoursAgo(0.2)),
        team(2, "Patrulla Tres Bocas", hoursAgo(1.5)),
        team(3, "Patrulla Canaán", hoursAgo(26)),
        team(4, "Patrulla Marragantí", hoursAgo(3), { clock_offset_seconds: -5_400 }),
        team(5, "Patrulla Tacartí", null, { digits: "482 615", received: 0 }),
        team(6, "Equipo del puesto", hoursAgo(0), { this_device: true, role: "post_commander" }),
      ];
      post.othersOut = [
        {
          patrol_id: "pat7",
          code: "BCH-0313-1",
          departed_at: hoursAgo(26),
          people: ["Cabo Membache", "Sgto. Caisamo"],
          device_name: "Patrulla Canaán",
          encounters: 3,
          this_device: false,
        },
      ];
      return post;
    }
    default: {
      const day = new MemoryBackend({
        settings,
        people: [MEMBER, LEADER],
        openAs: MEMBER.name,
        records: dayOfRecords(Number(query.get("records") ?? 260), now),
        enrolled: true,
      });
      return day;
    }
  }
}
