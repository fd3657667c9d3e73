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

/** The laptop of the post where there is nothing, very much, no answer, or a failure. */
export const POST_STATES: Screens = {
  measured: [
    onLaptop("today, nothing yet", "post", async ({ page }) => {
      await phone(page, (memory) => {
        const yesterday = new Date(Date.parse(memory.recordsDay) - 86_400_000);
        memory.recordsDay = yesterday.toISOString().slice(0, 10);
        memory.changed();
      });
      await page.getByTestId("today-empty").waitFor();
    }),
    onLaptop("today, slow", "post&hold=today", see("load-slow")),
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
  further: [],
};
