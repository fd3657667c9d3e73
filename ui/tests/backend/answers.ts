import type { Backend } from "$lib/backend/backend";
import type { BackendError, ErrorCode } from "$lib/backend/bindings";

/** The commands of the contract; where a command answers nothing, any nothing will do. */
export type Answers = {
  [Name in Exclude<keyof Backend, "on">]: (
    ...request: Parameters<Backend[Name]>
  ) => Promise<
    Awaited<ReturnType<Backend[Name]>> extends null | void ? void | null : Awaited<ReturnType<Backend[Name]>>
  >;
};

/** What a refused command rejects with. */
export const fail = (code: ErrorCode, message: string = code, field: string | null = null): BackendError => ({
  code,
  message,
  field,
});
