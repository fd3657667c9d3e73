import type {
  Absent,
  AppStatus,
  BackendError,
  Capture,
  Draft,
  Events,
  HistoryLine,
  Me,
  OpenPatrol,
  PatrolOut,
  PersonTile,
  Post,
  Settings,
  SyncContact,
  Team,
} from "$lib/backend/bindings";
import { dayOf } from "$lib/shared/time";
import { fail } from "./answers";
import { Gate } from "./gate";
import type { Stored } from "./record";

/** Wrong PINs in a row before the phone makes one wait. */
export const TRIES = 5;
export const ZONE = "America/Panama";
/** What the shell gives as the post before there is one. */
const PROVISIONAL: Post = { post_id: "XX-SIN", name: "XX-SIN", tz: ZONE, vocabulary: null, trails: [] };

/** A draft and whose it is. */
export type KeptDraft = Draft & { author: string };

interface Person {
  tile: PersonTile;
  pin: string;
  recovery: string;
  role: Me["role"];
}

export interface MemoryOptions {
  settings?: Partial<Settings>;
  /** People of the phone; none means a first start. */
  people?: { name: string; pin: string; role?: Me["role"] }[];
  /** Opened as this person from the start. */
  openAs?: string;
  records?: Stored[];
  enrolled?: boolean;
  /** Every command waits so long before it answers, in milliseconds. */
  slowMs?: number;
}

/** What a phone in memory holds, and what all its commands ask of it. */
export class Phone {
  settings: Settings;
  people: Person[] = [];
  me: Me | null = null;
  drafts: KeptDraft[] = [];
  /** Those that were thrown away a moment ago, where they stood and until when they can be had back. */
  discarded: { draft: KeptDraft; index: number; until: number }[] = [];
  records: Stored[];
  /** The local day of all records. */
  recordsDay = dayOf(Date.now(), ZONE);
  patrol: OpenPatrol | null = null;
  enrolled: boolean;
  /** Six digits that nobody has compared yet. */
  digits: string | null = null;
  /** Another device has this one's identity. */
  isCopied = false;
  /** Somebody saw that they differ. */
  differ = false;
  /** The text of a QR that the app was opened with. */
  invitation: string | null = null;
  /** What a post lacks that this device has left. */
  formerUnreceived = 0;
  lastContact: string | null = null;
  contacts: SyncContact[] = [];
  lockMinutes = 10;
  touches = 0;
  clock: AppStatus["clock"] = {
    doubtful: 0,
    offset_seconds: null,
    repairable: 0,
    repaired: 0,
    is_repair_seen: false,
  };
  teams: Team[] = [];
  /** What somebody who is in must know of the records here. */
  problem: BackendError | null = null;
  /** The next call of a command rejects with this. */
  failNext = new Map<string, BackendError>();
  /** How often each command was called. */
  calls = new Map<string, number>();
  /** Commands that were asked and have not answered yet. */
  answering = 0;
  readonly gate = new Gate();
  slowMs: number;
  /** What the last enrolment was asked with. */
  asked: { server: string | null; code: string | null; qr: string | null } | null = null;
  online = true;
  sync: AppStatus["sync"] = {
    phase: "idle",
    sent: 0,
    to_send: 0,
    received: 0,
    error: null,
    error_word: null,
    error_message: null,
    next_try_at: null,
  };
  /** What a record said before its last correction, for taking that back. */
  corrected = new Map<string, Capture>();
  /** What others wrote that a new server lacks, and who. */
  absent: Absent = { records: 0, others: 0, people: [] };
  /** The patrols of other devices that are out. */
  othersOut: PatrolOut[] = [];
  /** Undone saves and patrols of which the post does not know all yet. */
  othersUnreceived = 0;
  #handlers = new Map<string, Set<(payload: never) => void>>();
  /** Numbers drafts and records. */
  counter = 0;
  practiceDone = false;

  /** The post, as its server tells. */
  post: Post;

  constructor(options: MemoryOptions = {}) {
    this.settings = {
      language: "es",
      theme: "standard",
      rain_mode: false,
      vocabulary: "pa",
      ...options.settings,
    };
    this.post = {
      post_id: "PA-BCH",
      name: "Bajo Chiquito",
      tz: "America/Panama",
      vocabulary: this.settings.vocabulary ?? "pa",
      trails: [],
    };
    for (const { name, pin, role } of options.people ?? [])
      this.addPerson(name, pin, role ?? "patrol_member");
    this.records = options.records ?? [];
    this.enrolled = options.enrolled ?? false;
    if (this.enrolled) this.lastContact = new Date(Date.now() - 2 * 3_600_000).toISOString();
    this.slowMs = options.slowMs ?? 0;
    const opener = this.people.find(({ tile }) => tile.name === options.openAs);
    if (opener) this.open(opener);
  }

  /** Calls `handler` at each event of that name until the returned function is called. */
  on<Name extends keyof Events>(name: Name, handler: (payload: Events[Name]) => void): () => void {
    const handlers = this.#handlers.get(name) ?? new Set();
    handlers.add(handler as (payload: never) => void);
    this.#handlers.set(name, handlers);
    return () => void handlers.delete(handler as (payload: never) => void);
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const handler of this.#handlers.get(name) ?? []) handler(structuredClone(payload) as never);
  }

  status(): AppStatus {
    const counted = this.records.filter(({ status, practice }) => status !== "withdrawn" && !practice);
    return {
      phase: this.me ? "open" : this.people.length === 0 ? "first_start" : "locked",
      problem: this.me ? this.problem : null,
      people: this.people.map(({ tile }) => tile),
      saved_total: counted.length,
      me: this.me,
      post: this.me && (this.enrolled ? this.post : PROVISIONAL),
      enrolled: this.enrolled,
      server: this.enrolled ? "10.20.0.5:8444" : null,
      digits: this.digits,
      is_copied: this.isCopied,
      invitation: this.invitation,
      unreceived:
        this.enrolled || counted.length > 0 ? counted.filter(({ place }) => place === "on_phone").length : 0,
      others_unreceived: this.othersUnreceived,
      former_unreceived: this.formerUnreceived,
      refused: counted.filter(({ refused }) => refused !== null).length,
      last_contact_at: this.lastContact,
      sync: this.sync,
      patrol: this.patrol,
      lock_minutes: this.lockMinutes,
      clock: this.clock,
      practice_done: this.practiceDone,
    };
  }

  addPerson(name: string, pin: string, role: Me["role"]): Person {
    const person: Person = {
      tile: { person_id: `p${this.people.length + 1}`, name, attempts_left: TRIES, wait_seconds: 0 },
      pin,
      recovery: `7QK3-M2XP-9TRA-${this.people.length + 4}WEH`,
      role,
    };
    this.people.push(person);
    return person;
  }

  open(person: Person): void {
    person.tile.attempts_left = TRIES;
    this.me = { person_id: person.tile.person_id, name: person.tile.name, role: person.role };
  }

  /** Who has it open; refuses while nobody has. */
  mine(): Me {
    if (!this.me) throw fail("locked");
    return this.me;
  }

  person(id: string): Person {
    const person = this.people.find(({ tile }) => tile.person_id === id);
    if (!person) throw fail("not_found", "person", "person_id");
    return person;
  }

  record(id: string): Stored {
    this.mine();
    const record = this.records.find((stored) => stored.id === id);
    if (!record) throw fail("not_found", "encounter", "encounter_id");
    return record;
  }

  /** Refuses what was decided before another version than the one here. */
  at(version: string, stored: Stored): void {
    if (version !== String(stored.version)) throw fail("stale_version");
  }

  /** Says who did what to a record, now. */
  line(event: HistoryLine["event"], changes: Partial<HistoryLine> = {}): HistoryLine {
    const nothing = { field: null, label: null, before: null, after: null, reason: null };
    const at = new Date().toISOString();
    return { at, author: this.mine().name, device: "Teléfono 4", event, ...nothing, ...changes };
  }

  /** As the shell after what the window asked for: it tells where the app stands, and nothing of records. */
  acted(): void {
    this.emit("status_changed", this.status());
  }

  /** Tells the window what changed underneath it, as after an exchange. */
  changed(...ids: string[]): void {
    this.emit("status_changed", this.status());
    this.emit("records_changed", { encounter_ids: ids, all: false });
  }

  /** The person may choose, approve and return. */
  get leads(): boolean {
    return this.me?.role === "patrol_leader" || this.me?.role === "post_commander";
  }
}
