import type { Backend } from "$lib/backend/backend";
import type {
  AppStatus,
  BackendError,
  Capture,
  Draft,
  ErrorCode,
  Events,
  Me,
  OpenPatrol,
  PersonTile,
  Post,
  Row,
  Settings,
  SyncContact,
  Team,
} from "$lib/backend/bindings";
import { countOf, total, withCount, type QuickCell } from "$lib/form/composition";
import { dayOf } from "$lib/shared/time";
import { LISTS } from "./lists";
import { detailOf, missingOf, refusalOf, repeatOf, rowOf, twoValuesOf, type Stored } from "./record";
import { isCounted, pairsOf, tableOf } from "./table";

const TRIES = 5;
const UNDO_MS = 10_000;
const ZONE = "America/Panama";

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

/** The commands of the contract; where a command answers nothing, any nothing will do. */
type Answers = Pick<Backend, "on"> & {
  [Name in Exclude<keyof Backend, "on">]: (
    ...request: Parameters<Backend[Name]>
  ) => Promise<
    Awaited<ReturnType<Backend[Name]>> extends null | void ? void | null : Awaited<ReturnType<Backend[Name]>>
  >;
};

const fail = (code: ErrorCode, message: string = code, field: string | null = null): BackendError => ({
  code,
  message,
  field,
});

/** A phone in memory: enough of a state machine to use the app by hand in a browser. For tests only. */
export class MemoryBackend {
  settings: Settings;
  people: Person[] = [];
  me: Me | null = null;
  drafts: (Draft & { author: string })[] = [];
  records: Stored[];
  /** The local day of all records. */
  recordsDay = dayOf(Date.now(), ZONE);
  patrol: OpenPatrol | null = null;
  enrolled: boolean;
  lastContact: string | null = null;
  contacts: SyncContact[] = [];
  lockMinutes = 10;
  touches = 0;
  clock: AppStatus["clock"] = { doubtful: 0, offset_seconds: null, repairable: 0 };
  teams: Team[] = [];
  /** The next call of a command rejects with this. */
  failNext = new Map<string, BackendError>();
  /** How often each command was called. */
  calls = new Map<string, number>();
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
  #handlers = new Map<string, Set<(payload: never) => void>>();
  #counter = 0;
  #practiceDone = false;

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
      this.#addPerson(name, pin, role ?? "patrol_member");
    this.records = options.records ?? [];
    this.enrolled = options.enrolled ?? false;
    if (this.enrolled) this.lastContact = new Date(Date.now() - 2 * 3_600_000).toISOString();
    this.slowMs = options.slowMs ?? 0;
    const opener = this.people.find(({ tile }) => tile.name === options.openAs);
    if (opener) this.#open(opener);
  }

  /** The interface's view of this phone. */
  backend(): Backend {
    return new Proxy(this.#commands() as Backend, {
      get: (commands, name: string) => {
        if (name === "on") return commands.on;
        const command = (commands as unknown as Record<string, (...request: unknown[]) => Promise<unknown>>)[
          name
        ];
        return async (...request: unknown[]) => {
          this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
          if (this.slowMs > 0) await new Promise((done) => setTimeout(done, this.slowMs));
          const failure = this.failNext.get(name);
          if (failure) {
            this.failNext.delete(name);
            throw failure;
          }
          // What crosses to the shell is a copy, and so is what comes back.
          return structuredClone(await command?.(...structuredClone(request)));
        };
      },
    });
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const handler of this.#handlers.get(name) ?? []) handler(structuredClone(payload) as never);
  }

  status(): AppStatus {
    const counted = this.records.filter(({ status, practice }) => status !== "withdrawn" && !practice);
    return {
      phase: this.me ? "open" : this.people.length === 0 ? "first_start" : "locked",
      problem: null,
      people: this.people.map(({ tile }) => tile),
      saved_total: counted.length,
      me: this.me,
      post: this.enrolled ? this.post : null,
      enrolled: this.enrolled,
      server: this.enrolled ? "10.20.0.5:8444" : null,
      unreceived:
        this.enrolled || counted.length > 0 ? counted.filter(({ place }) => place === "on_phone").length : 0,
      last_contact_at: this.lastContact,
      sync: this.sync,
      patrol: this.patrol,
      lock_minutes: this.lockMinutes,
      clock: this.clock,
      practice_done: this.#practiceDone,
    };
  }

  #addPerson(name: string, pin: string, role: Me["role"]): Person {
    const person: Person = {
      tile: { person_id: `p${this.people.length + 1}`, name, attempts_left: TRIES, wait_seconds: 0 },
      pin,
      recovery: `7QK3-M2XP-9TRA-${this.people.length + 4}WEH`,
      role,
    };
    this.people.push(person);
    return person;
  }

  #open(person: Person): void {
    person.tile.attempts_left = TRIES;
    this.me = { person_id: person.tile.person_id, name: person.tile.name, role: person.role };
  }

  #mine(): Me {
    if (!this.me) throw fail("locked");
    return this.me;
  }

  #person(id: string): Person {
    const person = this.people.find(({ tile }) => tile.person_id === id);
    if (!person) throw fail("not_found", "person", "person_id");
    return person;
  }

  #record(id: string): Stored {
    this.#mine();
    const record = this.records.find((stored) => stored.id === id);
    if (!record) throw fail("not_found", "encounter", "encounter_id");
    return record;
  }

  #at(version: string, stored: Stored): void {
    if (version !== String(stored.version)) throw fail("stale_version");
  }

  /** Tells the window what changed. */
  changed(...ids: string[]): void {
    this.emit("status_changed", this.status());
    this.emit("records_changed", { encounter_ids: ids, all: false });
  }

  get #leads(): boolean {
    return this.me?.role === "patrol_leader" || this.me?.role === "post_commander";
  }

  #saveDraft(draft: Draft & { author: string }): Stored {
    const now = new Date().toISOString();
    const me = this.#mine();
    const line = {
      at: now,
      author: me.name,
      device: "Teléfono 4",
      field: null,
      label: null,
      before: null,
      after: null,
      reason: null,
    };
    if (draft.kind === "edit" && draft.encounter_id) {
      const stored = this.#record(draft.encounter_id);
      const before = total(stored.capture.composition ?? {});
      stored.capture = draft.capture;
      stored.version += 1;
      stored.place = "on_phone";
      stored.history = [
        ...stored.history,
        {
          ...line,
          event: "changed",
          label: "Personas",
          before: String(before),
          after: String(total(draft.capture.composition ?? {})),
        },
      ];
      return stored;
    }
    const number = ++this.#counter;
    const stored: Stored = {
      id: `e${number}`,
      code: `BCH-0314-7Q${number.toString(32).toUpperCase()}-${number % 8}`,
      capture: { ...draft.capture, occurred_at: draft.capture.occurred_at ?? draft.first_tap_at ?? now },
      savedAt: now,
      author: me.name,
      device: "Teléfono 4",
      patrol: this.patrol?.code ?? null,
      place: "on_phone",
      status: "complete",
      practice: draft.practice,
      refused: null,
      others: [],
      apart: [],
      history: [{ ...line, event: "created" }],
      version: 1,
    };
    if (!draft.practice) this.records = [stored, ...this.records];
    else this.#practiceDone = true;
    if (this.patrol && !draft.practice)
      this.patrol = { ...this.patrol, encounters: this.patrol.encounters + 1 };
    return stored;
  }

  #matches(row: Row, stored: Stored, filter: Parameters<Backend["rows"]>[0]): boolean {
    if (stored.status === "withdrawn" || stored.practice) return false;
    const states = {
      all: true,
      unreceived: row.place === "on_phone",
      incomplete: row.marks.includes("incomplete"),
      two_values: row.marks.includes("two_values"),
      to_review: row.status === "complete" || row.status === "submitted",
      refused: row.marks.includes("refused"),
      voided: row.status === "voided",
    };
    const of = (code: string | null) =>
      code
        ? stored.capture.composition?.[code]
          ? [code]
          : []
        : Object.keys(stored.capture.composition ?? {});
    const cells = { men: "AA+M", women: "AA+F", boys: "AC+M", girls: "AC+F", unknown: "AU+U" } as const;
    const cell = filter.cell;
    return (
      states[filter.state] &&
      of(filter.nationality).length > 0 &&
      (!cell ||
        of(filter.nationality).some(
          (code) => countOf(stored.capture.composition ?? {}, code, cells[cell]) > 0,
        )) &&
      (!filter.patrol_id || row.patrol_id === filter.patrol_id) &&
      (!filter.day || filter.day === this.recordsDay) &&
      (!filter.counted || isCounted(stored, filter.counted === "only_reviewed")) &&
      (!filter.text || row.short_code.includes(filter.text.toUpperCase()))
    );
  }

  async #syncNow(): Promise<void> {
    this.#mine();
    if (!this.enrolled) throw fail("not_enrolled");
    const unsent = this.records.filter(({ place }) => place === "on_phone");
    const step = async (changes: Partial<AppStatus["sync"]>) => {
      this.sync = { ...this.sync, ...changes };
      this.emit("status_changed", this.status());
      await new Promise((done) => setTimeout(done, 120));
    };
    await step({
      phase: "connecting",
      sent: 0,
      to_send: unsent.length,
      received: 0,
      error: null,
      next_try_at: null,
    });
    const at = new Date().toISOString();
    if (!this.online) {
      this.contacts = [
        { at, ok: false, sent: 0, received: 0, code: "no_network" as const },
        ...this.contacts,
      ].slice(0, 5);
      await step({
        phase: "failed",
        error: "no_network",
        next_try_at: new Date(Date.now() + 30_000).toISOString(),
      });
      return;
    }
    for (const [index, stored] of unsent.entries()) {
      stored.place = "at_post";
      await step({ phase: "sending", sent: index + 1 });
    }
    this.lastContact = new Date().toISOString();
    this.contacts = [{ at, ok: true, sent: unsent.length, received: 0, code: null }, ...this.contacts].slice(
      0,
      5,
    );
    await step({ phase: "idle" });
    this.changed(...unsent.map(({ id }) => id));
  }

  #commands(): Answers {
    return {
      on: (name, handler) => {
        const handlers = this.#handlers.get(name) ?? new Set();
        handlers.add(handler as (payload: never) => void);
        this.#handlers.set(name, handlers);
        return () => void handlers.delete(handler as (payload: never) => void);
      },
      settings_read: async () => this.settings,
      settings_write: async (settings) => void (this.settings = settings),
      status: async () => this.status(),
      lists: async () => LISTS,
      start: async ({ name, pin }) => {
        if (/^(\d)\1+$/.test(pin) || "0123456789".includes(pin)) throw fail("pin_too_weak", "easy", "pin");
        const person = this.#addPerson(name, pin, "patrol_member");
        this.#open(person);
        this.emit("status_changed", this.status());
        return { recovery_code: person.recovery };
      },
      unlock: async ({ person_id, pin }) => {
        const person = this.#person(person_id);
        if (person.tile.attempts_left === 0) throw fail("too_many_tries");
        if (person.pin !== pin) {
          person.tile.attempts_left -= 1;
          throw fail(person.tile.attempts_left === 0 ? "too_many_tries" : "wrong_pin");
        }
        this.#open(person);
        return this.status();
      },
      lock: async () => {
        this.me = null;
        this.emit("locked", null);
        this.emit("status_changed", this.status());
      },
      touched: async () => {
        this.touches += 1;
      },
      person_add: async ({ name, pin }) => {
        this.#mine();
        const { recovery } = this.#addPerson(name, pin, "patrol_member");
        this.emit("status_changed", this.status());
        return { recovery_code: recovery };
      },
      pin_reset_by_code: async ({ person_id, recovery_code, new_pin }) => {
        const person = this.#person(person_id);
        if (recovery_code !== person.recovery) throw fail("wrong_pin", "recovery_code", "recovery_code");
        person.pin = new_pin;
        person.tile.attempts_left = TRIES;
      },
      pin_reset_by_person: async ({ person_id, new_pin }) => {
        this.#mine();
        this.#person(person_id).pin = new_pin;
      },
      pin_change: async ({ pin, new_pin }) => {
        const person = this.#person(this.#mine().person_id);
        if (person.pin !== pin) throw fail("wrong_pin");
        person.pin = new_pin;
      },
      lock_minutes_write: async (minutes) => {
        this.lockMinutes = minutes;
        this.emit("status_changed", this.status());
      },
      enrol: async ({ server, code, qr }) => {
        this.#mine();
        this.asked = { server, code, qr };
        if (!qr && code !== "K7QH3MXP") throw fail("code_wrong");
        this.enrolled = true;
        this.emit("status_changed", this.status());
        return { digits: "482 615", post: "Bajo Chiquito", server_name: "puesto" };
      },
      draft_start: async ({ kind, encounter_id }) => {
        const me = this.#mine();
        const last = this.records.find(
          ({ author, status }) => author === me.name && status !== "voided" && status !== "withdrawn",
        );
        const edited = kind === "edit" && encounter_id ? this.#record(encounter_id) : null;
        let capture: Capture = { composition: {}, assistance: {}, needs: null, direction: "north" };
        if (kind === "same_as_last" && !last) throw fail("not_found", "a last record of this person");
        if (kind === "same_as_last" && last) {
          const { composition, assistance, needs } = last.capture;
          const none = needs && Object.keys(needs).length === 0 ? {} : null;
          capture = { composition, assistance, needs: none };
        }
        if (edited) capture = edited.capture;
        const draft = {
          draft_id: `d${++this.#counter}`,
          started_at: new Date().toISOString(),
          first_tap_at: null,
          people: total(capture.composition ?? {}),
          page: kind === "same_as_last" ? 2 : 1,
          capture,
          confirmed: [],
          kind: kind === "practice" ? ("new" as const) : kind,
          encounter_id: edited?.id ?? null,
          version: edited ? String(edited.version) : null,
          practice: kind === "practice",
          author: me.person_id,
        };
        this.drafts.push(draft);
        return draft;
      },
      draft_save: async ({ draft_id, capture, confirmed, page }) => {
        const draft = this.drafts.find((one) => one.draft_id === draft_id);
        if (!draft) throw fail("not_found", "draft", "draft_id");
        Object.assign(draft, { capture, confirmed, page, people: total(capture.composition ?? {}) });
        if (confirmed.length > 0) draft.first_tap_at ??= new Date().toISOString();
      },
      drafts: async () =>
        this.drafts.filter(
          ({ author, first_tap_at }) => author === this.#mine().person_id && first_tap_at !== null,
        ),
      draft_discard: async (draftId) =>
        void (this.drafts = this.drafts.filter(({ draft_id }) => draft_id !== draftId)),
      draft_record: async (draftId) => {
        const draft = this.drafts.find(({ draft_id }) => draft_id === draftId);
        if (!draft) throw fail("not_found", "draft", "draft_id");
        const stored = this.#saveDraft(draft);
        this.drafts = this.drafts.filter((one) => one !== draft);
        this.changed(stored.id);
        return {
          row: rowOf(stored, this.#mine().name),
          undo_until: new Date(Date.now() + UNDO_MS).toISOString(),
          missing: missingOf(stored.capture),
        };
      },
      undo: async (id) => {
        this.#record(id).status = "withdrawn";
        this.changed(id);
      },
      position: async () => ({
        state: "fix",
        position: {
          lat: 8.451,
          lon: -77.643,
          accuracy_m: 38,
          altitude_m: null,
          altitude_accuracy_m: null,
          source: "gnss",
          fix_age_s: 4,
          hdop: null,
        },
      }),
      rows: async (filter) => {
        const me = this.#mine().name;
        const found = this.records
          .map((stored) => ({ stored, row: rowOf(stored, me) }))
          .filter(({ stored, row }) => this.#matches(row, stored, filter));
        return {
          rows: found.slice(filter.offset, filter.offset + filter.limit).map(({ row }) => row),
          total: found.length,
        };
      },
      detail: async (id) =>
        detailOf(this.#record(id), this.#mine().name, this.#leads, this.me?.role === "post_commander"),
      void_record: async ({ encounter_id, version, reason }) => {
        const stored = this.#record(encounter_id);
        this.#at(version, stored);
        stored.status = "voided";
        stored.version += 1;
        stored.history = [
          ...stored.history,
          {
            at: new Date().toISOString(),
            author: this.#mine().name,
            device: "Teléfono 4",
            event: "voided",
            field: null,
            label: null,
            before: null,
            after: null,
            reason,
          },
        ];
        this.changed(stored.id);
      },
      review: async ({ encounter_id, version, event, reason }) => {
        const stored = this.#record(encounter_id);
        this.#at(version, stored);
        const states = {
          submitted: "submitted",
          approved: "reviewed",
          returned: "returned",
          flagged: "flagged",
          reopened: "complete",
        } as const;
        stored.status = states[event];
        stored.version += 1;
        stored.history = [
          ...stored.history,
          {
            at: new Date().toISOString(),
            author: this.#mine().name,
            device: "Puesto",
            event: "reviewed",
            field: null,
            label: null,
            before: null,
            after: event,
            reason,
          },
        ];
        this.changed(stored.id);
      },
      choose: async ({ encounter_id, field, version, choice, other }) => {
        const stored = this.#record(encounter_id);
        this.#at(version, stored);
        if (!this.#leads) throw fail("not_allowed");
        const [, nationality = "", cell = "AU+U"] = field.split("/");
        const rival = stored.others.find((one) => one.nationality === nationality && one.cell === cell);
        const own = countOf(stored.capture.composition ?? {}, nationality, cell as QuickCell);
        const value = choice === "own" ? own : choice === "other" ? (rival?.count ?? own) : Number(other);
        stored.capture = {
          ...stored.capture,
          composition: withCount(stored.capture.composition ?? {}, nationality, cell as QuickCell, value),
        };
        stored.others = stored.others.filter((one) => one !== rival);
        stored.version += 1;
        stored.history = [
          ...stored.history,
          {
            at: new Date().toISOString(),
            author: this.#mine().name,
            device: "Teléfono 4",
            event: "chosen",
            field,
            label: "Hombres",
            before: null,
            after: String(value),
            reason: null,
          },
        ];
        this.changed(stored.id);
        return detailOf(stored, this.#mine().name, this.#leads, this.me?.role === "post_commander");
      },
      clock_repair: async () => {
        const repaired = this.clock.repairable;
        this.clock = { ...this.clock, doubtful: 0, repairable: 0 };
        this.changed();
        return { repaired };
      },
      clock_repair_undo: async () => {
        this.clock = { ...this.clock, doubtful: 10, repairable: 10 };
        this.changed();
        return { restored: 10 };
      },
      patrol_leave: async ({ trail_id, setting, direction, people }) => {
        this.patrol = {
          patrol_id: "pat1",
          code: "BCH-0314-2",
          trail: trail_id,
          setting,
          direction,
          departed_at: new Date().toISOString(),
          people,
          encounters: 0,
        };
        this.emit("status_changed", this.status());
        return this.patrol;
      },
      patrol_return: async () => {
        this.patrol = null;
        this.emit("status_changed", this.status());
      },
      sync_now: () => this.#syncNow(),
      sync_contacts: async () => this.contacts,
      records_export: async (path) => {
        if (!this.enrolled) throw fail("not_enrolled");
        const records = this.status().unreceived;
        return { path: path ?? "Documentos/bitacora-2025-03-14.sobre", records };
      },
      today: async (day, onlyReviewed) => {
        const today = dayOf(Date.now(), ZONE);
        const shown = day ?? today;
        const records = shown === this.recordsDay ? this.records : [];
        const table = tableOf(records, this.teams, { day: shown, today, onlyReviewed });
        return { ...table, day_before: this.recordsDay < shown ? this.recordsDay : null };
      },
      today_csv_save: async (day, onlyReviewed) => ({
        path: `Documentos/PA-BCH-${day}${onlyReviewed ? "-reviewed" : ""}.csv`,
      }),
      decide: async () => {
        const me = this.#mine().name;
        const rows = this.records
          .filter(({ status }) => status === "complete")
          .map((stored) => ({ stored, row: rowOf(stored, me) }));
        return {
          two_values: rows
            .filter(({ stored }) => stored.others.length > 0)
            .map(({ stored, row }) => ({
              row,
              fields: twoValuesOf(stored, this.#leads),
              version: String(stored.version),
            })),
          incomplete: rows
            .filter(({ row }) => row.marks.includes("incomplete"))
            .map(({ stored, row }) => ({ row, missing: missingOf(stored.capture) })),
          possible_repeats: pairsOf(this.records).map((pair) => repeatOf(pair, me)),
          told_apart: this.records.flatMap((stored) =>
            stored.apart.map((id) => repeatOf([stored, this.#record(id)], me)),
          ),
          refused: rows
            .filter(({ stored }) => stored.refused)
            .map(({ stored, row }) => ({ row, reason: refusalOf(stored) })),
        };
      },
      tell_apart: async ({ first, second }) => {
        if (!this.#leads) throw fail("not_allowed");
        this.#record(first).apart.push(this.#record(second).id);
        this.changed(first, second);
      },
      take_back_apart: async ({ first, second }) => {
        if (!this.#leads) throw fail("not_allowed");
        const stored = this.#record(first);
        stored.apart = stored.apart.filter((id) => id !== second);
        this.changed(first, second);
      },
      teams: async () => ({ as_of: new Date().toISOString(), teams: this.teams }),
      enrol_code: async ({ role, name }) => ({
        code: "K7QH3MXP",
        qr_svg:
          '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 21 21"><path d="M0 0h7v7H0zM14 0h7v7h-7zM0 14h7v7H0zM9 2h2v2H9zM10 6h3v3h-3zM4 9h3v2H4zM9 12h2v5H9zM14 11h3v2h-3zM16 15h4v4h-4z"/></svg>',
        expires_at: new Date(Date.now() + 15 * 60_000).toISOString(),
        role,
        name,
      }),
      team_revoke: async (id) => {
        this.teams = this.teams.map((team) =>
          team.device_id === id ? { ...team, revoked_at: new Date().toISOString() } : team,
        );
      },
    };
  }
}
