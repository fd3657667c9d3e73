import type { Attachment } from "svelte/attachments";

/** Begins a page at its beginning: keyboard and screen reader go on from here, not from a key that is gone. */
export const pageStart: Attachment<HTMLElement> = (page) => {
  page.tabIndex = -1;
  page.style.outline = "none";
  // A page that put the focus somewhere itself knows better.
  if (!page.contains(document.activeElement)) page.focus({ preventScroll: true });
};
