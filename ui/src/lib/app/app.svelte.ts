import { createContext } from "svelte";
import { asBackendError, type Backend } from "$lib/backend/backend";
import type { AppStatus, BackendError, Lists, Settings } from "$lib/backend/bindings";
import { tellingOwnActs } from "$lib/backend/own-acts";
import { RAIN_TOUCH_MS, touch } from "$lib/shared/touch.svelte";
import { texts } from "$lib/text/text.svelte";

/** Settings with nothing left out; a shell may omit what was never chosen. */
export type FullSettings = Required<Settings>;

/** What holds before anything was chosen. */
export const DEFAULT_SETTINGS: FullSettings = {
  language: "es",
  theme: "standard",
  rain_mode: false,
  vocabulary: "pa",
};

/** What every page may know: the backend, where the app stands, the code lists, the settings. */
export class App {
  readonly backend: Backend;
  status = $state.raw<AppStatus | null>(null);
  #lists = $state.raw<Lists | null>(null);
  settings = $state<FullSettings>(DEFAULT_SETTINGS);
  /** A recovery code that nobody has said is on paper: whose it is, and who was shown it. It outlives a lock. */
  unwritten = $state.raw<{ code: string; name: string; seenBy: string } | null>(null);
  /** Why the app could not be read at all, if so. */
  problem = $state.raw<BackendError | null>(null);

  /** Why the settings on screen are not kept, if so: the next start shows those of before. */
  notKept = $state.raw<BackendError | null>(null);

  /** Ends when the settings so far are kept or not. */
  #kept: Promise<void> = Promise.resolve();
  /** How often the shell has said where it stands. */
  #told = 0;

  constructor(backend: Backend, settings: Settings) {
    this.backend = tellingOwnActs(backend);
    this.settings = { ...DEFAULT_SETTINGS, ...settings };
    this.#apply();
  }

  /** Reads where the app stands and listens from then on. Returns how to stop. */
  start(): () => void {
    const stops = [
      this.backend.on("status_changed", (status) => {
        this.#told += 1;
        this.#stand(status);
      }),
      this.backend.on("locked", () => void this.refresh()),
    ];
    void this.refresh();
    return () => stops.forEach((stop) => stop());
  }

  /** Reads the status again, and the code lists where they can be read. */
  async refresh(): Promise<void> {
    try {
      const told = this.#told;
      const status = await this.backend.status();
      // What the shell said meanwhile is newer than the answer to what was asked before.
      if (told === this.#told) this.#stand(status);
      this.#lists ??= await this.backend.lists();
      this.problem = null;
    } catch (cause) {
      this.problem = asBackendError(cause);
    }
  }

  /** Changes settings at once on screen, then keeps them. */
  async change(changes: Partial<FullSettings>): Promise<void> {
    this.settings = { ...this.settings, ...changes };
    this.#apply();
    // One after the other: the last touch is what is kept.
    this.#kept = this.#kept.then(() => this.#keep());
    await this.#kept;
  }

  async #keep(): Promise<void> {
    try {
      await this.backend.settings_write($state.snapshot(this.settings));
      this.notKept = null;
    } catch (cause) {
      this.notKept = asBackendError(cause);
    }
  }

  /** The code lists, with the trails of the post where it has told them. */
  get lists(): Lists | null {
    const trails = this.status?.post?.trails ?? [];
    return this.#lists && trails.length > 0 ? { ...this.#lists, trails } : this.#lists;
  }

  /** The zone of the post; the device's own before enrolment. */
  get zone(): string | undefined {
    return this.status?.post?.tz;
  }

  /** The name of the post that has taken this device in; null before that, whatever stands in its place. */
  get postName(): string | null {
    return this.status?.enrolled ? (this.status.post?.name ?? null) : null;
  }

  /** The person may choose between two values, void others' records and close the day. */
  get leads(): boolean {
    const role = this.status?.me?.role;
    return role === "patrol_leader" || role === "post_commander";
  }

  /** The post's words are kept with the settings: the lock screen says them too. */
  #stand(status: AppStatus): void {
    this.status = status;
    const vocabulary = status.post?.vocabulary;
    if (vocabulary && vocabulary !== this.settings.vocabulary) void this.change({ vocabulary });
  }

  #apply(): void {
    const { language, theme, rain_mode, vocabulary } = this.settings;
    texts.language = language;
    texts.vocabulary = vocabulary;
    touch.shortestMs = rain_mode ? RAIN_TOUCH_MS : 0;
    touch.silent = theme === "night";
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = theme;
  }
}

export const [useApp, provideApp] = createContext<App>();
