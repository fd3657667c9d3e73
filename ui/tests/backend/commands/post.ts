import { dayBeside, dayOf } from "$lib/shared/time";
import type { Answers } from "../answers";
import { ZONE, type Phone } from "../phone";
import { tableOf } from "../table";

/** The day of the post and its teams. */
export const postCommands = (phone: Phone) =>
  ({
    today: async (day, days, onlyReviewed) => {
      const today = dayOf(Date.now(), ZONE);
      const shown = day ?? today;
      const from = dayBeside(shown, 1 - days);
      const records = from <= phone.recordsDay && phone.recordsDay <= shown ? phone.records : [];
      const table = tableOf(records, phone.teams, { from, day: shown, days, today, onlyReviewed });
      const elsewhere = Math.max(0, phone.clock.doubtful - table.clock_doubt);
      return {
        ...table,
        clock_doubt_elsewhere: elsewhere,
        day_before: phone.recordsDay < from ? phone.recordsDay : null,
      };
    },
    today_csv_save: async (day, days, onlyReviewed) => ({
      path: `Documentos/PA-BCH-${days > 1 ? `${dayBeside(day, 1 - days)}..` : ""}${day}${onlyReviewed ? "-reviewed" : ""}.csv`,
    }),
    teams: async () => ({ as_of: new Date().toISOString(), teams: phone.teams }),
    enrol_code: async ({ role, name }) => ({
      code: "K7QH3MXP",
      qr_svg:
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 21 21"><path d="M0 0h7v7H0zM14 0h7v7h-7zM0 14h7v7H0zM9 2h2v2H9zM10 6h3v3h-3zM4 9h3v2H4zM9 12h2v5H9zM14 11h3v2h-3zM16 15h4v4h-4z"/></svg>',
      expires_at: new Date(Date.now() + 15 * 60_000).toISOString(),
      role,
      name,
    }),
    team_revoke: async (id) => {
      phone.teams = phone.teams.map((team) =>
        team.device_id === id ? { ...team, revoked_at: new Date().toISOString() } : team,
      );
    },
  }) satisfies Partial<Answers>;
