import { after, failing, onPhone, see, taps, write, type Screens } from "./way";

export const form = taps("home-new", "nationality-HTI", "count-man", "count-girl");
export const done = after(form, taps("form-next"));
export const saved = after(done, taps("assistance-water", "needs-none", "form-save"), see("saved-title"));
const minors = taps("home-new", "nationality-HTI", "count-girl", "count-girl", "form-next");

/** The form, from the first tap to the word Guardado. */
export const FORM: Screens = {
  measured: [
    onPhone("who", "day", form),
    onPhone("what was done", "day", after(done, taps("assistance-water"))),
    onPhone("saved", "day", saved),
  ],
  further: [
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
  ],
};
