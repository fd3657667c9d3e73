import type { Backend } from "./backend";
import type { RecordsChanged } from "./bindings";

/**
 * The backend, telling every page of the window what the window itself did to records. The shell tells only what
 * changed underneath it: a list, a count and a figure beside an act would stay as they were until an exchange.
 */
export function tellingOwnActs(backend: Backend): Backend {
  const handlers = new Set<(changed: RecordsChanged) => void>();

  /** The command, followed by the news of the records that it changed. */
  function then<Request extends unknown[], Answer>(
    command: (...request: Request) => Promise<Answer>,
    ids: (answer: Answer, ...request: Request) => string[] | "all",
  ): (...request: Request) => Promise<Answer> {
    return async (...request) => {
      const answer = await command(...request);
      const changed = ids(answer, ...request);
      const news = { encounter_ids: changed === "all" ? [] : changed, all: changed === "all" };
      for (const handler of handlers) handler(news);
      return answer;
    };
  }

  return {
    ...backend,
    on(name, handler) {
      const stop = backend.on(name, handler);
      if (name !== "records_changed") return stop;
      const own = handler as (changed: RecordsChanged) => void;
      handlers.add(own);
      return () => {
        handlers.delete(own);
        stop();
      };
    },
    draft_record: then(backend.draft_record, ({ row }) => [row.encounter_id]),
    undo: then(backend.undo, (_, encounterId) => [encounterId]),
    void_record: then(backend.void_record, (_, { encounter_id }) => [encounter_id]),
    review: then(backend.review, (_, { encounter_id }) => [encounter_id]),
    choose: then(backend.choose, (_, { encounter_id }) => [encounter_id]),
    clock_repair: then(backend.clock_repair, () => "all"),
    clock_repair_undo: then(backend.clock_repair_undo, () => "all"),
    patrol_close: then(backend.patrol_close, () => "all"),
    hand_in_for_absent: then(backend.hand_in_for_absent, () => "all"),
    tell_apart: then(backend.tell_apart, (_, { first, second }) => [first, second]),
    take_back_apart: then(backend.take_back_apart, (_, { first, second }) => [first, second]),
  };
}
