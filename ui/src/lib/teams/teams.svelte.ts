import { asBackendError, type Backend } from "$lib/backend/backend";
import type { BackendError, EnrolCode, Role, Team } from "$lib/backend/bindings";
import { Loading } from "$lib/shared/loading.svelte";

/** How often the list is read while a code waits for its phone, in milliseconds. */
const WAIT_MS = 2_000;

/** The post's devices: who has one, when it last answered, how to add and to cut off one. */
export class TeamsPage {
  teams = $state.raw<Team[]>([]);
  /** When the server last listed them. */
  asOf = $state<string | null>(null);
  readonly loading = new Loading();
  failure = $state.raw<BackendError | null>(null);
  /** The code that waits for its phone. */
  code = $state.raw<EnrolCode | null>(null);
  /** The phone that used the code, with the digits to compare. */
  joined = $state.raw<Team | null>(null);

  #backend: Backend;
  /** The devices that were listed when the code was made. */
  #known = new Set<string>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    void this.read();
    const stop = this.#backend.on("status_changed", () => void this.read());
    const timer = setInterval(() => {
      if (this.code && !this.joined) void this.read();
    }, WAIT_MS);
    return () => {
      clearInterval(timer);
      stop();
    };
  }

  async read(): Promise<void> {
    await this.loading.run(async () => {
      const { teams, as_of } = await this.#backend.teams();
      this.teams = teams;
      this.asOf = as_of;
      if (this.code) this.joined ??= this.teams.find(({ device_id }) => !this.#known.has(device_id)) ?? null;
    });
  }

  async enrol(role: Role, name: string): Promise<void> {
    this.failure = null;
    this.joined = null;
    try {
      // Listed now, whatever the page has shown so far: who is new is told by who was there.
      const { teams } = await this.#backend.teams();
      this.#known = new Set(teams.map(({ device_id }) => device_id));
      this.code = await this.#backend.enrol_code({ role, name: name.trim() });
    } catch (cause) {
      this.failure = asBackendError(cause);
    }
  }

  endEnrol(): void {
    this.code = null;
    this.joined = null;
  }

  async revoke(deviceId: string): Promise<void> {
    this.failure = null;
    try {
      await this.#backend.team_revoke(deviceId);
    } catch (cause) {
      this.failure = asBackendError(cause);
    }
    await this.read();
  }
}
