import type { QuickCell } from "./composition";

/** A sheet that lies over the form, with what it is about and a digit that was typed before it was there. */
export type OpenSheet =
  | { sheet: "pad"; cell: QuickCell | "total"; first?: string | undefined }
  | { sheet: "part"; code: string; first?: string | undefined }
  | { sheet: "nationality" | "assistance" | "needs" | "more" };
