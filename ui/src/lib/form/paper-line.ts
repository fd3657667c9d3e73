import type { QuickCell } from "./composition";

/** One line of the paper strip: what was typed for the nationality, what it was understood as, and its counts. */
export interface PaperLine {
  typed: string;
  code: string | null;
  counts: Partial<Record<QuickCell, number>>;
}

/** The first name that is not understood. Its people are nobody's choice of "sin dato". */
export function unclearIn(lines: PaperLine[]): { index: number; word: string } | null {
  const index = lines.findIndex(({ typed, code }) => code === null && typed.trim() !== "");
  const line = lines[index];
  return line ? { index, word: line.typed.trim() } : null;
}

/** Lines as a draft keeps them. */
export const linesAsKept = (lines: PaperLine[]): string => JSON.stringify(lines);

/** The lines that a draft kept; null where it kept none that can be read. */
export function keptLines(kept: string | undefined): PaperLine[] | null {
  try {
    const lines: unknown = JSON.parse(kept ?? "null");
    return Array.isArray(lines) && lines.length > 0 && lines.every(isLine) ? lines : null;
  } catch {
    return null;
  }
}

function isLine(line: unknown): line is PaperLine {
  if (typeof line !== "object" || line === null) return false;
  const { typed, code, counts } = line as Record<string, unknown>;
  const isCounted = typeof counts === "object" && counts !== null;
  return (
    typeof typed === "string" &&
    (code === null || typeof code === "string") &&
    isCounted &&
    Object.values(counts).every((count) => typeof count === "number")
  );
}
