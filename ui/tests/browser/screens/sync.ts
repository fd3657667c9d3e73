import { phone } from "../browser";
import { after, onPhone, see, taps, type Screens } from "./way";

/** Synchronising and settings. */
export const SYNC: Screens = {
  measured: [onPhone("synchronise", "day", taps("status-bar")), onPhone("settings", "day", taps("settings"))],
  further: [
    onPhone("synchronise, another server", "day", async (finger) => {
      await finger.tap("status-bar");
      await phone(finger.page, (memory) => {
        memory.sync = { ...memory.sync, phase: "failed", error: "server_key_changed" };
        memory.changed();
      });
      await see("join-again")(finger);
    }),
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
    onPhone("settings, add a person", "day", taps("settings", "person-add")),
    onPhone("settings, change PIN", "day", taps("settings", "pin-change")),
    onPhone(
      "settings, new recovery code",
      "day",
      after(taps("settings", "recovery-new", "person-do"), see("recovery-code")),
    ),
  ],
};
