// The contract between the window and the Rust shell. `src-tauri` generates exactly this file
// (ui/src/lib/backend/bindings.ts) from its view structs; until it does, this hand-written one is the truth.
// All times are RFC 3339 strings with offset. All ids are strings. Counts are integers.
// Every command rejects with BackendError.

export type BackendError = { code: ErrorCode; message: string; field: string | null };
export type ErrorCode =
  | "locked" | "wrong_pin" | "too_many_tries" | "pin_too_weak" | "vault_newer" | "vault_damaged" | "not_a_vault"
  | "disk_full" | "tail_missing" | "not_saved" | "not_found" | "invalid" | "not_allowed" | "stale_version"
  | "no_network" | "server_unknown" | "server_key_changed" | "server_refused" | "revoked"
  | "code_wrong" | "code_used" | "code_expired" | "not_enrolled" | "busy" | "internal";

// ---------- settings (outside the vault, readable before unlock) ----------
export type Theme = "standard" | "sun" | "night";
export type Language = "es" | "en";
export type Settings = { language: Language; theme: Theme; rain_mode: boolean; vocabulary: "pa" | "mx" };

// ---------- where the app stands ----------
export type Role = "patrol_member" | "patrol_leader" | "medic" | "protection_focal" | "post_commander";
export type PersonTile = { person_id: string; name: string; attempts_left: number; wait_seconds: number };
export type Me = { person_id: string; name: string; role: Role };
export type Phase = "first_start" | "locked" | "open" | "broken";
export type SyncPhase = "idle" | "connecting" | "sending" | "receiving" | "failed";
export type SyncState = {
  phase: SyncPhase;
  sent: number; to_send: number; received: number;      // records
  error: ErrorCode | null; error_message: string | null;
  next_try_at: string | null;
};
export type OpenPatrol = { patrol_id: string; code: string; trail: string | null; setting: string | null; direction: string | null; departed_at: string; people: string[]; encounters: number };
export type AppStatus = {
  phase: Phase;
  problem: BackendError | null;              // why phase is "broken", or a warning such as tail_missing
  people: PersonTile[];                      // for Desbloquear
  saved_total: number;                       // "11 guardados, a salvo"
  me: Me | null;
  post: { post_id: string; name: string; tz: string } | null;
  enrolled: boolean;
  server: string | null;
  unreceived: number;                        // records with something not yet received at the post
  last_contact_at: string | null;
  sync: SyncState;
  patrol: OpenPatrol | null;
  lock_minutes: number;
  clock: { doubtful: number; offset_seconds: number | null; repairable: number };
  practice_done: boolean;
};

// ---------- code lists (data, not code) ----------
export type CodeItem = { code: string; es: string; en: string; attributes: Record<string, string> };
export type Country = { alpha3: string; es: string; en: string; group: string; demonym_m: string | null; demonym_f: string | null };
export type Place = { place_id: string; name: string; kind: string };
export type Lists = {
  assistance: CodeItem[]; need: CodeItem[]; item: CodeItem[]; setting: CodeItem[]; direction: CodeItem[];
  count_method: CodeItem[]; age_band: CodeItem[]; sex: CodeItem[]; role: CodeItem[]; void_reason: CodeItem[];
  flag_reason: CodeItem[]; review_event: CodeItem[]; re_encounter: CodeItem[]; interpretation: CodeItem[]; language: CodeItem[];
  river_state: CodeItem[]; trail_state: CodeItem[]; location_source: CodeItem[];
  countries: Country[];          // includes XXA and XXX
  places: Place[]; trails: CodeItem[];
};

// ---------- the capture: DOMAIN field names, no derived fields ----------
// quick cells: AA+M men, AA+F women, AC+M boys, AC+F girls, AU+U unknown. Other cells are kept and shown.
export type Position = { lat: number; lon: number; accuracy_m: number | null; altitude_m: number | null; altitude_accuracy_m: number | null; source: string; fix_age_s: number | null; hdop: number | null };
export type Reach = "all" | number;
export type Capture = {
  occurred_at?: string | null; occurred_precision?: string; clock_source?: string;
  position?: Position | "no_fix" | null;
  place_id?: string | null; trail_id?: string | null; trail_km?: number | null; setting?: string | null; place_note?: string | null;
  direction?: string | null;
  composition?: Record<string, Record<string, number>>;   // {"VEN": {"AA+M": 3}}
  count_method?: string; group_estimate?: number | null; families?: number | null; re_encounter?: string;
  languages?: string[]; interpretation?: string | null;
  needs?: Record<string, number> | null;                    // null = not answered, {} = "Ninguna necesidad"
  assistance?: Record<string, Reach>;
  items_given?: Record<string, number>;
  note?: string | null; capture_mode?: string; paper_ref?: string | null; patrol_id?: string | null;
};

// ---------- drafts: saved on every tap, several at once, each its author's ----------
export type Draft = {
  draft_id: string; started_at: string; first_tap_at: string | null; people: number; page: number;
  capture: Capture;               // what was tapped so far
  confirmed: string[];            // field names the person touched ("looks unconfirmed until tapped")
  kind: "new" | "same_as_last" | "edit"; encounter_id: string | null; version: string | null; // for edit: record and version seen
  practice: boolean;
};
export type DraftStart = { kind: "new" | "same_as_last" | "edit" | "practice"; encounter_id: string | null };
export type DraftSave = { draft_id: string; capture: Capture; confirmed: string[]; page: number };
export type PositionState = { state: "searching" | "fix" | "none" | "unavailable"; position: Position | null };

// ---------- records ----------
// Where a record is. exactly one of four words + marks
export type Place4 = "draft" | "on_phone" | "at_post" | "at_hq";
export type Mark = "incomplete" | "two_values" | "refused" | "clock_doubt" | "voided" | "changed_after_review" | "part_over_total";
export type Status = "draft" | "complete" | "submitted" | "reviewed" | "returned" | "flagged" | "changed_after_review" | "voided" | "merged" | "withdrawn";
export type Count = { min: number; max: number };         // min != max: two values, show "48–49"
export type Row = {
  encounter_id: string; short_code: string; occurred_at: string; saved_at: string; received_at: string | null;
  people: Count; nationalities: { code: string; people: Count }[]; men: Count; women: Count; boys: Count; girls: Count; unknown: Count;
  place: Place4; marks: Mark[]; status: Status; author: string; author_is_me: boolean; patrol_id: string | null; patrol_code: string | null; device: string;
};
export type Saved = { row: Row; undo_until: string; missing: Missing[] };
export type Missing = { rule: string; field: string; message: string };   // E01..E09, never blocks saving
export type RowFilter = { patrol_id: string | null; day: string | null; state: "all" | "unreceived" | "incomplete" | "two_values" | "to_review" | "refused" | "voided"; nationality: string | null; cell: "men" | "women" | "boys" | "girls" | "unknown" | null; text: string | null; offset: number; limit: number };
export type RowPage = { rows: Row[]; total: number };
export type StatedValue = { value: unknown; text: string; author: string; at: string; choice: string };  // choice: token for `choose`
export type TwoValues = { field: string; label: string; kind: "count" | "stated" | "descriptive"; values: StatedValue[]; may_choose: boolean };
export type HistoryLine = { at: string; author: string; device: string; event: "created" | "changed" | "chosen" | "reviewed" | "voided" | "withdrawn" | "clock_corrected" | "recovered"; field: string | null; label: string | null; before: string | null; after: string | null; reason: string | null };
export type HeldAt = { place: Place4; since: string | null; device: string | null };
export type Detail = {
  row: Row; version: string; capture: Capture; two_values: TwoValues[]; missing: Missing[];
  parts_over_total: { code: string; part: number; total: number }[];   // "Agua: 6 de 5, revise"
  attentions: { category: string; people: Count }[]; held: HeldAt[]; history: HistoryLine[];
  refused_reason: string | null; may_edit: boolean; may_void: boolean; may_review: boolean; unknown_fields: Record<string, string>;
};
export type Choice = { encounter_id: string; field: string; version: string; choice: string | null; other: unknown | null };

// ---------- post ----------
export type TableRow = { nationality: string; men: Count; women: Count; boys: Count; girls: Count; unknown: Count; total: Count };
export type Today = {
  day: string; as_of: string; people: Count; encounters: number; reviewed: number;
  table: TableRow[]; totals: TableRow; attentions: { category: string; people: Count }[];
  teams_expected: number; teams_missing: { device_id: string; name: string; last_contact_at: string | null; patrol_code: string | null }[];
  left_out: { reason: "void" | "incomplete" | "withdrawn" | "practice"; count: number }[];
  to_decide: { two_values: number; incomplete: number; possible_repeats: number; refused: number };
};
export type Repeat = { a: Row; b: Row; minutes_apart: number; metres_apart: number | null };
export type Decide = { two_values: { row: Row; fields: TwoValues[]; version: string }[]; incomplete: { row: Row; missing: Missing[] }[]; possible_repeats: Repeat[]; refused: { row: Row; reason: string }[] };
export type Team = { device_id: string; name: string; people: string[]; role: Role; enrolled_at: string; last_contact_at: string | null; received: number; clock_offset_seconds: number | null; revoked_at: string | null; digits: string | null; this_device: boolean };
export type EnrolCode = { code: string; qr_svg: string; expires_at: string; role: Role; name: string };
export type SyncContact = { at: string; ok: boolean; sent: number; received: number; code: ErrorCode | null };

// ---------- commands ----------
export interface Commands {
  settings_read(): Promise<Settings>;
  settings_write(settings: Settings): Promise<void>;
  status(): Promise<AppStatus>;
  lists(): Promise<Lists>;

  start(request: { name: string; pin: string; post_id: string | null }): Promise<{ recovery_code: string }>;
  unlock(request: { person_id: string; pin: string }): Promise<AppStatus>;
  lock(): Promise<void>;
  person_add(request: { name: string; pin: string }): Promise<{ recovery_code: string }>;   // by an unlocked person
  pin_reset_by_code(request: { person_id: string; recovery_code: string; new_pin: string }): Promise<void>;
  pin_reset_by_person(request: { person_id: string; new_pin: string }): Promise<void>;      // by another, unlocked person
  pin_change(request: { pin: string; new_pin: string }): Promise<void>;
  lock_minutes_write(minutes: number): Promise<void>;

  enrol(request: { server: string | null; code: string | null; qr: string | null }): Promise<{ digits: string; post: string; server_name: string }>;

  draft_start(request: DraftStart): Promise<Draft>;
  draft_save(request: DraftSave): Promise<void>;
  drafts(): Promise<Draft[]>;
  draft_discard(draft_id: string): Promise<void>;
  draft_record(draft_id: string): Promise<Saved>;          // the commit; for kind "edit" an edit at the version seen
  undo(encounter_id: string): Promise<void>;               // within 10 s of saving
  position(): Promise<PositionState>;

  rows(filter: RowFilter): Promise<RowPage>;
  detail(encounter_id: string): Promise<Detail>;
  void_record(request: { encounter_id: string; version: string; reason: string }): Promise<void>;
  review(request: { encounter_id: string; version: string; event: "submitted" | "approved" | "returned" | "flagged" | "reopened"; reason: string | null }): Promise<void>;
  choose(request: Choice): Promise<Detail>;
  clock_repair(): Promise<{ repaired: number }>;
  clock_repair_undo(): Promise<{ restored: number }>;

  patrol_leave(request: { trail_id: string | null; setting: string | null; direction: string | null; people: string[] }): Promise<OpenPatrol>;
  patrol_return(request: { zero_encounters: boolean }): Promise<void>;

  sync_now(): Promise<void>;                                // progress arrives as events
  sync_contacts(): Promise<SyncContact[]>;                  // the last five
  records_export(path: string | null): Promise<{ path: string; records: number }>;  // Sacar mis registros; null = the default folder

  today(day: string | null): Promise<Today>;
  today_csv(day: string): Promise<string>;
  today_csv_save(day: string): Promise<{ path: string }>;   // the same text as a file in the default folder (as records_export)
  decide(): Promise<Decide>;
  teams(): Promise<Team[]>;
  enrol_code(request: { role: Role; name: string }): Promise<EnrolCode>;
  team_revoke(device_id: string): Promise<void>;
}

// ---------- events (shell → window) ----------
export type Events = {
  status_changed: AppStatus;
  records_changed: { encounter_ids: string[] };   // reload just those; an open form is never reloaded
  locked: null;
};
