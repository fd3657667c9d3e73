import type { Capture, Position } from "$lib/backend/bindings";
import { total } from "$lib/form/composition";
import { fail, type Answers } from "../answers";
import type { KeptDraft, Phone } from "../phone";
import { missingOf, rowOf, type Stored } from "../record";

const UNDO_MS = 10_000;
/** What the receiver says whenever it is asked. */
const FIX: Position = {
  lat: 8.451,
  lon: -77.643,
  accuracy_m: 38,
  altitude_m: null,
  altitude_accuracy_m: null,
  source: "gnss",
  fix_age_s: 4,
  hdop: null,
};

/** Makes a record of a draft, or a correction of the record that it edits. */
function saveDraft(phone: Phone, draft: KeptDraft): Stored {
  const now = new Date().toISOString();
  const me = phone.mine();
  if (draft.kind === "edit" && draft.encounter_id) {
    const stored = phone.record(draft.encounter_id);
    const before = total(stored.capture.composition ?? {});
    phone.corrected.set(stored.id, stored.capture);
    stored.capture = draft.capture;
    stored.version += 1;
    stored.place = "on_phone";
    const after = String(total(draft.capture.composition ?? {}));
    const changes = { label: "Personas", before: String(before), after };
    stored.history = [...stored.history, phone.line("changed", changes)];
    return stored;
  }
  const number = ++phone.counter;
  // What is typed from paper happened somewhere else than where this laptop stands.
  const position = draft.capture.capture_mode === "paper" ? ("no_fix" as const) : FIX;
  const occurred_at = draft.capture.occurred_at ?? draft.first_tap_at ?? now;
  const stored: Stored = {
    id: `e${number}`,
    code: `BCH-0314-7Q${number.toString(32).toUpperCase()}-${number % 8}`,
    capture: { ...draft.capture, position: draft.capture.position ?? position, occurred_at },
    savedAt: now,
    author: me.name,
    device: "Teléfono 4",
    patrol: phone.patrol?.code ?? null,
    place: "on_phone",
    status: "complete",
    practice: draft.practice,
    refused: null,
    others: [],
    apart: [],
    history: [phone.line("created")],
    version: 1,
  };
  if (!draft.practice) phone.records = [stored, ...phone.records];
  else phone.practiceDone = true;
  if (phone.patrol && !draft.practice)
    phone.patrol = { ...phone.patrol, encounters: phone.patrol.encounters + 1 };
  return stored;
}

/** What the next record may begin with: of one's own last one that still counts, and never a need. */
function repeatable(phone: Phone): Capture | null {
  const me = phone.mine();
  const ended = ["voided", "withdrawn", "merged"];
  const last = phone.records.find(({ author, status }) => author === me.name && !ended.includes(status));
  if (!last) return null;
  const { composition, assistance, needs } = last.capture;
  return { composition, assistance, needs: needs && Object.keys(needs).length === 0 ? {} : null };
}

/** Drafts: kept at every tap, made a record once. */
export const draftCommands = (phone: Phone) =>
  ({
    draft_start: async ({ kind, encounter_id }) => {
      const me = phone.mine();
      const last = repeatable(phone);
      const edited = kind === "edit" && encounter_id ? phone.record(encounter_id) : null;
      let capture: Capture = { composition: {}, assistance: {}, needs: null, direction: "north" };
      if (kind === "same_as_last" && !last) throw fail("not_found", "a last record of this person");
      if (kind === "same_as_last" && last) capture = last;
      if (edited) capture = edited.capture;
      const draft = {
        draft_id: `d${++phone.counter}`,
        started_at: new Date().toISOString(),
        first_tap_at: null,
        people: total(capture.composition ?? {}),
        page: kind === "same_as_last" ? 2 : 1,
        capture,
        confirmed: [],
        unread: {},
        kind: kind === "practice" ? ("new" as const) : kind,
        encounter_id: edited?.id ?? null,
        version: edited ? String(edited.version) : null,
        practice: kind === "practice",
        author: me.person_id,
      };
      phone.drafts.push(draft);
      return draft;
    },
    same_as_last: async () => repeatable(phone),
    draft_save: async ({ draft_id, capture, confirmed, page, unread = {} }) => {
      const draft = phone.drafts.find((one) => one.draft_id === draft_id);
      if (!draft) throw fail("not_found", "draft", "draft_id");
      Object.assign(draft, { capture, confirmed, page, unread, people: total(capture.composition ?? {}) });
      if (confirmed.length > 0) draft.first_tap_at ??= new Date().toISOString();
    },
    drafts: async () => phone.drafts.filter(({ author }) => author === phone.mine().person_id),
    draft_discard: async (draftId) => {
      const index = phone.drafts.findIndex(({ draft_id }) => draft_id === draftId);
      const [draft] = phone.drafts.splice(index, index < 0 ? 0 : 1);
      if (!draft) throw fail("not_found", "draft", "draft_id");
      const until = Date.now() + UNDO_MS;
      phone.discarded.push({ draft, index, until });
      return { undo_until: new Date(until).toISOString() };
    },
    draft_take_back: async (draftId) => {
      const kept = phone.discarded.find(({ draft }) => draft.draft_id === draftId);
      if (!kept || kept.until < Date.now()) throw fail("not_allowed", "too late", "too_late");
      phone.discarded = phone.discarded.filter((one) => one !== kept);
      phone.drafts.splice(kept.index, 0, kept.draft);
    },
    draft_record: async (draftId) => {
      const draft = phone.drafts.find(({ draft_id }) => draft_id === draftId);
      if (!draft) throw fail("not_found", "draft", "draft_id");
      const stored = saveDraft(phone, draft);
      phone.drafts = phone.drafts.filter((one) => one !== draft);
      phone.acted();
      return {
        row: rowOf(stored, phone.mine().name),
        undo_until: new Date(Date.now() + UNDO_MS).toISOString(),
        unchanged: false,
        missing: missingOf(stored.capture),
      };
    },
    undo: async (id) => {
      const before = phone.corrected.get(id);
      if (before) phone.record(id).capture = before;
      else phone.record(id).status = "withdrawn";
      phone.corrected.delete(id);
      phone.acted();
    },
    position: async () => ({ state: "fix", position: FIX }),
  }) satisfies Partial<Answers>;
