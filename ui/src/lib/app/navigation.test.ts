import { describe, expect, it } from "vitest";
import { Navigation, placeOf } from "./navigation.svelte";

describe("the way through the app", () => {
  it("one tap back leaves a page, however often the tap that opened it was made", () => {
    const navigation = new Navigation();
    for (let tap = 0; tap < 3; tap += 1) navigation.open({ page: "sync" });
    navigation.back();
    expect(navigation.here, "no second one below it").toEqual({ page: "home" });
  });

  it("a page of the same kind with something else on it is another page", () => {
    const navigation = new Navigation();
    navigation.open({ page: "detail", encounterId: "a" });
    navigation.open({ page: "detail", encounterId: "b" });
    navigation.back();
    expect(navigation.here).toEqual({ page: "detail", encounterId: "a" });
  });

  it("a page that ends late takes itself away, not the page that was opened meanwhile", () => {
    const navigation = new Navigation();
    navigation.open({ page: "enrol" });
    const ending = navigation.here;
    navigation.open({ page: "sync" });
    navigation.leave(ending);
    expect(navigation.here).toEqual({ page: "sync" });
    navigation.back();
    expect(navigation.here, "nobody comes back to it").toEqual({ page: "home" });
    navigation.open({ page: "enrol" });
    navigation.leave(navigation.here);
    expect(navigation.here).toEqual({ page: "home" });
  });

  it("leads back to what a form has become, not to the one that was opened", () => {
    const navigation = new Navigation();
    navigation.open({ page: "form", kind: "edit", encounterId: "a" });
    const freely = () => Promise.resolve(true);
    const stop = navigation.hold(freely, () => ({ page: "form", kind: "draft", draftId: "d" }));
    navigation.open({ page: "sync" });
    stop();
    navigation.back();
    expect(navigation.here, "its draft").toEqual({ page: "form", kind: "draft", draftId: "d" });
    navigation.hold(freely, () => null);
    navigation.open({ page: "sync" });
    navigation.back();
    expect(navigation.here, "a form that is saved or gone is no place").toEqual({ page: "home" });
  });
});

describe("an unfinished form", () => {
  it.each([
    ["new", "paper", "paper"],
    ["edit", "paper", "form"],
    ["new", "live", "form"],
  ] as const)("that is %s and %s is gone on with on the page %s", (kind, capture_mode, page) => {
    expect(placeOf({ draft_id: "d", kind, capture: { capture_mode } })).toMatchObject({ page, draftId: "d" });
  });
});
