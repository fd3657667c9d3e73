import { describe, expect, it } from "vitest";
import { readingOf } from "./qr";

describe("the text of a QR", () => {
  it.each([
    ["bitacora:1?u=https://10.20.0.5:8444&k=00&c=SS58LB8L", null],
    ["bitacora:1?u=https://10.20.0.5:8444&k=00&c=SS58LB8L&later=1", null],
    ["bitacora:2?u=https://10.20.0.5:8444", "newer"],
    ["https://example.org", "foreign"],
    ["bitacora:", "foreign"],
    ["", "foreign"],
    [`bitacora:1?u=${"a".repeat(600)}`, "foreign"],
  ])("%s", (text, failure) => {
    expect(readingOf(text), "only ours, of our version, goes to the shell").toEqual({
      text: failure === null ? text : null,
      failure,
    });
  });
});
