import { createContext } from "svelte";
import type { RowFilter } from "$lib/backend/bindings";

export type RecordsFilter = Partial<Omit<RowFilter, "offset" | "limit">>;

/** A page of the app, with what it needs to open. */
export type Place =
  | { page: "home" }
  | { page: "form"; kind: "new" | "same_as_last" | "practice" }
  | { page: "form"; kind: "draft"; draftId: string }
  | { page: "form"; kind: "edit"; encounterId: string }
  | { page: "records"; filter: RecordsFilter }
  | { page: "detail"; encounterId: string }
  | { page: "conflict"; encounterId: string }
  | { page: "sync" }
  | { page: "patrol" }
  | { page: "settings" }
  | { page: "enrol" }
  | { page: "today" }
  | { page: "decide" }
  | { page: "teams" }
  | { page: "day" }
  | { page: "paper"; draftId: string | null };

const freely = () => Promise.resolve(true);

/** Where the person is and how they came. The system's back key walks the same way. */
export class Navigation {
  #stack = $state.raw<Place[]>([{ page: "home" }]);

  /** Asked before a menu leaves this page: a form whose taps would be lost says no, and why. */
  mayLeave: () => Promise<boolean> = freely;

  get here(): Place {
    return this.#stack.at(-1) ?? { page: "home" };
  }

  /** Whether this page was opened from another one. */
  get isOnTop(): boolean {
    return this.#stack.length > 1;
  }

  /** Opens a page on top of this one. */
  open(place: Place): void {
    this.#stack = [...this.#stack, place];
    window.scrollTo(0, 0);
  }

  /** Goes back to where this page was opened from. */
  back(): void {
    this.#stack = this.#stack.length > 1 ? this.#stack.slice(0, -1) : [{ page: "home" }];
    window.scrollTo(0, 0);
  }

  /** Has a page asked before a menu leaves it. Returns how to be asked no more. */
  hold(mayLeave: () => Promise<boolean>): () => void {
    this.mayLeave = mayLeave;
    return () => {
      if (this.mayLeave === mayLeave) this.mayLeave = freely;
    };
  }

  /** Starts again from a page, forgetting the way. */
  reset(place: Place = { page: "home" }): void {
    this.#stack = [place];
  }
}

export const [useNavigation, provideNavigation] = createContext<Navigation>();
