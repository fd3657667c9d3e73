/** The most characters of a note. */
export const NOTE_MAX = 500;
/** The most characters of the folio of a paper strip. */
export const PAPER_REF_MAX = 16;
