import { describe, expect, it } from "vitest";
import type { AppStatus, ErrorCode } from "$lib/backend/bindings";
import { MemoryBackend } from "../../../tests/backend/memory";
import { needsJoining } from "./join-again";

const failed = (error: ErrorCode, error_word: string | null = null, enrolled = true): AppStatus => {
  const memory = new MemoryBackend({ enrolled });
  memory.sync = { ...memory.sync, phase: "failed", error, error_word };
  return memory.status();
};

describe("joining again", () => {
  it.each([
    ["server_key_changed", null],
    ["not_enrolled", "unknown_device"],
    ["server_refused", "organisation"],
    ["server_refused", "clone"],
    ["server_refused", "scope"],
  ] as const)("is what helps after %s, %s", (error, word) => {
    expect(needsJoining(failed(error, word)), "the old trust leads nowhere").toBe(true);
  });

  it.each([
    ["no_network", null],
    ["server_unknown", null],
    ["revoked", "revoked"],
    ["server_refused", "version"],
    ["busy", "busy"],
  ] as const)("is not offered after %s, %s", (error, word) => {
    expect(needsJoining(failed(error, word)), "another act helps, or patience").toBe(false);
  });

  it("is nothing for a phone that has never joined", () => {
    expect(needsJoining(failed("not_enrolled", null, false)), "it joins for the first time").toBe(false);
  });
});
