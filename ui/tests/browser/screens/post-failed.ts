import { phone } from "../browser";
import { after, failing, onLaptop, see, slowly, taps, write, type Screens, type Way } from "./way";

const strip: Way = after(
  taps("nav-paper"),
  write("paper-time", "00:05"),
  write("paper-nationality-0", "haitiana"),
  write("paper-man-0", "4"),
);

/** The laptop of the post where what somebody asked for takes long, or did not happen. */
export const POST_FAILED: Screens = {
  measured: [
    onLaptop("records at the post, slow", "post", after(slowly, taps("nav-records"), see("load-slow"))),
    onLaptop(
      "paper, not saved",
      "post",
      after(strip, failing("draft_record", "disk_full"), taps("paper-save"), see("form-failure")),
    ),
    onLaptop(
      "paper, a word that nobody knows",
      "post",
      after(strip, write("paper-nationality-0", "haitiaan"), taps("paper-save"), see("paper-unclear")),
    ),
    onLaptop(
      "settings at the post, not kept",
      "post",
      after(
        taps("nav-settings"),
        failing("lock_minutes_write", "disk_full"),
        taps("lock-minutes-30"),
        see("settings-failure"),
      ),
    ),
    onLaptop(
      "synchronise at the post, failed",
      "post",
      after(
        taps("status-bar"),
        ({ page }) => phone(page, (memory) => void (memory.online = false)),
        taps("sync-now"),
        see("sync-failure"),
      ),
    ),
    onLaptop(
      "to decide, not kept",
      "post",
      after(
        taps("nav-decide"),
        failing("choose", "disk_full"),
        async ({ page }) => page.locator("[data-testid^=keep-]").first().click(),
        see("decide-failure"),
      ),
    ),
    onLaptop(
      "teams, no code",
      "post",
      after(
        taps("nav-teams", "team-enrol"),
        write("team-name", "Patrulla Tuquesa"),
        failing("enrol_code", "no_network"),
        taps("team-make-code"),
        see("teams-failure"),
      ),
    ),
    onLaptop(
      "teams, not revoked",
      "post",
      after(
        taps("nav-teams", "team-revoke"),
        failing("team_revoke", "no_network"),
        taps("revoke-yes"),
        see("teams-failure"),
      ),
    ),
    onLaptop(
      "table of the day, no file",
      "post",
      after(failing("today_csv_save", "disk_full"), taps("nav-day", "day-csv"), see("day-failure")),
    ),
    onLaptop("table of the day, 260", "post&records=260", after(taps("nav-day"), see("today-table"))),
    onLaptop(
      "unlock at the post, wrong PIN",
      "post",
      after(
        ({ page }) => phone(page, (memory) => memory.backend().lock()).then(() => undefined),
        taps("pad-1", "pad-1", "pad-1", "pad-1", "pad-1", "pad-1", "pad-done"),
        see("unlock-news"),
      ),
    ),
  ],
  further: [],
};
