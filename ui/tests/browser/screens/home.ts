import { phone } from "../browser";
import { form } from "./form";
import { after, offline, onPhone, pin, see, taps, type Screens, type Way } from "./way";

const patrol = after(taps("patrol-leave", "leave-go"), see("patrol-return"));
const unlockAs = after(taps("person"), (finger) => pin(finger, "241973"), see("home-new"));
const lockNow: Way = ({ page }) => phone(page, (memory) => memory.backend().lock()).then(() => undefined);

/** Home, and going out on patrol and back. */
export const HOME: Screens = {
  measured: [
    onPhone("home", "day"),
    onPhone("empty home", "empty"),
    onPhone("draft saved as it is", "day", after(form, taps("form-leave", "draft-save"), see("home-saved"))),
    onPhone("leave", "day", taps("patrol-leave")),
    onPhone("home, draft, discard", "day", after(form, taps("form-leave", "draft-discard"))),
    onPhone(
      "home, draft, discarded",
      "day",
      after(form, taps("form-leave", "draft-discard", "draft-discard-yes"), see("draft-discarded")),
    ),
    onPhone("home, offline", "day", offline),
    onPhone("home, slow", "day&hold=rows", see("load-slow")),
    onPhone("home, clock", "day", async ({ page }) => {
      await phone(page, (memory) => {
        memory.clock = { ...memory.clock, doubtful: 10, offset_seconds: -5_400, repairable: 10 };
        memory.changed();
      });
    }),
    onPhone(
      "home, locked midway and back",
      "locked",
      after(unlockAs, form, lockNow, see("person"), unlockAs),
    ),
  ],
  further: [
    onPhone("home, one record", "one"),
    onPhone("home, patrol out", "day", patrol),
    onPhone("home, draft", "day", after(form, taps("form-leave"), see("draft"))),
    onPhone("home, clock corrected", "day", async ({ page }) => {
      await phone(page, (memory) => {
        memory.clock = { ...memory.clock, repaired: 10 };
        memory.changed();
      });
    }),
    onPhone(
      "return",
      "day",
      after(patrol, form, taps("form-next", "form-save", "saved-home", "patrol-return")),
    ),
    onPhone("return without encounters", "day", after(patrol, taps("patrol-return"))),
  ],
};
