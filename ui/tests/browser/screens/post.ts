import { phone } from "../browser";
import {
  after,
  changed,
  failing,
  offline,
  onLaptop,
  see,
  slowly,
  taps,
  write,
  type Screens,
  type Way,
} from "./way";

const lockNow: Way = ({ page }) => phone(page, (memory) => memory.backend().lock()).then(() => undefined);

/** As many people as a day of August 2023 had, of which two values are known in every column. */
const busiest: Way = async (finger) => {
  await phone(finger.page, (memory) => {
    const cells = { "AA+M": 1_198, "AA+F": 1_004, "AC+M": 312, "AC+F": 298, "AU+U": 41 };
    const [record] = memory.records;
    if (!record) return;
    const { savedAt: at } = record;
    Object.assign(record, { status: "complete", refused: null });
    Object.assign(record.capture, { needs: {}, composition: { VEN: cells } });
    record.others = Object.entries(cells).map(([cell, count]) => ({
      nationality: "VEN",
      cell: cell as keyof typeof cells,
      count: count + 12,
      author: "Sgto. 04",
      at,
    }));
    memory.changed();
  });
  await finger.page.getByTestId("cell-all-unknown").waitFor();
};

/** The laptop of the post. */
export const POST: Screens = {
  measured: [
    onLaptop("today", "post"),
    onLaptop("records at the post", "post", taps("nav-records")),
    onLaptop("to decide", "post", taps("nav-decide")),
    onLaptop("teams", "post", taps("nav-teams")),
    onLaptop("table of the day", "post", taps("nav-day")),
    onLaptop("paper", "post", taps("nav-paper")),
    onLaptop("to decide, compared", "post", taps("nav-decide", "repeat-compare")),
    onLaptop("settings at the post", "post", taps("nav-settings")),
    onLaptop("paper, filled", "post", async (finger) => {
      const { page } = finger;
      await finger.tap("nav-paper");
      await page.getByTestId("paper-nationality-0").fill("haitiana");
      await page.getByTestId("paper-man-0").fill("4");
      await page.getByTestId("paper-woman-0").fill("3");
      await finger.tapAll("paper-assistance-water", "paper-needs-none");
    }),
  ],
  states: [
    onLaptop("today, nothing yet", "post", async ({ page }) => {
      await phone(page, (memory) => {
        const yesterday = new Date(Date.parse(memory.recordsDay) - 86_400_000);
        memory.recordsDay = yesterday.toISOString().slice(0, 10);
        memory.changed();
      });
      await page.getByTestId("today-empty").waitFor();
    }),
    onLaptop("today, slow", "post&slow=1500", see("load-slow")),
    onLaptop("today, failed", "post", async ({ page }) => {
      await phone(page, (memory) => {
        memory.failNext.set("today", { code: "internal", message: "E17", field: null });
        memory.changed();
      });
      await page.getByTestId("load-failed").waitFor();
    }),
    onLaptop("today, nobody knows the teams", "post", async ({ page }) => {
      await phone(page, (memory) => {
        memory.teams = [];
        memory.lastContact = null;
        memory.changed();
      });
    }),
    onLaptop(
      "records at the post, nothing found",
      "post",
      after(taps("nav-records"), write("records-find", "zzz9"), see("records-empty")),
    ),
    onLaptop(
      "records at the post, failed",
      "post",
      after(failing("rows", "internal"), taps("nav-records"), see("load-failed")),
    ),
    onLaptop("to decide, nothing", "post", async (finger) => {
      await phone(finger.page, (memory) => void (memory.records = []));
      await finger.tap("nav-decide");
      await see("decide-empty")(finger);
    }),
    onLaptop(
      "teams, code",
      "post",
      after(taps("nav-teams", "team-enrol"), write("team-name", "Patrulla Tuquesa"), taps("team-make-code")),
    ),
    onLaptop("unlock at the post", "post", after(lockNow, see("pad-1"))),
    onLaptop("today, a day of thousands with ranges", "post", busiest),
    onLaptop(
      "table of a day of thousands with ranges",
      "post",
      after(busiest, taps("nav-day"), see("today-table")),
    ),
    onLaptop("today, offline, 260", "post&records=260", after(offline, see("today-sentence"))),
    onLaptop(
      "records at the post, 260",
      "post&records=260",
      after(taps("nav-records"), see("detail-sentence")),
    ),
    onLaptop("to decide, 260", "post&records=260", after(taps("nav-decide"), see("two-values"))),
    ...(
      [
        ["to decide", "decide", "nav-decide"],
        ["teams", "teams", "nav-teams"],
        ["table of the day", "today", "nav-day"],
        ["beside the list", "detail", "nav-records"],
      ] as const
    ).flatMap(([name, command, nav]) => [
      onLaptop(`${name}, slow`, "post", after(see("today-table"), slowly, taps(nav), see("load-slow"))),
      onLaptop(
        `${name}, failed`,
        "post",
        after(see("today-table"), failing(command, "internal"), taps(nav), see("load-failed")),
      ),
    ]),
    onLaptop("beside the list, changed", "post", after(taps("nav-records"), see("detail-sentence"), changed)),
    onLaptop(
      "beside the list, not approved",
      "post",
      after(
        taps("nav-records", "filter-to_review"),
        failing("review", "stale_version"),
        taps("review-approve"),
        see("detail-failure"),
      ),
    ),
  ],
  further: [
    onLaptop("today, a day that is over", "post", async (finger) => {
      await phone(finger.page, (memory) => {
        const day = 86_400_000;
        memory.recordsDay = new Date(Date.parse(memory.recordsDay) - 2 * day).toISOString().slice(0, 10);
        for (const team of memory.teams.slice(2, 3))
          team.last_contact_at = new Date(Date.now() - 5 * day).toISOString();
        for (const team of memory.teams.slice(3, 4)) team.enrolled_at = new Date().toISOString();
        memory.changed();
      });
      await finger.tap("today-last-day");
      await see("cell-all-total")(finger);
    }),
    onLaptop("today, seven days", "post", after(taps("day-span-7"), see("cell-all-total"))),
    onLaptop("table of seven days", "post", after(taps("nav-day", "day-span-7"), see("cell-all-total"))),
    onLaptop("today, only reviewed, none", "post", after(taps("only-reviewed"), see("today-empty"))),
    onLaptop("today, one record", "post", async ({ page }) => {
      await phone(page, (memory) => {
        memory.records = memory.records.slice(0, 1);
        memory.changed();
      });
    }),
    onLaptop("records of a figure", "post", after(taps("cell-VEN-girls"), see("filter-cell"))),
    onLaptop("records at the post, give back", "post", after(taps("nav-records", "review-return"))),
    onLaptop("teams, add", "post", taps("nav-teams", "team-enrol")),
    onLaptop("teams, revoke", "post", taps("nav-teams", "team-revoke")),
    onLaptop("table of the day, only reviewed", "post", async (finger) => {
      await phone(finger.page, (memory) => {
        for (const stored of memory.records.slice(20, 40))
          if (stored.status === "complete") stored.status = "reviewed";
      });
      await finger.tapAll("nav-day", "only-reviewed");
    }),
    onLaptop("synchronise at the post", "post", taps("status-bar")),
    onLaptop("paper, saved", "post", async (finger) => {
      const { page } = finger;
      await finger.tap("nav-paper");
      await page.getByTestId("paper-nationality-0").fill("haitiana");
      await page.getByTestId("paper-man-0").fill("4");
      await page.getByTestId("paper-time").fill("00:05");
      await page.keyboard.press("Control+Enter");
      await page.getByTestId("paper-saved").waitFor();
    }),
    onLaptop("paper, minors, a part of them", "post", async (finger) => {
      const { page } = finger;
      await finger.tap("nav-paper");
      await page.getByTestId("paper-nationality-0").fill("haitiana");
      await page.getByTestId("paper-boy-0").fill("4");
      await page.getByTestId("paper-assistance-water").check();
      await page.getByTestId("paper-part-water").fill("3");
      await page.getByTestId("paper-alone-yes").check();
    }),
    onLaptop(
      "first start at the post, PIN",
      "first",
      after(taps("start-next"), write("start-name", "Cap. Rodríguez"), taps("start-next")),
    ),
    onLaptop(
      "two values at the post",
      "post",
      after(taps("nav-records", "filter-two_values"), see("detail-choose"), taps("detail-choose")),
    ),
    onLaptop("correction at the post", "post", after(taps("nav-records", "detail-edit"), see("form-next"))),
    onLaptop(
      "join again at the post",
      "post",
      after(taps("nav-settings", "join-again", "join-again-go"), see("enrol")),
    ),
  ],
};
