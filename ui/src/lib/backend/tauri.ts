import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Backend } from "./backend";
import type { Events } from "./bindings";

/** Listens from now on; undoing before the shell has answered undoes it when it does. */
function on<Name extends keyof Events>(name: Name, handler: (payload: Events[Name]) => void): () => void {
  const listening = listen<Events[Name]>(name, (event) => handler(event.payload));
  return () => void listening.then((stop) => stop());
}

/** The shell, through its commands. Names and arguments are those of the contract in `bindings.ts`. */
export const tauri: Backend = {
  on,
  settings_read: () => invoke("settings_read"),
  settings_write: (settings) => invoke("settings_write", { settings }),
  status: () => invoke("status"),
  lists: () => invoke("lists"),
  start: (request) => invoke("start", { request }),
  unlock: (request) => invoke("unlock", { request }),
  lock: () => invoke("lock"),
  touched: () => invoke("touched"),
  person_add: (request) => invoke("person_add", { request }),
  pin_reset_by_code: (request) => invoke("pin_reset_by_code", { request }),
  pin_reset_by_person: (request) => invoke("pin_reset_by_person", { request }),
  pin_change: (request) => invoke("pin_change", { request }),
  recovery_code_new: () => invoke("recovery_code_new"),
  lock_minutes_write: (minutes) => invoke("lock_minutes_write", { minutes }),
  enrol: (request) => invoke("enrol", { request }),
  digits_compared: (same) => invoke("digits_compared", { same }),
  draft_start: (request) => invoke("draft_start", { request }),
  draft_save: (request) => invoke("draft_save", { request }),
  same_as_last: () => invoke("same_as_last"),
  drafts: () => invoke("drafts"),
  draft_discard: (draftId) => invoke("draft_discard", { draftId }),
  draft_take_back: (draftId) => invoke("draft_take_back", { draftId }),
  draft_record: (draftId) => invoke("draft_record", { draftId }),
  undo: (encounterId) => invoke("undo", { encounterId }),
  position: () => invoke("position"),
  rows: (filter) => invoke("rows", { filter }),
  detail: (encounterId) => invoke("detail", { encounterId }),
  void_record: (request) => invoke("void_record", { request }),
  review: (request) => invoke("review", { request }),
  choose: (request) => invoke("choose", { request }),
  clock_repair: () => invoke("clock_repair"),
  clock_repair_seen: () => invoke("clock_repair_seen"),
  clock_repair_undo: () => invoke("clock_repair_undo"),
  patrol_leave: (request) => invoke("patrol_leave", { request }),
  patrol_return: (request) => invoke("patrol_return", { request }),
  patrols_out: () => invoke("patrols_out"),
  patrol_close: (patrolId) => invoke("patrol_close", { patrolId }),
  sync_now: () => invoke("sync_now"),
  sync_contacts: () => invoke("sync_contacts"),
  records_export: (path) => invoke("records_export", { path }),
  absent: () => invoke("absent"),
  hand_in_for_absent: () => invoke("hand_in_for_absent"),
  today: (day, days, onlyReviewed) => invoke("today", { day, days, onlyReviewed }),
  today_csv_save: (day, days, onlyReviewed) => invoke("today_csv_save", { day, days, onlyReviewed }),
  decide: (pairs) => invoke("decide", { pairs }),
  tell_apart: (request) => invoke("tell_apart", { request }),
  take_back_apart: (request) => invoke("take_back_apart", { request }),
  teams: () => invoke("teams"),
  enrol_code: (request) => invoke("enrol_code", { request }),
  team_revoke: (deviceId) => invoke("team_revoke", { deviceId }),
};
