import { after, failing, onPhone, see, taps, write, type Screens } from "./way";

/** The list of records, one of them, and two values. */
export const RECORDS: Screens = {
  measured: [
    onPhone("records", "day", taps("home-records")),
    onPhone("one record", "day", taps("row")),
    onPhone("two values", "leader", taps("home-two-values", "row", "detail-choose")),
  ],
  further: [
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
  ],
};
