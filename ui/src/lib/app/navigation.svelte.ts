import { createContext } from "svelte";
import type { Draft, RowFilter } from "$lib/backend/bindings";

export type RecordsFilter = Partial<Omit<RowFilter, "offset" | "limit">>;

/** A page of the app, with what it needs to open. */
export type Place =
  | { page: "home" }
  | { page: "form"; kind: "new" | "same_as_last" | "practice" }
  | { page: "form"; kind: "draft"; draftId: string }
  | { page: "form"; kind: "edit"; encounterId: string }
  | { page: "records"; filter: RecordsFilter }
  | { page: "detail"; encounterId: string }
  | { page: "conflict"; encounterId: string; field?: string | undefined }
  | { page: "sync" }
  | { page: "patrol" }
  | { page: "settings" }
  | { page: "enrol" }
  | { page: "today" }
  | { page: "decide" }
  | { page: "teams" }
  | { page: "day" }
  | { page: "paper"; draftId: string | null };

/**
 * Where an unfinished form is gone on with: a strip of paper as a strip, any other on the pages of the form. So is the
 * correction of what was on paper: a strip has no place for the ages that its record may know.
 */
export function placeOf({ draft_id, kind, capture }: Pick<Draft, "draft_id" | "kind" | "capture">): Place {
  return kind !== "edit" && capture.capture_mode === "paper"
    ? { page: "paper", draftId: draft_id }
    : { page: "form", kind: "draft", draftId: draft_id };
}

const freely = () => Promise.resolve(true);

/** Where the person is and how they came. The system's back key walks the same way. */
export class Navigation {
  #stack = $state.raw<Place[]>([{ page: "home" }]);

  /** Asked before a menu leaves this page: a form whose taps would be lost says no, and why. */
  mayLeave: () => Promise<boolean> = freely;
  /** What a page that is held has become, for coming back to it; null where there is nothing to come back to. */
  #become: (() => Place | null) | null = null;

  get here(): Place {
    return this.#stack.at(-1) ?? { page: "home" };
  }

  /** Whether this page was opened from another one. */
  get isOnTop(): boolean {
    return this.#stack.length > 1;
  }

  /** Opens a page on top of this one, or of what this one has become; nothing where it is this one. */
  open(place: Place): void {
    if (JSON.stringify(place) === JSON.stringify(this.here)) return;
    const below = this.#become ? this.#become() : this.here;
    this.#stack = [...this.#stack.slice(0, -1), ...(below ? [below] : []), place];
    window.scrollTo(0, 0);
  }

  /** Goes back to where this page was opened from. */
  back(): void {
    this.#stack = this.#stack.length > 1 ? this.#stack.slice(0, -1) : [{ page: "home" }];
    window.scrollTo(0, 0);
  }

  /** Takes a page away that has ended, also where another one was opened on top of it meanwhile. */
  leave(place: Place): void {
    if (place === this.here) return this.back();
    this.#stack = this.#stack.filter((other) => other !== place);
  }

  /**
   * Has a page asked before a menu leaves it, and what it has become when another one is opened on top of it. Returns how
   * to be asked no more.
   */
  hold(mayLeave: () => Promise<boolean>, become: () => Place | null): () => void {
    [this.mayLeave, this.#become] = [mayLeave, become];
    return () => {
      if (this.mayLeave === mayLeave) [this.mayLeave, this.#become] = [freely, null];
    };
  }

  /** Starts again from a page, forgetting the way. */
  reset(place: Place = { page: "home" }): void {
    this.#stack = [place];
  }
}

export const [useNavigation, provideNavigation] = createContext<Navigation>();
