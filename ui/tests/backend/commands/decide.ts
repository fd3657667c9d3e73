import { countOf, withCount, type QuickCell } from "$lib/form/composition";
import { fail, type Answers } from "../answers";
import type { Phone } from "../phone";
import {
  detailOf,
  isUndecided,
  labelOfCell,
  missingOf,
  refusalOf,
  repeatOf,
  rowOf,
  twoValuesOf,
} from "../record";
import { pairsOf } from "../table";

/** What a leader or a commander decides about a record. */
export const decideCommands = (phone: Phone) =>
  ({
    void_record: async ({ encounter_id, version, reason }) => {
      const stored = phone.record(encounter_id);
      phone.at(version, stored);
      stored.status = "voided";
      stored.version += 1;
      stored.history = [...stored.history, phone.line("voided", { reason })];
      phone.acted();
    },
    review: async ({ encounter_id, version, event, reason }) => {
      const stored = phone.record(encounter_id);
      phone.at(version, stored);
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
        phone.line("reviewed", { device: "Puesto", after: event, reason }),
      ];
      phone.acted();
    },
    choose: async ({ encounter_id, field, version, choice, other }) => {
      const stored = phone.record(encounter_id);
      phone.at(version, stored);
      if (!phone.leads) throw fail("not_allowed");
      const further = stored.stated?.find((one) => one.field === field);
      if (further) {
        stored.stated = stored.stated?.filter((one) => one !== further) ?? [];
        stored.version += 1;
        const after = further.values.find((one) => one.choice === choice)?.text ?? JSON.stringify(other);
        stored.history = [...stored.history, phone.line("chosen", { field, label: further.label, after })];
        phone.acted();
        return detailOf(stored, phone.mine().name, phone.leads, phone.me?.role === "post_commander");
      }
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
        phone.line("chosen", {
          field,
          label: labelOfCell(nationality, cell as QuickCell),
          after: String(value),
        }),
      ];
      phone.acted();
      return detailOf(stored, phone.mine().name, phone.leads, phone.me?.role === "post_commander");
    },
    decide: async (pairs) => {
      const me = phone.mine().name;
      const possible = pairsOf(phone.records);
      const rows = phone.records
        .filter(({ status }) => status === "complete")
        .map((stored) => ({ stored, row: rowOf(stored, me) }));
      return {
        two_values: rows
          .filter(({ stored }) => isUndecided(stored))
          .map(({ stored, row }) => ({
            row,
            fields: twoValuesOf(stored, phone.leads).filter(({ kind }) => kind !== "descriptive"),
            version: String(stored.version),
          })),
        incomplete: rows
          .filter(({ row }) => row.marks.includes("incomplete"))
          .map(({ stored, row }) => ({ row, missing: missingOf(stored.capture) })),
        possible_repeats: {
          meet_rule: possible.length,
          standing_out: Math.min(1, possible.length),
          pairs: possible.slice(0, pairs).map((pair, place) => repeatOf(pair, me, place)),
        },
        told_apart: phone.records.flatMap((stored) =>
          stored.apart.map((id) => repeatOf([stored, phone.record(id)], me)),
        ),
        refused: rows
          .filter(({ stored }) => stored.refused)
          .map(({ stored, row }) => ({ row, reason: refusalOf(stored) })),
      };
    },
    tell_apart: async ({ first, second }) => {
      if (!phone.leads) throw fail("not_allowed");
      phone.record(first).apart.push(phone.record(second).id);
      phone.acted();
    },
    take_back_apart: async ({ first, second }) => {
      if (!phone.leads) throw fail("not_allowed");
      const stored = phone.record(first);
      stored.apart = stored.apart.filter((id) => id !== second);
      phone.acted();
    },
  }) satisfies Partial<Answers>;
