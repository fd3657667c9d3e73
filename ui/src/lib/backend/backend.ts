import type { BackendError, Commands, ErrorCode, Events } from "./bindings";

/** What a promise brings: the contract may write an answer as Ok or Err, over the wire it resolves or rejects. */
type Resolved<Answer> = Answer extends { Ok: infer Value }
  ? Value
  : Answer extends { Err: unknown }
    ? never
    : Answer;

type ResolvedCommands = {
  [Name in keyof Commands]: (
    ...request: Parameters<Commands[Name]>
  ) => Promise<Resolved<Awaited<ReturnType<Commands[Name]>>>>;
};

/** Everything outside the window: the commands of the shell, and what it tells the window unasked. */
export interface Backend extends ResolvedCommands {
  /** Calls `handler` at each event of that name until the returned function is called. */
  on<Name extends keyof Events>(name: Name, handler: (payload: Events[Name]) => void): () => void;
}

/** Reads whatever a command rejected with as the shell's error; anything else is `internal`. */
export function asBackendError(cause: unknown): BackendError {
  if (typeof cause === "object" && cause !== null && "code" in cause && "message" in cause) {
    const { code, message } = cause as { code: ErrorCode; message: unknown };
    const field = "field" in cause && typeof cause.field === "string" ? cause.field : null;
    const about = "about" in cause ? namesIn(cause.about) : null;
    return { code, message: String(message), field, about };
  }
  return { code: "internal", message: cause instanceof Error ? cause.message : String(cause), field: null };
}

/** What a sentence about a failure names, if the shell sent it as the contract has it. */
function namesIn(about: unknown): string[] | null {
  return Array.isArray(about) && about.every((name) => typeof name === "string") ? about : null;
}
