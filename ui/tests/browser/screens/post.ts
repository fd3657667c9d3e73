import { phone } from "../browser";
import { after, onLaptop, see, taps, write, type Screens } from "./way";

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
    onLaptop("teams, close a patrol", "post", taps("nav-teams", "patrol-close")),
    onLaptop("synchronise at the post, for the absent", "post", async (finger) => {
      await phone(finger.page, (memory) => {
        memory.absent = { records: 2, others: 1, people: ["Cabo Membache", "Sgto. Caisamo"] };
      });
      await finger.tapAll("status-bar", "absent-hand-in");
    }),
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
