import { phone } from "../browser";
import {
  after,
  changed,
  failing,
  offline,
  onPhone,
  see,
  slowly,
  taps,
  write,
  type Screens,
  type Way,
} from "./way";

/** Two teams wrote another time of one record. */
const twoTimes: Way = ({ page }) =>
  phone(page, (memory) => {
    for (const record of memory.records) record.others = [];
    const [record] = memory.records;
    const stated = ["07:21", "07:40"].map((hour, index) => ({
      value: `2026-03-14T${hour}:00-05:00`,
      text: `${hour}, 14/03/2026`,
      author: ["Cabo 17", "Sgto. 04"][index] ?? "",
      at: record?.savedAt ?? "",
      choice: hour,
    }));
    if (record)
      record.stated = [
        { field: "occurred_at", label: "Hora", kind: "time", values: stated, may_choose: true },
      ];
    memory.changed();
  });

/** The list of records, one of them, and two values. */
export const RECORDS: Screens = {
  measured: [
    onPhone("records", "day", taps("home-records")),
    onPhone("one record", "day", taps("row")),
    onPhone("two values", "leader", taps("home-two-values", "row", "detail-choose")),
    onPhone(
      "records, nothing found",
      "day",
      after(taps("home-records"), write("records-find", "zzz"), see("records-empty")),
    ),
    onPhone(
      "records, failed",
      "day",
      after(failing("rows", "internal"), taps("home-records"), see("load-failed")),
    ),
    onPhone("one record, voided", "leader", async (finger) => {
      await phone(finger.page, ({ records }) => void (records[0] && (records[0].status = "voided")));
      await taps("home-records", "row")(finger);
    }),
    onPhone("two values, member", "day", taps("home-two-values", "row", "detail-choose")),
    onPhone(
      "two values of a time",
      "leader",
      after(twoTimes, taps("home-two-values", "row", "detail-choose")),
    ),
    onPhone("records, offline", "day", after(offline, taps("home-records", "filter-unreceived"), see("row"))),
    onPhone("records, slow", "day", after(see("row"), slowly, taps("home-records"), see("load-slow"))),
    onPhone("one record, slow", "day", after(see("row"), slowly, taps("row"), see("load-slow"))),
    onPhone(
      "one record, failed",
      "day",
      after(failing("detail", "internal"), taps("row"), see("load-failed")),
    ),
    onPhone("one record, changed", "leader", after(taps("row"), see("detail-sentence"), changed)),
    onPhone(
      "one record, not voided",
      "leader",
      after(
        taps("row", "detail-void"),
        failing("void_record", "disk_full"),
        taps("void-error"),
        see("detail-failure"),
      ),
    ),
  ],
  further: [
    onPhone("records, unreceived", "day", taps("home-records", "filter-unreceived")),
    onPhone("one record, void", "leader", taps("row", "detail-void")),
    onPhone("one record with two values", "day", taps("home-two-values", "row")),
    onPhone(
      "two values of a time, other",
      "leader",
      after(twoTimes, taps("home-two-values", "row", "detail-choose", "keep-other")),
    ),
    onPhone("two values, other", "leader", taps("home-two-values", "row", "detail-choose", "keep-other")),
  ],
};
