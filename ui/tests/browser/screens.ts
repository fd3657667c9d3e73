import { Finger, LAPTOP, phone, PHONE } from "./browser";

/** A screen in one of its states, and how a person comes to see it. */
export interface Screen {
  /** What it is called in tests, pictures and reports. */
  name: string;
  /** The page's address, without theme and language. */
  scene: string;
  /** Taps from there. */
  way: (finger: Finger) => Promise<void>;
  viewport: typeof PHONE;
}

type Way = Screen["way"];

const there: Way = async () => undefined;
const pin = async (finger: Finger, digits: string) => {
  for (const digit of digits) await finger.tap(`pad-${digit}`);
  await finger.tap("pad-done");
};
const taps =
  (...testids: string[]): Way =>
  (finger) =>
    finger.tapAll(...testids);
const after =
  (...ways: Way[]): Way =>
  async (finger) => {
    for (const way of ways) await way(finger);
  };
const see =
  (testid: string): Way =>
  (finger) =>
    finger.page.getByTestId(testid).first().waitFor();
const write =
  (testid: string, text: string): Way =>
  (finger) =>
    finger.page.getByTestId(testid).fill(text);
/** The next call of a command fails. */
const failing =
  (command: string, code: string): Way =>
  async ({ page }) => {
    await page.evaluate(
      ([name = "", reason = ""]) =>
        void window.phone.failNext.set(name, { code: reason as never, message: "", field: null }),
      [command, code],
    );
  };

const who = after(taps("start-next"), write("start-name", "Cabo Mosquera"), taps("start-next"));
const chosenPin: Way = async (finger) => {
  await pin(finger, "241973");
  await pin(finger, "241973");
};
const recovery = after(who, chosenPin, taps("start-without-code"), see("recovery-code"));
const form = taps("home-new", "nationality-HTI", "count-man", "count-girl");
const done = after(form, taps("form-next"));
const saved = after(done, taps("assistance-water", "needs-none", "form-save"), see("saved-title"));
const minors = taps("home-new", "nationality-HTI", "count-girl", "count-girl", "form-next");
const patrol = after(taps("patrol-leave", "leave-go"), see("patrol-return"));
const unlockAs = after(taps("person"), (finger) => pin(finger, "241973"), see("home-new"));
const lockNow: Way = ({ page }) => phone(page, (memory) => memory.backend().lock()).then(() => undefined);

const onPhone = (name: string, scene: string, way: Way = there): Screen => ({
  name,
  scene,
  way,
  viewport: PHONE,
});
const onLaptop = (name: string, scene: string, way: Way = there): Screen => ({
  name,
  scene,
  way,
  viewport: LAPTOP,
});

/** The screens that every run measures. */
export const SCREENS: Screen[] = [
  onPhone("first start", "first"),
  onPhone("recovery code", "first", recovery),
  onPhone("unlock", "locked", taps("person")),
  onPhone("unlock by passphrase", "locked", taps("person", "unlock-by-phrase")),
  onPhone("home", "day"),
  onPhone("empty home", "empty"),
  onPhone("who", "day", form),
  onPhone("what was done", "day", after(done, taps("assistance-water"))),
  onPhone("saved", "day", saved),
  onPhone("draft saved as it is", "day", after(form, taps("form-leave", "draft-save"), see("home-saved"))),
  onPhone("records", "day", taps("home-records")),
  onPhone("one record", "day", taps("row")),
  onPhone("two values", "leader", taps("home-two-values", "row", "detail-choose")),
  onPhone("synchronise", "day", taps("status-bar")),
  onPhone("join", "empty", taps("home-enrol")),
  onPhone("leave", "day", taps("patrol-leave")),
  onPhone("settings", "day", taps("settings")),
  onLaptop("today", "post"),
  onLaptop("records at the post", "post", taps("nav-records")),
  onLaptop("to decide", "post", taps("nav-decide")),
  onLaptop("teams", "post", taps("nav-teams")),
  onLaptop("table of the day", "post", taps("nav-day")),
  onLaptop("paper", "post", taps("nav-paper")),
];

/** The same screens and their further states, for the tour of pictures. */
export const STATES: Screen[] = [
  ...SCREENS,
  onPhone("first start, who", "first", taps("start-next")),
  onPhone("first start, PIN", "first", who),
  onPhone("first start, PINs differ", "first", async (finger) => {
    await who(finger);
    await pin(finger, "241973");
    await pin(finger, "241974");
  }),
  onPhone("first start, code", "first", after(who, chosenPin)),
  onPhone(
    "first start, code, failed",
    "first",
    after(who, chosenPin, failing("start", "disk_full"), taps("start-without-code"), see("start-failure")),
  ),
  onPhone("first start, practice", "first", after(recovery, taps("recovery-noted"))),
  onPhone(
    "join, failed",
    "empty",
    after(
      taps("home-enrol"),
      write("enrol-server", "10.20.0.5:8444"),
      write("enrol-code", "AAAAAAAA"),
      taps("enrol-send"),
      see("enrol-failure"),
    ),
  ),
  onPhone(
    "join, digits",
    "empty",
    after(
      taps("home-enrol"),
      write("enrol-server", "10.20.0.5:8444"),
      write("enrol-code", "K7QH3MXP"),
      taps("enrol-send"),
      see("enrol-digits"),
    ),
  ),
  onPhone(
    "join, digits differ",
    "empty",
    after(
      taps("home-enrol"),
      write("enrol-server", "10.20.0.5:8444"),
      write("enrol-code", "K7QH3MXP"),
      taps("enrol-send", "enrol-differ"),
    ),
  ),
  onPhone("join again", "day", taps("settings", "join-again")),
  onPhone("synchronise, another server", "day", async (finger) => {
    await finger.tap("status-bar");
    await phone(finger.page, (memory) => {
      memory.sync = { ...memory.sync, phase: "failed", error: "server_key_changed" };
      memory.changed();
    });
    await see("join-again")(finger);
  }),
  onPhone("join, no camera", "empty", after(taps("home-enrol", "qr-scan"), see("qr-failure"))),
  onPhone("unlock, who", "locked"),
  onPhone(
    "unlock, wrong PIN",
    "locked",
    after(taps("person"), (finger) => pin(finger, "111111"), see("unlock-news")),
  ),
  onPhone("unlock, no tries left", "locked", async (finger) => {
    await finger.tap("person");
    for (let turn = 0; turn < 5; turn++) await pin(finger, "111111");
  }),
  onPhone("unlock, forgotten", "locked", taps("person", "unlock-forgot")),
  onPhone("home, one record", "one"),
  onPhone("home, patrol out", "day", patrol),
  onPhone("home, draft", "day", after(form, taps("form-leave"), see("draft"))),
  onPhone("home, draft, discard", "day", after(form, taps("form-leave", "draft-discard"))),
  onPhone("home, offline", "day", async ({ page }) => {
    await phone(page, (memory) => {
      memory.lastContact = new Date(Date.now() - 3 * 86_400_000).toISOString();
      for (const record of memory.records.slice(0, 120)) record.place = "on_phone";
      memory.changed();
    });
  }),
  onPhone("home, slow", "day&slow=1500", see("load-slow")),
  onPhone("home, clock", "day", async ({ page }) => {
    await phone(page, (memory) => {
      memory.clock = { doubtful: 10, offset_seconds: -5_400, repairable: 10 };
      memory.changed();
    });
  }),
  onPhone("home, locked midway and back", "locked", after(unlockAs, form, lockNow, see("person"), unlockAs)),
  onPhone("who, nothing yet", "day", taps("home-new")),
  onPhone("who, minus", "day", after(form, taps("count-minus"))),
  onPhone(
    "who, two nationalities",
    "day",
    after(
      form,
      taps("nationality-VEN", "count-man", "count-woman", "count-boy", "nationality-XXX", "count-unknown"),
    ),
  ),
  onPhone("number pad", "day", async (finger) => {
    await form(finger);
    await finger.hold("count-woman");
    await finger.tapAll("pad-2", "pad-5");
  }),
  onPhone("only the total", "day", after(form, taps("count-total"))),
  onPhone("other nationality", "day", after(form, taps("nationality-other"))),
  onPhone(
    "other nationality, none found",
    "day",
    after(form, taps("nationality-other"), write("nationality-search", "xyz")),
  ),
  onPhone("what was done, nothing yet", "day", done),
  onPhone("what was done, minors", "day", minors),
  onPhone("what was done, minors alone", "day", after(minors, taps("alone-yes", "assistance-last-set"))),
  onPhone("what was done, first record", "empty", done),
  onPhone("part of the group", "day", async (finger) => {
    await done(finger);
    await finger.hold("assistance-first_aid");
  }),
  onPhone("all assistance", "day", after(done, taps("assistance-more", "assistance-clothing"))),
  onPhone("needs", "day", after(done, taps("needs-some", "need-pregnant"))),
  onPhone("more", "day", after(done, taps("form-more"))),
  onPhone("same as the last", "day", after(taps("home-same"), see("form-done"))),
  onPhone(
    "save failed",
    "day",
    after(
      done,
      taps("needs-none"),
      failing("draft_record", "disk_full"),
      taps("form-save"),
      see("form-failure"),
    ),
  ),
  onPhone(
    "people went over to the nationality that was tapped",
    "day",
    taps("home-new", "count-man", "count-man", "nationality-COL"),
  ),
  onPhone("saved, incomplete", "day", after(done, taps("form-save"), see("saved-title"))),
  onPhone("saved, undone", "day", after(saved, taps("saved-undo"), see("saved-undone"))),
  onPhone(
    "records, nothing found",
    "day",
    after(taps("home-records"), write("records-find", "zzz"), see("records-empty")),
  ),
  onPhone("records, unreceived", "day", taps("home-records", "filter-unreceived")),
  onPhone(
    "records, failed",
    "day",
    after(failing("rows", "internal"), taps("home-records"), see("load-failed")),
  ),
  onPhone("one record, void", "leader", taps("row", "detail-void")),
  onPhone("one record with two values", "day", taps("home-two-values", "row")),
  onPhone("two values, member", "day", taps("home-two-values", "row", "detail-choose")),
  onPhone("two values, other", "leader", taps("home-two-values", "row", "detail-choose", "keep-other")),
  onPhone("synchronise, sending", "day", async (finger) => {
    await finger.tap("status-bar");
    await phone(finger.page, (memory) => {
      memory.sync = { ...memory.sync, phase: "sending", sent: 14, to_send: 23 };
      memory.changed();
    });
  }),
  onPhone("synchronise, failed", "day", async (finger) => {
    await finger.tap("status-bar");
    await phone(finger.page, (memory) => void (memory.online = false));
    await finger.tap("sync-now");
    await see("sync-failure")(finger);
  }),
  onPhone(
    "synchronise, done",
    "day",
    after(taps("status-bar", "sync-now"), async ({ page }) => {
      await page.waitForFunction(
        () => window.phone.sync.phase === "idle" && window.phone.contacts.length > 0,
      );
    }),
  ),
  onPhone("synchronise, taken out", "day", after(taps("status-bar", "sync-export"), see("sync-exported"))),
  onPhone("synchronise, not joined", "empty", taps("status-bar")),
  onPhone(
    "return",
    "day",
    after(patrol, form, taps("form-next", "form-save", "saved-home", "patrol-return")),
  ),
  onPhone("return without encounters", "day", after(patrol, taps("patrol-return"))),
  onPhone("settings, add a person", "day", taps("settings", "person-add")),
  onPhone("settings, change PIN", "day", taps("settings", "pin-change")),
  onPhone(
    "settings, new recovery code",
    "day",
    after(taps("settings", "recovery-new", "person-do"), see("recovery-code")),
  ),
  onLaptop("today, nothing yet", "post", async ({ page }) => {
    await phone(page, (memory) => {
      const yesterday = new Date(Date.parse(memory.recordsDay) - 86_400_000);
      memory.recordsDay = yesterday.toISOString().slice(0, 10);
      memory.changed();
    });
    await page.getByTestId("today-empty").waitFor();
  }),
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
  onLaptop("today, only reviewed, none", "post", after(taps("only-reviewed"), see("today-empty"))),
  onLaptop("today, one record", "post", async ({ page }) => {
    await phone(page, (memory) => {
      memory.records = memory.records.slice(0, 1);
      memory.changed();
    });
  }),
  onLaptop("today, slow", "post&slow=1500", see("load-slow")),
  onLaptop("today, failed", "post", async ({ page }) => {
    await phone(page, (memory) => {
      memory.failNext.set("today", { code: "internal", message: "", field: null });
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
  onLaptop("records of a figure", "post", after(taps("cell-VEN-girls"), see("filter-cell"))),
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
  onLaptop("records at the post, give back", "post", after(taps("nav-records", "review-return"))),
  onLaptop("to decide, nothing", "post", async (finger) => {
    await phone(finger.page, (memory) => void (memory.records = []));
    await finger.tap("nav-decide");
    await see("decide-empty")(finger);
  }),
  onLaptop("to decide, compared", "post", taps("nav-decide", "repeat-compare")),
  onLaptop("teams, add", "post", taps("nav-teams", "team-enrol")),
  onLaptop(
    "teams, code",
    "post",
    after(taps("nav-teams", "team-enrol"), write("team-name", "Patrulla Tuquesa"), taps("team-make-code")),
  ),
  onLaptop("teams, revoke", "post", taps("nav-teams", "team-revoke")),
  onLaptop("table of the day, only reviewed", "post", async (finger) => {
    await phone(finger.page, (memory) => {
      for (const stored of memory.records.slice(20, 40))
        if (stored.status === "complete") stored.status = "reviewed";
    });
    await finger.tapAll("nav-day", "only-reviewed");
  }),
  onLaptop("settings at the post", "post", taps("nav-settings")),
  onLaptop("synchronise at the post", "post", taps("status-bar")),
  onLaptop("paper, filled", "post", async (finger) => {
    const { page } = finger;
    await finger.tap("nav-paper");
    await page.getByTestId("paper-nationality-0").fill("haitiana");
    await page.getByTestId("paper-man-0").fill("4");
    await page.getByTestId("paper-woman-0").fill("3");
    await finger.tapAll("paper-assistance-water", "paper-needs-none");
  }),
  onLaptop("paper, saved", "post", async (finger) => {
    const { page } = finger;
    await finger.tap("nav-paper");
    await page.getByTestId("paper-nationality-0").fill("haitiana");
    await page.getByTestId("paper-man-0").fill("4");
    await page.getByTestId("paper-time").fill("00:05");
    await page.keyboard.press("Control+Enter");
    await page.getByTestId("paper-saved").waitFor();
  }),
];
